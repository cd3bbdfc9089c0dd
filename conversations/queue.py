"""Who waits for a person, in the order in which the desk answers: by promise, then by the day of the opening."""

import logging
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from conversations.models import Conversation, Handoff, Ticket
from conversations.names import HandoffReason, Owner
from onboarding import clock
from onboarding.clock import CHINA
from onboarding.models import Application, Brand, Contact, Membership
from onboarding.names import Stage

_log = logging.getLogger(__name__)
_UNDER_WAY = [stage for stage in Stage if stage is not Stage.DRAFT and not stage.is_closed]

_UNCLAIMED = (Handoff.ended_at.is_(None), Handoff.claimed_at.is_(None), Conversation.blocked_at.is_(None))
_promise = func.coalesce(Handoff.promised_by, Handoff.asked_at)


@dataclass(frozen=True)
class Waiting:
    """`day` is the day of the opening's 30 on which the contact's most urgent application is; `reference` is that of
    the ticket, where there is one; without `in_chat` the contact asked out of hours and waits for it alone.
    """

    position: int
    handoff_id: int
    conversation_id: UUID
    reason: HandoffReason
    detail: str | None
    since: datetime
    promised_by: datetime
    is_broken: bool
    in_chat: bool
    reference: str | None
    contact: Contact | None
    brand: Brand | None
    application: Application | None
    day: int | None


@dataclass(frozen=True)
class _Case:
    brand: Brand
    application: Application | None
    day: int | None


def waiting_list(session: Session) -> list[Waiting]:
    """Everybody whom nobody has claimed, those who asked out of hours included."""
    ordered = _by_urgency(session)
    return [replace(item, position=place) for place, item in enumerate(ordered, start=1)]


def position(session: Session, conversation: Conversation) -> int | None:
    """From 1; None for a conversation that does not wait.

    Everybody who waits asks for it whenever the queue moves: only those with the same promise are compared in full.
    """
    promised_by = session.scalar(
        select(_promise)
        .join(Conversation, Conversation.id == Handoff.conversation_id)
        .where(*_UNCLAIMED, Conversation.id == conversation.id)
    )
    if promised_by is None:
        return None
    earlier, same = session.execute(
        select(func.count().filter(_promise < promised_by), func.count().filter(_promise == promised_by))
        .select_from(Handoff)
        .join(Conversation, Conversation.id == Handoff.conversation_id)
        .where(*_UNCLAIMED)
    ).one()
    among_same = 1 if same == 1 else _place_among_same(session, conversation, promised_by)
    return earlier + among_same if among_same else None


def _place_among_same(session: Session, conversation: Conversation, promised_by: datetime) -> int | None:
    """None where somebody has just claimed it."""
    same = [item.conversation_id for item in _by_urgency(session, _promise == promised_by)]
    return same.index(conversation.id) + 1 if conversation.id in same else None


def _by_urgency(session: Session, *which: ColumnElement[bool]) -> list[Waiting]:
    rows = session.execute(
        select(Handoff, Conversation, Contact, Ticket.reference)
        .join(Conversation, Conversation.id == Handoff.conversation_id)
        .outerjoin(Contact, Contact.id == Conversation.contact_id)
        .outerjoin(Ticket, Ticket.id == Handoff.ticket_id)
        .where(*_UNCLAIMED, *which)
    ).all()
    cases = _cases_in_reach(session, [contact.id for _, _, contact, _ in rows if contact])
    unplaced = [
        _waiting(handoff, conversation, contact, reference, cases.get(contact.id) if contact else None)
        for handoff, conversation, contact, reference in rows
    ]
    return sorted(unplaced, key=_urgency)


def _urgency(item: Waiting) -> tuple[datetime, int, int]:
    return (item.promised_by, -(item.day or 0), item.handoff_id)


def _waiting(
    handoff: Handoff,
    conversation: Conversation,
    contact: Contact | None,
    reference: str | None,
    case: _Case | None,
) -> Waiting:
    return Waiting(
        position=0,
        handoff_id=handoff.id,
        conversation_id=conversation.id,
        reason=handoff.reason,
        detail=handoff.detail,
        since=handoff.asked_at,
        promised_by=handoff.promised_by or handoff.asked_at,
        is_broken=handoff.promise_broken_at is not None,
        in_chat=conversation.owner == Owner.WAITING,
        reference=reference,
        contact=contact,
        brand=case.brand if case else None,
        application=case.application if case else None,
        day=case.day if case else None,
    )


def _cases_in_reach(session: Session, contact_ids: Iterable[UUID]) -> dict[UUID, _Case]:
    """People are called also while the data of the brands is out of reach: then by promise alone."""
    try:
        with session.begin_nested():
            return _cases(session, contact_ids)
    except OperationalError:
        _log.exception("the onboarding data is out of reach")
        return {}


def _cases(session: Session, contact_ids: Iterable[UUID]) -> dict[UUID, _Case]:
    """Of each contact the brand whose opening is furthest, else the first by name."""
    rows = session.execute(
        select(Membership.contact_id, Brand)
        .join(Brand, Brand.id == Membership.brand_id)
        .where(Membership.contact_id.in_(contact_ids))
        .order_by(Brand.name)
    ).all()
    under_way = _under_way(session, {brand.id for _, brand in rows})
    today = clock.today_in_china(session)
    found: dict[UUID, list[_Case]] = defaultdict(list)
    for contact_id, brand in rows:
        application = under_way.get(brand.id)
        found[contact_id].append(_Case(brand, application, _day(application, today)))
    return {contact_id: max(cases, key=_furthest) for contact_id, cases in found.items()}


def _under_way(session: Session, brand_ids: Iterable[int]) -> dict[int, Application]:
    found = session.scalars(
        select(Application).where(Application.brand_id.in_(brand_ids), Application.stage.in_(_UNDER_WAY))
    )
    return {application.brand_id: application for application in found}


def _furthest(case: _Case) -> int:
    return -1 if case.day is None else case.day


def _day(application: Application | None, today: date) -> int | None:
    if application is None or application.submitted_at is None:
        return None
    return (today - application.submitted_at.astimezone(CHINA).date()).days
