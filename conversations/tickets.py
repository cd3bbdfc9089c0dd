"""Tickets: a person's answer promised by a time, with a reference, an address, who has it and what became of it."""

import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from conversations import notify, texts
from conversations.models import Conversation, Handoff, Ticket, TicketChange
from conversations.names import TicketEvent
from onboarding import audit, clock, dates, office_hours
from onboarding.errors import DomainError, NotFound
from onboarding.models import Contact, Staff

CALLBACK = "callback"
# Without letters and digits that are mistaken for one another.
_ALPHABET = "23456789CDFGHJKMNPQRTVWXYZ"


class TicketNotFound(NotFound):
    code = "ticket_not_found"


class TicketSettled(DomainError):
    code = "ticket_settled"
    what_to_do = "Reopen it first."


class OutcomeMissing(DomainError):
    code = "outcome_missing"
    what_to_do = "Write in a sentence what became of it."


def open_ticket(
    session: Session, conversation: Conversation, reason: str, detail: str | None = None
) -> Ticket:
    """The conversation's open promise: a second reason within the same promise gets the same ticket, and what is said
    then stands below what was said before.
    """
    now = clock.now(session)
    pending = session.scalar(
        select(Ticket)
        .where(
            Ticket.conversation_id == conversation.id,
            Ticket.reason == reason,
            Ticket.promised_by > now,
            Ticket.settled_at.is_(None),
        )
        .order_by(Ticket.id.desc())
        .limit(1)
    )
    if pending is not None:
        _add(pending, detail)
        return pending
    return open_separate_ticket(session, conversation, reason, detail)


def open_separate_ticket(
    session: Session, conversation: Conversation, reason: str, detail: str | None = None
) -> Ticket:
    """Also while another one of the same reason is promised, since each is about something else."""
    now = clock.now(session)
    contact = _contact(session, conversation)
    ticket = Ticket(
        reference="BR-" + "".join(secrets.choice(_ALPHABET) for _ in range(6)),
        conversation_id=conversation.id,
        reason=reason,
        detail=detail,
        email=contact.email if contact else earlier_email(session, conversation),
        promised_by=office_hours.promised_reply_by(session, now),
        created_at=now,
    )
    session.add(ticket)
    session.flush()
    _note(session, ticket, TicketEvent.OPENED)
    return ticket


def ask_for_call(
    session: Session, conversation: Conversation, *, at: datetime, phone: str, detail: str
) -> Ticket:
    """A call at a time, which is what is promised; asked for another time before it, it is the same ticket."""
    ticket = open_ticket(session, conversation, CALLBACK, detail)
    ticket.call_at, ticket.promised_by, ticket.phone = at, at, phone
    session.flush()
    notify.tell_desk(session, "conversation", conversation.id)
    return ticket


def assign(session: Session, ticket: Ticket, to: Staff | None, *, by: Staff) -> None:
    """Raises TicketSettled."""
    if ticket.settled_at is not None:
        raise TicketSettled(f"{ticket.reference} is settled.")
    ticket.staff_id = to.id if to else None
    _note(session, ticket, TicketEvent.ASSIGNED, by=by, to=to)


def settle(session: Session, ticket: Ticket, outcome: str, *, by: Staff | None = None) -> None:
    """Without `by` it was the brand. Raises TicketSettled, OutcomeMissing."""
    if ticket.settled_at is not None:
        raise TicketSettled(f"{ticket.reference} is settled.")
    if not outcome.strip():
        raise OutcomeMissing("The outcome is missing.")
    ticket.settled_at, ticket.outcome = clock.now(session), outcome.strip()
    _note(session, ticket, TicketEvent.SETTLED, by=by, note=ticket.outcome)


def reopen(session: Session, ticket: Ticket, *, by: Staff, note: str | None = None) -> None:
    """With a new promise, since the one before was kept or is over. One that is open stays as it is."""
    if ticket.settled_at is None:
        return
    ticket.settled_at = ticket.outcome = ticket.promise_broken_at = ticket.call_at = None
    ticket.promised_by = office_hours.promised_reply_by(session, clock.now(session))
    _note(session, ticket, TicketEvent.REOPENED, by=by, note=note)


def note_broken(session: Session, ticket: Ticket) -> None:
    ticket.promise_broken_at = clock.now(session)
    _note(session, ticket, TicketEvent.PROMISE_BROKEN)


def changes_of(session: Session, ticket: Ticket) -> list[TicketChange]:
    """Oldest first."""
    return list(
        session.scalars(
            select(TicketChange).where(TicketChange.ticket_id == ticket.id).order_by(TicketChange.id)
        )
    )


def of_conversations(session: Session, conversation_ids: Iterable[UUID]) -> list[Ticket]:
    """What is open first, by when it is due; then the newest."""
    found = session.scalars(select(Ticket).where(Ticket.conversation_id.in_(conversation_ids)))
    return sorted(found, key=_open_first)


def of_contact(session: Session, contact: Contact) -> list[Ticket]:
    """Their own, in the same order; those of colleagues are not theirs."""
    own = select(Conversation.id).where(Conversation.contact_id == contact.id)
    joined = select(Conversation.id).where(
        or_(Conversation.contact_id == contact.id, Conversation.merged_into.in_(own))
    )
    return of_conversations(session, session.scalars(joined))


def _open_first(ticket: Ticket) -> tuple[bool, float]:
    when = ticket.settled_at or ticket.due_at
    return (ticket.settled_at is not None, -when.timestamp() if ticket.settled_at else when.timestamp())


def _note(
    session: Session,
    ticket: Ticket,
    event: TicketEvent,
    *,
    by: Staff | None = None,
    to: Staff | None = None,
    note: str | None = None,
) -> None:
    session.add(
        TicketChange(
            ticket_id=ticket.id,
            event=event,
            staff_id=by.id if by else None,
            to_staff_id=to.id if to else None,
            note=note,
            at=clock.now(session),
        )
    )
    if by is not None:
        audit.record(session, by, f"ticket {event}", "ticket", ticket.reference)
    session.flush()
    notify.tell_desk(session, "conversation", ticket.conversation_id)


def _add(ticket: Ticket, detail: str | None) -> None:
    if detail and detail not in (ticket.detail or "").splitlines():
        ticket.detail = "\n".join(filter(None, (ticket.detail, detail)))


def confirmation(session: Session, ticket: Ticket) -> str:
    """What the brand is told: reference, promised time in its own zone, and the address that will be used."""
    conversation = session.get_one(Conversation, ticket.conversation_id)
    contact = _contact(session, conversation)
    promised_by = dates.moment(ticket.promised_by, ZoneInfo(contact.time_zone) if contact else UTC)
    if ticket.email is None:
        return texts.ticket("unknown_email", reference=ticket.reference, promised_by=promised_by)
    return texts.ticket(
        "known_email", reference=ticket.reference, promised_by=promised_by, email=ticket.email
    )


def by_reference(session: Session, reference: str) -> Ticket | None:
    return session.scalar(select(Ticket).where(Ticket.reference == reference))


def waiting_for_email(session: Session, conversation: Conversation) -> Ticket | Handoff | None:
    """The newest ticket, else the call for a person, of a visitor who has not yet said where to answer."""
    ticket = session.scalar(
        select(Ticket)
        .where(Ticket.conversation_id == conversation.id, Ticket.email.is_(None))
        .order_by(Ticket.id.desc())
        .limit(1)
    )
    return ticket or session.scalar(
        select(Handoff).where(
            Handoff.conversation_id == conversation.id, Handoff.email.is_(None), Handoff.ended_at.is_(None)
        )
    )


def confirm_email(waits: Ticket | Handoff, email: str) -> None:
    waits.email = email.strip().lower()


def _contact(session: Session, conversation: Conversation) -> Contact | None:
    return session.get(Contact, conversation.contact_id) if conversation.contact_id else None


def earlier_email(session: Session, conversation: Conversation) -> str | None:
    """The address that a visitor gave last."""
    for kind in (Ticket, Handoff):
        given = select(kind.email).where(kind.conversation_id == conversation.id, kind.email.is_not(None))
        email = session.scalar(given.order_by(kind.id.desc()).limit(1))
        if email is not None:
            return email
    return None
