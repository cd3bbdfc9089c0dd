"""Promises of an answer that nobody kept: first an apology, then another way is offered, and the desk is alerted.

Each once, however often and by however many processes it is looked at: what was said and that it was said are one row's
change, under the conversation's lock.
"""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from conversations import lookup, mail, messages, notify, texts, tickets
from conversations.context import zone_of
from conversations.handoff_history import note
from conversations.messages import Written
from conversations.models import Conversation, Handoff, Ticket
from conversations.names import HandoffEvent, Owner, Speaker
from conversations.tickets import CALLBACK
from onboarding import clock, dates
from onboarding.models import Contact

_CHANNEL = "promises"


def apologise_for_next_broken(session: Session) -> bool:
    """In the caller's transaction; False where no promise is over that nobody has taken on."""
    now = clock.now(session)
    called = session.scalar(_broken_handoffs(now))
    if called is not None:
        _break_handoff(session, called, now)
        return True
    ticket = session.scalar(_broken_tickets(now))
    if ticket is not None:
        _break_ticket(session, ticket, now)
        return True
    return False


def is_broken(session: Session, conversation: Conversation) -> bool:
    """Whether an apology stands in this conversation and nobody has come since."""
    broken = select(Ticket.id).where(
        Ticket.conversation_id == conversation.id,
        Ticket.promise_broken_at.is_not(None),
        Ticket.settled_at.is_(None),
        Ticket.staff_id.is_(None),
    )
    return session.scalar(broken.limit(1)) is not None


def _broken_handoffs(now: datetime) -> Select[Handoff]:
    return (
        select(Handoff)
        .join(Conversation, Conversation.id == Handoff.conversation_id)
        .where(
            Handoff.ended_at.is_(None),
            Handoff.claimed_at.is_(None),
            Handoff.promise_broken_at.is_(None),
            Handoff.promised_by <= now,
            Conversation.blocked_at.is_(None),
        )
        .order_by(Handoff.promised_by)
        .limit(1)
    )


def _broken_tickets(now: datetime) -> Select[Ticket]:
    """What a call for a person still promises is told with that call."""
    of_open_call = select(Handoff.ticket_id).where(
        Handoff.ended_at.is_(None), Handoff.ticket_id.is_not(None), Handoff.promise_broken_at.is_(None)
    )
    return (
        select(Ticket)
        .join(Conversation, Conversation.id == Ticket.conversation_id)
        .where(
            Ticket.settled_at.is_(None),
            Ticket.staff_id.is_(None),
            Ticket.promise_broken_at.is_(None),
            Ticket.promised_by <= now,
            Ticket.id.not_in(of_open_call),
            Conversation.blocked_at.is_(None),
            Conversation.owner != Owner.PERSON.value,
        )
        .order_by(Ticket.promised_by)
        .limit(1)
    )


def _break_handoff(session: Session, called: Handoff, now: datetime) -> None:
    conversation = lookup.locked(session, called.conversation_id)
    session.refresh(called)
    if called.ended_at or called.claimed_at or called.promise_broken_at:
        return
    assert called.promised_by is not None
    ticket = session.get(Ticket, called.ticket_id) if called.ticket_id else None
    called.promise_broken_at = now
    note(session, called, HandoffEvent.PROMISE_BROKEN)
    if ticket is not None:
        tickets.note_broken(session, ticket)
    _apologise(session, conversation, called.promised_by, called.email, ticket)


def _break_ticket(session: Session, ticket: Ticket, now: datetime) -> None:
    conversation = lookup.locked(session, ticket.conversation_id)
    session.refresh(ticket)
    if ticket.settled_at or ticket.staff_id or ticket.promise_broken_at:
        return
    tickets.note_broken(session, ticket)
    _apologise(session, conversation, ticket.promised_by, ticket.email, ticket)


def _apologise(
    session: Session,
    conversation: Conversation,
    promised_by: datetime,
    email: str | None,
    ticket: Ticket | None,
) -> None:
    contact = session.get(Contact, conversation.contact_id) if conversation.contact_id else None
    kind = "ticket" if ticket else "queue"
    reference = ticket.reference if ticket else ""
    moment = dates.moment(promised_by, zone_of(contact))
    text = texts.broken_promise(kind, reference=reference, promised_by=moment)
    buttons = texts.buttons(f"after_broken_{kind}")
    if ticket is not None and ticket.kind == CALLBACK:
        buttons = buttons[-1:]
    session.flush()
    apology = Written(Speaker.ASSISTANT, text, _CHANNEL, str(uuid4()), buttons=buttons)
    messages.append(session, conversation, apology)
    if email and conversation.owner != Owner.WAITING:
        mail.send_mail(
            session,
            email,
            texts.broken_promise("subject", reference=reference),
            texts.broken_promise("body", reference=reference, promised_by=moment),
        )
    notify.tell_state(session, conversation.id)
    notify.tell_desk(session, "promise_broken", conversation.id)
