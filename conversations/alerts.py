"""Mails to the staff while nobody is at the desk: that a promise to a brand is about to be broken, or was.

Whoever wants them gets at most one for each promise. The words name no brand and repeat nothing that was written.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from conversations import mail, texts
from conversations.models import Conversation, Handoff, StaffAlert, Ticket
from onboarding import clock, dates
from onboarding.models import Staff
from onboarding.names import AlertWish
from onboarding.programme import programme
from onboarding.staff import sessions

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class _Promise:
    conversation_id: UUID
    by: datetime
    reference: str | None


def send_due(session: Session, base_url: str) -> int:
    """How many mails were written; none while somebody is online."""
    now = clock.now(session)
    ahead = timedelta(minutes=programme().desk.alert_minutes_before.value)
    due = list(_unkept(session, now + ahead))
    if not due or sessions.online(session):
        return 0
    desk = f"{base_url}/desk"
    return sum(_alert(session, promise, now, desk) for promise in due)


def _unkept(session: Session, until: datetime) -> Iterator[_Promise]:
    """What nobody has taken on: calls for a person, and tickets that stand alone."""
    calls = session.execute(
        select(Handoff.conversation_id, Handoff.promised_by, Ticket.reference)
        .join(Conversation, Conversation.id == Handoff.conversation_id)
        .outerjoin(Ticket, Ticket.id == Handoff.ticket_id)
        .where(
            Handoff.ended_at.is_(None),
            Handoff.claimed_at.is_(None),
            Handoff.promised_by <= until,
            Conversation.blocked_at.is_(None),
        )
        .order_by(Handoff.promised_by)
    )
    for conversation_id, by, reference in calls:
        if by is not None:
            yield _Promise(conversation_id, by, reference)
    of_calls = select(Handoff.ticket_id).where(Handoff.ended_at.is_(None), Handoff.ticket_id.is_not(None))
    tickets = session.scalars(
        select(Ticket)
        .join(Conversation, Conversation.id == Ticket.conversation_id)
        .where(
            Ticket.settled_at.is_(None),
            Ticket.staff_id.is_(None),
            Ticket.promised_by <= until,
            Ticket.id.not_in(of_calls),
            Conversation.blocked_at.is_(None),
        )
        .order_by(Ticket.promised_by)
    )
    for ticket in tickets:
        yield _Promise(ticket.conversation_id, ticket.promised_by, ticket.reference)


def _alert(session: Session, promise: _Promise, now: datetime, desk: str) -> int:
    is_broken = promise.by <= now
    recipients = [staff for staff in _who_want_it(session) if _is_due_for(staff, is_broken)]
    if not recipients:
        return 0
    earlier = _claimed(session, promise, now)
    if earlier is not None:
        recipients = [staff for staff in recipients if _was_left_out(staff, promise, earlier)]
    for staff in recipients:
        _mail(session, staff, promise, "broken" if is_broken else "at_risk", desk)
    return len(recipients)


def _claimed(session: Session, promise: _Promise, now: datetime) -> datetime | None:
    """When staff were last told of this promise; this moment is noted, and of two processes only one goes on."""
    key = {"conversation_id": promise.conversation_id, "promised_by": promise.by}
    session.execute(insert(StaffAlert).values(**key, sent_at=_NEVER).on_conflict_do_nothing())
    row = session.get_one(StaffAlert, key, with_for_update=True, populate_existing=True)
    earlier = None if row.sent_at == _NEVER else row.sent_at
    row.sent_at = now
    session.flush()
    return earlier


def _who_want_it(session: Session) -> list[Staff]:
    wanting = (Staff.alerts != AlertWish.NEVER, Staff.left_at.is_(None))
    return list(session.scalars(select(Staff).where(*wanting).order_by(Staff.email)))


def _is_due_for(staff: Staff, is_broken: bool) -> bool:
    return is_broken or staff.alerts is AlertWish.AT_RISK


def _was_left_out(staff: Staff, promise: _Promise, told_at: datetime) -> bool:
    """Before the promise was broken only those were told who want to hear of the risk."""
    return told_at < promise.by and staff.alerts is AlertWish.BROKEN


def _mail(session: Session, staff: Staff, promise: _Promise, kind: str, desk: str) -> None:
    promised_by = dates.moment(promise.by, ZoneInfo(staff.time_zone))
    values = {
        "name": staff.name,
        "promised_by": promised_by,
        "reference": promise.reference or "",
        "desk": desk,
    }
    subject, body = texts.staff_alert(kind, has_ticket=promise.reference is not None, **values)
    mail.send_mail(session, staff.email, subject, body)
