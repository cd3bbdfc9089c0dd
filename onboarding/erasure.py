"""Erasing a person on request: asked for with a clear yes, carried out after a waiting period, until then cancelled
by one click.

The waiting period protects against somebody who got hold of a session for a moment: the person is told by mail. What
belongs to the brand's application stays, without the person's name wherever it need not be kept.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from onboarding import api_keys, brands, chat_sites, clock, people
from onboarding.documents import submissions
from onboarding.errors import DomainError
from onboarding.models import (
    AccessRequest,
    Application,
    BrandClaim,
    Contact,
    DocumentFile,
    DocumentOpening,
    DraftAnswer,
    EmailChange,
    ErasureRequest,
    Invitation,
    Membership,
    Password,
    PeopleChange,
    ReminderStop,
    SignInLink,
    StageChange,
    WebSession,
)
from onboarding.names import FORMER_CONTACT, PeopleEvent, Stage
from onboarding.opening import personal_data as of_openings
from onboarding.programme import programme
from onboarding.registration.fields import ABOUT_PEOPLE

_NO_ZONE = "UTC"


class ErasureNotOpen(DomainError):
    code = "erasure_not_open"
    what_to_do = "Look at your account page for how things stand."


def ask(session: Session, contact: Contact) -> ErasureRequest:
    """Asked again while one is open, it is the same request."""
    session.get_one(Contact, contact.id, with_for_update=True)
    pending = open_request(session, contact)
    if pending is not None:
        return pending
    now = clock.now(session)
    request = ErasureRequest(
        contact_id=contact.id,
        asked_at=now,
        due_at=now + timedelta(days=programme().privacy.erasure_waiting_days.value),
    )
    session.add(request)
    session.flush()
    return request


def open_request(session: Session, contact: Contact) -> ErasureRequest | None:
    return session.scalar(select(ErasureRequest).where(ErasureRequest.contact_id == contact.id, *_IS_OPEN))


def cancel(session: Session, contact: Contact) -> None:
    """Raises ErasureNotOpen where there is none, or where it has been carried out meanwhile."""
    request = session.scalar(
        select(ErasureRequest).where(ErasureRequest.contact_id == contact.id, *_IS_OPEN).with_for_update()
    )
    if request is None:
        raise ErasureNotOpen("There is nothing to cancel.")
    request.cancelled_at = clock.now(session)


def next_due(session: Session) -> ErasureRequest | None:
    """The one that waits longest, locked; those that another process has in hand are passed over."""
    return session.scalar(
        select(ErasureRequest)
        .where(*_IS_OPEN, ErasureRequest.due_at <= clock.now(session))
        .order_by(ErasureRequest.due_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def carry_out(session: Session, request: ErasureRequest) -> None:
    """Everything that onboarding keeps; the request must be locked."""
    contact = session.get_one(Contact, request.contact_id, with_for_update=True)
    brand_ids = _brands_of(session, contact)
    for brand_id in brand_ids:
        people.lock_people(session, brand_id)
    acted_for = brands.brands_ever_of(session, contact)
    _forget_name_on_stages(session, contact, acted_for)
    _forget_name_on_claims(session, contact, acted_for)
    _forget_name_on_answers(session, contact)
    of_openings.forget(session, contact)
    chat_sites.forget(session, contact.id)
    api_keys.forget(session, contact)
    for brand_id in brand_ids:
        _leave(session, contact, brand_id)
    _forget_sign_in(session, contact)
    _forget_invitations_and_requests(session, contact)
    _forget_names_of_files(session, contact)
    _make_anonymous(session, contact)
    request.done_at = clock.now(session)
    session.flush()


_IS_OPEN = (ErasureRequest.cancelled_at.is_(None), ErasureRequest.done_at.is_(None))


def _brands_of(session: Session, contact: Contact) -> list[int]:
    """In one order for everybody, so that two changes never wait for each other."""
    return list(
        session.scalars(
            select(Membership.brand_id)
            .where(Membership.contact_id == contact.id)
            .order_by(Membership.brand_id)
        )
    )


def _forget_name_on_stages(session: Session, contact: Contact, brand_ids: list[int]) -> None:
    """Who submitted is part of the record of an application; of one that never was, nobody needs it."""
    theirs = select(Application.id).where(Application.brand_id.in_(brand_ids))
    drafts = theirs.where(Application.submitted_at.is_(None))
    session.execute(
        update(StageChange)
        .where(
            StageChange.by == contact.name,
            StageChange.application_id.in_(theirs),
            or_(StageChange.stage != Stage.SUBMITTED, StageChange.application_id.in_(drafts)),
        )
        .values(by=FORMER_CONTACT)
    )


def _forget_name_on_claims(session: Session, contact: Contact, brand_ids: list[int]) -> None:
    own = select(Application.id).where(Application.brand_id.in_(brand_ids))
    for column in (BrandClaim.by, BrandClaim.ended_by):
        session.execute(
            update(BrandClaim)
            .where(column == contact.name, BrandClaim.application_id.in_(own))
            .values({column: FORMER_CONTACT})
        )


def _forget_name_on_answers(session: Session, contact: Contact) -> None:
    """Whom to write to is forgotten as well, where it was never submitted."""
    given = DraftAnswer.contact_id == contact.id
    session.execute(update(DraftAnswer).where(given).values(by=FORMER_CONTACT))
    drafts = select(Application.id).where(Application.submitted_at.is_(None))
    session.execute(
        update(DraftAnswer)
        .where(given, DraftAnswer.field.in_(ABOUT_PEOPLE), DraftAnswer.application_id.in_(drafts))
        .values(value="")
    )


def _leave(session: Session, contact: Contact, brand_id: int) -> None:
    """Also as the last owner: whoever asks for access afterwards is heard by the programme's people."""
    membership = session.get_one(Membership, (contact.id, brand_id))
    people.withdraw_invitations_by(session, brand_id, contact.id)
    people.record(session, brand_id, PeopleEvent.ERASED, by=contact.id, whom=contact.id, old=membership.role)
    session.delete(membership)


def _forget_sign_in(session: Session, contact: Contact) -> None:
    for kept in (EmailChange, Password, ReminderStop, SignInLink, WebSession):
        session.execute(delete(kept).where(kept.contact_id == contact.id))


def _forget_invitations_and_requests(session: Session, contact: Contact) -> None:
    now = clock.now(session)
    nobody = _address_of_nobody(contact.id)
    to_them = Invitation.email == contact.email
    still_open = (Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None))
    session.execute(update(Invitation).where(to_them, *still_open).values(withdrawn_at=now))
    session.execute(update(Invitation).where(to_them).values(email=nobody))
    session.execute(
        update(PeopleChange).where(PeopleChange.email == contact.email).values(email=FORMER_CONTACT)
    )
    asked = AccessRequest.contact_id == contact.id
    session.execute(update(AccessRequest).where(asked).values(named=of_openings.ERASED_TEXT, note=None))
    session.execute(
        update(AccessRequest).where(asked, AccessRequest.decided_at.is_(None)).values(decided_at=now)
    )


def _forget_names_of_files(session: Session, contact: Contact) -> None:
    """The files belong to the brand; what their sender called them may hold the sender's name."""
    session.execute(
        update(DocumentFile).where(DocumentFile.sent_by == contact.id).values(name=submissions.NAME_OF_NONE)
    )
    session.execute(
        update(DocumentOpening).where(DocumentOpening.contact_id == contact.id).values(who=FORMER_CONTACT)
    )


def _make_anonymous(session: Session, contact: Contact) -> None:
    contact.name, contact.email = FORMER_CONTACT, _address_of_nobody(contact.id)
    contact.time_zone, contact.agency_id = _NO_ZONE, None
    contact.erased_at = clock.now(session)


def _address_of_nobody(contact_id: UUID) -> str:
    """The top-level domain "invalid" is kept free for ever (RFC 2606): no mail ever arrives there."""
    return f"{contact_id}@erased.invalid"
