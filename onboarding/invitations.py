"""Invitations to act for a brand: a link that is mailed, works once, for some days, and for its address alone."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from onboarding import clock, people, permissions
from onboarding.errors import DomainError, NotFound
from onboarding.identity import normal_email
from onboarding.models import Brand, Contact, Invitation, Membership
from onboarding.names import PeopleEvent, Role
from onboarding.permissions import Permission
from onboarding.programme import programme
from onboarding.tokens import hashed, new_token


class InvitationRefused(DomainError):
    code = "invitation_refused"
    what_to_do = "Ask the person who invited you for a new invitation."


class InvitationUnknown(InvitationRefused):
    code = "invitation_unknown"


class InvitationUsed(InvitationRefused):
    code = "invitation_used"
    what_to_do = "If it was you, sign in: the brand is among yours."


class InvitationExpired(InvitationRefused):
    code = "invitation_expired"


class InvitationWithdrawn(InvitationRefused):
    code = "invitation_withdrawn"


class InvitationForSomebodyElse(InvitationRefused):
    code = "invitation_for_somebody_else"
    what_to_do = "Sign out, and open the link again from the mail of the person it was sent to."


class InvitationNotFound(NotFound):
    code = "invitation_not_found"


class AlreadyColleague(DomainError):
    code = "already_colleague"
    what_to_do = "Change the role on the page of people instead."


@dataclass(frozen=True)
class Offer:
    """What a link offers. `is_known`: the address has an account already, which must sign in to accept."""

    brand_name: str
    role: Role
    email: str
    invited_by: str
    expires_at: datetime
    is_known: bool


def invite(session: Session, actor: Contact, brand_id: int, email: str, role: Role) -> tuple[Invitation, str]:
    """The invitation, and the token to mail; an earlier one to the same address stops working.

    Raises AlreadyColleague and what permissions.require does.
    """
    people.lock_people(session, brand_id)
    permissions.require(session, actor, brand_id, Permission.INVITE)
    address = normal_email(email)
    _require_no_colleague(session, brand_id, address)
    now = clock.now(session)
    for earlier in _open(session, brand_id, address):
        earlier.withdrawn_at = now
    session.flush()
    token = new_token()
    invitation = Invitation(
        token_hash=hashed(token),
        brand_id=brand_id,
        email=address,
        role=role,
        invited_by=actor.id,
        invited_at=now,
        expires_at=now + timedelta(days=programme().privacy.invitation_days.value),
    )
    session.add(invitation)
    people.record(session, brand_id, PeopleEvent.INVITED, by=actor.id, email=address, new=role)
    session.flush()
    return invitation, token


def open_invitations(session: Session, brand_id: int) -> list[Invitation]:
    """Those that can still be accepted, the newest first."""
    now = clock.now(session)
    return [found for found in _open(session, brand_id) if found.expires_at > now]


def withdraw(session: Session, actor: Contact, brand_id: int, invitation_id: UUID) -> Invitation:
    """Raises InvitationNotFound, also for another brand's, and what permissions.require does."""
    people.lock_people(session, brand_id)
    permissions.require(session, actor, brand_id, Permission.INVITE)
    found = next((one for one in _open(session, brand_id) if one.id == invitation_id), None)
    if found is None:
        raise InvitationNotFound("There is no such open invitation.")
    found.withdrawn_at = clock.now(session)
    people.record(session, brand_id, PeopleEvent.INVITATION_WITHDRAWN, by=actor.id, email=found.email)
    return found


def offer(session: Session, token: str) -> Offer:
    """Changes nothing; raises InvitationUnknown, -Used, -Withdrawn or -Expired."""
    invitation = _usable(session, token)
    return Offer(
        brand_name=session.get_one(Brand, invitation.brand_id).name,
        role=invitation.role,
        email=invitation.email,
        invited_by=session.get_one(Contact, invitation.invited_by).name,
        expires_at=invitation.expires_at,
        is_known=_contact_with(session, invitation.email) is not None,
    )


def accept(session: Session, token: str, contact: Contact) -> Brand:
    """By somebody who is signed in; raises InvitationForSomebodyElse for another address, else as `offer`."""
    invitation = _usable(session, token, lock=True)
    if contact.email != invitation.email:
        raise InvitationForSomebodyElse(
            "This invitation was sent to another address than the one you are signed in with."
        )
    return _joined(session, invitation, contact)


def accept_as_new(session: Session, token: str, name: str, time_zone: str) -> tuple[Contact, Brand]:
    """For an address without an account: the link proves that it is theirs, as a sign-in link does.

    Raises InvitationForSomebodyElse where there is an account, which has to sign in; else as `offer`.
    """
    invitation = _usable(session, token, lock=True)
    if _contact_with(session, invitation.email) is not None:
        raise InvitationForSomebodyElse("There is an account for this address already.")
    contact = Contact(name=name, email=invitation.email, time_zone=time_zone)
    try:
        with session.begin_nested():
            session.add(contact)
    except IntegrityError:
        # Through another door, a moment ago.
        raise InvitationForSomebodyElse("There is an account for this address already.") from None
    return contact, _joined(session, invitation, contact)


def _joined(session: Session, invitation: Invitation, contact: Contact) -> Brand:
    invitation.accepted_at = clock.now(session)
    people.add(session, invitation.brand_id, contact.id, invitation.role, PeopleEvent.JOINED, by=contact.id)
    return session.get_one(Brand, invitation.brand_id)


def _usable(session: Session, token: str, *, lock: bool = False) -> Invitation:
    named = select(Invitation).where(Invitation.token_hash == hashed(token))
    found = session.scalar(named)
    if found is not None and lock:
        # People first, as everywhere: the other way round two changes could wait for each other.
        people.lock_people(session, found.brand_id)
        found = session.scalar(named.with_for_update().execution_options(populate_existing=True))
    if found is None:
        raise InvitationUnknown("This invitation is not known.")
    if found.accepted_at is not None:
        raise InvitationUsed("This invitation has been used already.")
    if found.withdrawn_at is not None:
        raise InvitationWithdrawn("This invitation was withdrawn, or a newer one took its place.")
    if found.expires_at <= clock.now(session):
        raise InvitationExpired("This invitation has expired.")
    return found


def _open(session: Session, brand_id: int, email: str | None = None) -> list[Invitation]:
    query = select(Invitation).where(
        Invitation.brand_id == brand_id,
        Invitation.accepted_at.is_(None),
        Invitation.withdrawn_at.is_(None),
    )
    if email is not None:
        query = query.where(Invitation.email == email)
    return list(session.scalars(query.order_by(Invitation.invited_at.desc())))


def _require_no_colleague(session: Session, brand_id: int, address: str) -> None:
    colleague = session.scalar(
        select(Contact.id)
        .join(Membership, Membership.contact_id == Contact.id)
        .where(Membership.brand_id == brand_id, Contact.email == address)
    )
    if colleague is not None:
        raise AlreadyColleague(f"{address} acts for this brand already.")


def _contact_with(session: Session, email: str) -> Contact | None:
    return session.scalar(select(Contact).where(Contact.email == email))
