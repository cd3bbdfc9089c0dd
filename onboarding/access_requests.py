"""Asking for access to a brand that may exist: whoever may decide hears of it, the person who asks learns nothing.

An owner decides. Where there is none, where the owner is said to have left, where it is not clear which brand is meant
or where no owner answers for some days, the programme's people do.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onboarding import brands, clock, people, permissions
from onboarding.errors import NotFound
from onboarding.models import AccessRequest, Application, Brand, Company, Contact, Membership
from onboarding.names import AccessReason, PeopleEvent, Role
from onboarding.permissions import Permission
from onboarding.programme import programme

LONGEST_NOTE = 1000


class RequestNotFound(NotFound):
    """Also for one that somebody has decided meanwhile."""

    code = "access_request_not_found"


@dataclass(frozen=True)
class Asked:
    """`request` is None where the same was asked before and is still open, or access is there already."""

    request: AccessRequest | None
    brand: Brand | None
    owners: list[Contact]
    for_programme: bool


@dataclass(frozen=True)
class Waiting:
    """A request as an owner reads it."""

    id: UUID
    name: str
    email: str
    reason: AccessReason
    note: str | None
    asked_at: datetime


def ask(session: Session, contact: Contact, named: str, reason: AccessReason, note: str | None) -> Asked:
    """`named` is a brand's or company's name, or the number of an application."""
    brand = _meant(session, named)
    if brand is not None:
        people.lock_people(session, brand.id)
    if _is_settled(session, contact, brand, named):
        return Asked(None, brand, [], for_programme=False)
    request = AccessRequest(
        contact_id=contact.id,
        brand_id=brand.id if brand else None,
        named=named,
        reason=reason,
        note=note or None,
        asked_at=clock.now(session),
    )
    session.add(request)
    session.flush()
    if brand is None:
        return Asked(request, None, [], for_programme=True)
    people.record(session, brand.id, PeopleEvent.ACCESS_ASKED, by=contact.id, whom=contact.id)
    owners = people.owners_of(session, brand.id)
    return Asked(request, brand, owners, for_programme=not owners or reason is AccessReason.OWNER_LEFT)


def waiting_for(session: Session, brand_id: int) -> list[Waiting]:
    """The oldest first."""
    rows = session.execute(
        select(AccessRequest, Contact)
        .join(Contact, Contact.id == AccessRequest.contact_id)
        .where(AccessRequest.brand_id == brand_id, AccessRequest.decided_at.is_(None))
        .order_by(AccessRequest.asked_at)
    )
    return [
        Waiting(request.id, contact.name, contact.email, request.reason, request.note, request.asked_at)
        for request, contact in rows
    ]


def waiting_request(session: Session, brand_id: int, request_id: UUID) -> Waiting:
    """Raises RequestNotFound, also for another brand's."""
    for found in waiting_for(session, brand_id):
        if found.id == request_id:
            return found
    raise RequestNotFound("There is no such open request.")


def unanswered(session: Session) -> list[AccessRequest]:
    """Those that an owner had long enough, locked; to be passed on to the programme's people."""
    since = clock.now(session) - timedelta(days=programme().privacy.access_answer_days.value)
    return list(
        session.scalars(
            select(AccessRequest)
            .where(
                AccessRequest.decided_at.is_(None),
                AccessRequest.passed_on_at.is_(None),
                AccessRequest.asked_at <= since,
            )
            .order_by(AccessRequest.asked_at)
            .with_for_update(skip_locked=True)
        )
    )


def for_programme(session: Session) -> list[tuple[AccessRequest, Contact, Brand | None]]:
    """Those that the programme's people have to decide, the oldest first."""
    rows = session.execute(
        select(AccessRequest, Contact, Brand)
        .join(Contact, Contact.id == AccessRequest.contact_id)
        .outerjoin(Brand, Brand.id == AccessRequest.brand_id)
        .where(AccessRequest.decided_at.is_(None), AccessRequest.passed_on_at.is_not(None))
        .order_by(AccessRequest.asked_at)
    )
    return list(rows.tuples())


def pass_on(session: Session, request: AccessRequest) -> None:
    """The owners may still answer."""
    request.passed_on_at = clock.now(session)


def answer(
    session: Session, actor: Contact, brand_id: int, request_id: UUID, role: Role | None
) -> AccessRequest:
    """Without a role it is refused; raises RequestNotFound and what permissions.require does."""
    people.lock_people(session, brand_id)
    permissions.require(session, actor, brand_id, Permission.ANSWER_ACCESS_REQUESTS)
    request = session.scalar(
        select(AccessRequest).where(
            AccessRequest.id == request_id,
            AccessRequest.brand_id == brand_id,
            AccessRequest.decided_at.is_(None),
        )
    )
    if request is None:
        raise RequestNotFound("There is no such open request.")
    _decide(session, request, brand_id, role, by=actor.id)
    return request


def answer_for_programme(
    session: Session, request_id: UUID, brand_id: int | None, role: Role | None
) -> AccessRequest:
    """By the programme's people, who also say which brand is meant; without a role it is refused.

    Raises RequestNotFound.
    """
    if brand_id is not None:
        people.lock_people(session, brand_id)
    request = session.get(AccessRequest, request_id, with_for_update=True, populate_existing=True)
    if request is None or request.decided_at is not None:
        raise RequestNotFound("There is no such open request.")
    request.brand_id = brand_id or request.brand_id
    _decide(session, request, request.brand_id, role, by=None)
    return request


def _decide(
    session: Session, request: AccessRequest, brand_id: int | None, role: Role | None, by: UUID | None
) -> None:
    request.decided_at, request.decided_by, request.granted_role = clock.now(session), by, role
    if brand_id is None:
        return
    if role is None:
        people.record(session, brand_id, PeopleEvent.ACCESS_REFUSED, by=by, whom=request.contact_id)
    else:
        people.add(session, brand_id, request.contact_id, role, PeopleEvent.ACCESS_GRANTED, by)


def _meant(session: Session, named: str) -> Brand | None:
    """The one brand that is so called, whose company is so called, or whose application has that number."""
    number = brands.normal_number(named)
    by_number = select(Brand).join(Application, Application.brand_id == Brand.id)
    wanted = func.lower(" ".join(named.split()))
    attempts = [
        by_number.where(Application.number == number),
        select(Brand).where(func.lower(Brand.name) == wanted),
        by_number.join(Company, Company.id == Application.company_id).where(
            func.lower(Company.name) == wanted
        ),
    ]
    for attempt in attempts:
        found = session.scalars(attempt.distinct().limit(2)).all()
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _is_settled(session: Session, contact: Contact, brand: Brand | None, named: str) -> bool:
    if brand is not None and session.get(Membership, (contact.id, brand.id)) is not None:
        return True
    same = AccessRequest.brand_id == brand.id if brand else AccessRequest.named == named
    open_one = select(AccessRequest.id).where(
        AccessRequest.contact_id == contact.id, AccessRequest.decided_at.is_(None), same
    )
    return session.scalar(open_one.limit(1)) is not None
