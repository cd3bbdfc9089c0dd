"""The people who act for a brand: who they are, and changes of their roles, one after another and each recorded."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session, aliased

from onboarding import api_keys, chat_sites, clock, permissions
from onboarding.errors import DomainError, NotFound
from onboarding.models import Agency, Brand, Contact, Invitation, Membership, PeopleChange
from onboarding.names import PeopleEvent, Role
from onboarding.permissions import Permission

_CHANGES_SHOWN = 50


class PersonNotFound(NotFound):
    code = "person_not_found"


class LastOwner(DomainError):
    code = "last_owner"
    what_to_do = "Make another person an owner first."

    def __init__(self) -> None:
        super().__init__("A brand needs an owner, and there is no other.")


@dataclass(frozen=True)
class Person:
    """`agency` is None for the brand's own people."""

    id: UUID
    name: str
    email: str
    role: Role
    agency: str | None


@dataclass(frozen=True)
class Change:
    """`by` is None for the programme's people, `whom` the name or, before there is one, the address."""

    event: PeopleEvent
    at: datetime
    by: str | None
    whom: str
    old_role: Role | None
    new_role: Role | None


def people_of(session: Session, brand_id: int) -> list[Person]:
    """Owners first, then by name."""
    rows = session.execute(
        select(Contact.id, Contact.name, Contact.email, Membership.role, Agency.name)
        .join(Membership, Membership.contact_id == Contact.id)
        .outerjoin(Agency, Agency.id == Contact.agency_id)
        .where(Membership.brand_id == brand_id)
    )
    people = [Person(*row) for row in rows]
    return sorted(people, key=lambda person: (-permissions.rank(person.role), person.name.casefold()))


def person_of(session: Session, brand_id: int, person_id: UUID) -> Person:
    """Raises PersonNotFound, the same for somebody who does not exist as for another brand's."""
    for person in people_of(session, brand_id):
        if person.id == person_id:
            return person
    raise PersonNotFound("There is no such person among those of the brand.")


def editors_of(session: Session, brand_id: int) -> list[Contact]:
    """Whoever may act for the brand, owners included, by address: they are told what happens to it."""
    return list(
        session.scalars(
            select(Contact)
            .join(Membership, Membership.contact_id == Contact.id)
            .where(Membership.brand_id == brand_id, Membership.role.in_((Role.OWNER, Role.EDITOR)))
            .order_by(Contact.email)
        )
    )


def owners_of(session: Session, brand_id: int) -> list[Contact]:
    return list(
        session.scalars(
            select(Contact)
            .join(Membership, Membership.contact_id == Contact.id)
            .where(Membership.brand_id == brand_id, Membership.role == Role.OWNER)
            .order_by(Contact.name)
        )
    )


def changes_of(session: Session, brand_id: int) -> list[Change]:
    """The newest first."""
    by, whom = aliased(Contact), aliased(Contact)
    rows = session.execute(
        select(PeopleChange, by.name, whom.name)
        .outerjoin(by, by.id == PeopleChange.by_id)
        .outerjoin(whom, whom.id == PeopleChange.contact_id)
        .where(PeopleChange.brand_id == brand_id)
        .order_by(PeopleChange.id.desc())
        .limit(_CHANGES_SHOWN)
    )
    return [
        Change(
            change.event,
            change.at,
            by_name,
            whom_name or change.email or "",
            change.old_role,
            change.new_role,
        )
        for change, by_name, whom_name in rows
    ]


def change_role(session: Session, actor: Contact, brand_id: int, person_id: UUID, role: Role) -> bool:
    """Whether it was another role before; raises PersonNotFound, LastOwner and what permissions.require does."""
    lock_people(session, brand_id)
    permissions.require(session, actor, brand_id, Permission.CHANGE_ROLES)
    membership = _membership(session, brand_id, person_id)
    old = membership.role
    if old is role:
        return False
    if old is Role.OWNER:
        _require_another_owner(session, brand_id, person_id)
        withdraw_invitations_by(session, brand_id, person_id)
    membership.role = role
    record(session, brand_id, PeopleEvent.ROLE_CHANGED, by=actor.id, whom=person_id, old=old, new=role)
    return True


def remove(session: Session, actor: Contact, brand_id: int, person_id: UUID) -> None:
    """Counts from the next request of theirs on; raises as change_role does."""
    lock_people(session, brand_id)
    permissions.require(session, actor, brand_id, Permission.REMOVE_PEOPLE)
    _end(session, brand_id, person_id, actor, PeopleEvent.REMOVED)


def leave(session: Session, contact: Contact, brand_id: int) -> None:
    """Raises LastOwner and what permissions.require does."""
    lock_people(session, brand_id)
    permissions.require(session, contact, brand_id, Permission.VIEW)
    _end(session, brand_id, contact.id, contact, PeopleEvent.LEFT)


def lock_people(session: Session, brand_id: int) -> None:
    """Changes of one brand's people wait for each other: two owners could otherwise demote each other at once."""
    session.execute(select(Brand.id).where(Brand.id == brand_id).with_for_update(key_share=True))


def add(
    session: Session, brand_id: int, contact_id: UUID, role: Role, event: PeopleEvent, by: UUID | None
) -> None:
    """A colleague keeps the higher of the two roles; the people must be locked."""
    membership = session.get(Membership, (contact_id, brand_id), populate_existing=True)
    old = membership.role if membership else None
    if membership is None:
        membership = Membership(contact_id=contact_id, brand_id=brand_id, role=role)
        session.add(membership)
        # Their conversation is about this brand as well from now on, and a site shows that of one brand.
        chat_sites.forget(session, contact_id)
    elif permissions.at_least(role, membership.role):
        membership.role = role
    record(session, brand_id, event, by=by, whom=contact_id, old=old, new=membership.role)
    session.flush()


def record(
    session: Session,
    brand_id: int,
    event: PeopleEvent,
    *,
    by: UUID | None,
    whom: UUID | None = None,
    email: str | None = None,
    old: Role | None = None,
    new: Role | None = None,
) -> None:
    session.add(
        PeopleChange(
            brand_id=brand_id,
            event=event,
            at=clock.now(session),
            by_id=by,
            contact_id=whom,
            email=email,
            old_role=old,
            new_role=new,
        )
    )


def sole_owner_of(session: Session, contact: Contact) -> list[Brand]:
    """The brands that nobody but the contact could manage, sorted by name."""
    owned = (
        select(Brand)
        .join(Membership, Membership.brand_id == Brand.id)
        .where(Membership.contact_id == contact.id, Membership.role == Role.OWNER)
        .order_by(Brand.name)
    )
    return [brand for brand in session.scalars(owned) if not _other_owners(session, brand.id, contact.id)]


def withdraw_invitations_by(session: Session, brand_id: int, person_id: UUID) -> None:
    """What somebody offered as an owner does not outlive their being one."""
    session.execute(
        update(Invitation)
        .where(
            Invitation.brand_id == brand_id,
            Invitation.invited_by == person_id,
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=clock.now(session))
    )


def _end(session: Session, brand_id: int, person_id: UUID, actor: Contact, event: PeopleEvent) -> None:
    membership = _membership(session, brand_id, person_id)
    if membership.role is Role.OWNER:
        _require_another_owner(session, brand_id, person_id)
        withdraw_invitations_by(session, brand_id, person_id)
    session.delete(membership)
    api_keys.revoke_of(session, person_id, brand_id)
    chat_sites.forget(session, person_id, brand_id)
    record(session, brand_id, event, by=actor.id, whom=person_id, old=membership.role)
    session.flush()


def _membership(session: Session, brand_id: int, person_id: UUID) -> Membership:
    membership = session.get(Membership, (person_id, brand_id), populate_existing=True)
    if membership is None:
        raise PersonNotFound("There is no such person among those of the brand.")
    return membership


def _require_another_owner(session: Session, brand_id: int, person_id: UUID) -> None:
    if not _other_owners(session, brand_id, person_id):
        raise LastOwner


def _other_owners(session: Session, brand_id: int, person_id: UUID) -> Collection[UUID]:
    return session.scalars(
        select(Membership.contact_id).where(
            Membership.brand_id == brand_id,
            Membership.role == Role.OWNER,
            Membership.contact_id != person_id,
        )
    ).all()
