"""Calling a person, and no longer wanting one: in office hours a place in the queue, else a ticket with a promise."""

from sqlalchemy.orm import Session

from conversations import lookup, messages, notify, queue, texts, tickets
from conversations.context import zone_of
from conversations.handoff_history import end, note, open_handoff
from conversations.models import Conversation, Handoff, Ticket
from conversations.names import HandoffEvent, HandoffOutcome, HandoffReason, Owner
from onboarding import clock, dates, office_hours
from onboarding.models import Contact, Staff

_WITHDRAWN = "withdrawn"


def ask_for_person(
    session: Session, conversation: Conversation, reason: HandoffReason, detail: str | None = None
) -> Handoff:
    """The conversation's open handoff: asked for again it is the same one, with what is said below what was said.

    In office hours the conversation waits, which one notice says; out of hours it has a ticket, which whoever calls
    this puts into words, and the assistant keeps it. What is grave has a ticket at any hour.
    """
    session.flush()
    conversation = lookup.locked(session, conversation.id)
    handoff = open_handoff(session, conversation) or _begun(session, conversation, reason)
    _add(handoff, reason, detail)
    if conversation.owner != Owner.PERSON:
        _call(session, conversation, handoff)
    if reason.is_grave and handoff.ticket_id is None:
        _keep_as_ticket(session, conversation, handoff)
    session.flush()
    return handoff


def never_mind(session: Session, conversation: Conversation) -> bool:
    """Back to the assistant: from the queue, from a ticket or from a person; False where nobody was called.

    A complaint, and whatever else is grave, stays a ticket.
    """
    conversation = lookup.locked(session, conversation.id)
    handoff = open_handoff(session, conversation)
    if handoff is None:
        return False
    told = _farewell(session, conversation, handoff)
    _settle_plain_ticket(session, handoff)
    end(session, handoff, HandoffOutcome.NEVER_MIND)
    if conversation.owner == Owner.PERSON:
        conversation.stretch += 1
    conversation.owner, conversation.staff_id = Owner.BOT.value, None
    messages.append_notice(session, conversation, told)
    _tell(session, conversation)
    return True


def ticket_of(session: Session, handoff: Handoff) -> Ticket | None:
    return session.get(Ticket, handoff.ticket_id) if handoff.ticket_id else None


def waiting_line(session: Session, conversation: Conversation, handoff: Handoff) -> str:
    """The one line while a brand waits: why, its place now and the promised time in its own zone."""
    contact = session.get(Contact, conversation.contact_id) if conversation.contact_id else None
    place = queue.position(session, conversation) or 1
    assert handoff.promised_by is not None
    is_broken = handoff.promise_broken_at is not None
    promised_by = dates.moment(handoff.promised_by, zone_of(contact))
    return " ".join(
        [
            texts.waiting(handoff.reason),
            texts.waiting("next") if place == 1 else texts.waiting("place", position=place),
            texts.waiting("broken") if is_broken else texts.waiting("promised", promised_by=promised_by),
        ]
    )


def to_ticket(session: Session, conversation: Conversation) -> Ticket | None:
    """For whoever would rather not go on waiting in the chat: a ticket with a new promise; None where nobody waits."""
    conversation = lookup.locked(session, conversation.id)
    handoff = open_handoff(session, conversation)
    if handoff is None or conversation.owner != Owner.WAITING:
        return None
    conversation.owner = Owner.BOT.value
    ticket = ticket_of(session, handoff) or _keep_as_ticket(session, conversation, handoff)
    handoff.promised_by = ticket.promised_by
    _tell(session, conversation)
    return ticket


def _begun(session: Session, conversation: Conversation, reason: HandoffReason) -> Handoff:
    now = clock.now(session)
    contact = session.get(Contact, conversation.contact_id) if conversation.contact_id else None
    handoff = Handoff(
        conversation_id=conversation.id,
        reason=reason,
        email=contact.email if contact else tickets.earlier_email(session, conversation),
        asked_at=now,
        promised_by=office_hours.promised_reply_by(session, now),
    )
    session.add(handoff)
    session.flush()
    note(session, handoff, HandoffEvent.ASKED, text=reason)
    return handoff


def _add(handoff: Handoff, reason: HandoffReason, detail: str | None) -> None:
    if reason.is_grave and not handoff.reason.is_grave:
        handoff.reason = reason
    if detail and detail not in (handoff.detail or "").splitlines():
        handoff.detail = "\n".join(filter(None, (handoff.detail, detail)))


def _call(session: Session, conversation: Conversation, handoff: Handoff) -> None:
    if office_hours.is_open(session, clock.now(session)):
        _queue(session, conversation, handoff)
    elif conversation.owner != Owner.WAITING and handoff.ticket_id is None:
        _keep_as_ticket(session, conversation, handoff)
        notify.tell_desk(session, "queue", conversation.id)


def _queue(session: Session, conversation: Conversation, handoff: Handoff) -> None:
    """Also for who asked out of hours, and asks again now that people are there."""
    if conversation.owner == Owner.WAITING:
        return
    conversation.owner = Owner.WAITING.value
    note(session, handoff, HandoffEvent.QUEUED)
    session.flush()
    line = waiting_line(session, conversation, handoff)
    handoff.notice_seq = messages.append_notice(session, conversation, line)
    _tell(session, conversation)


def _keep_as_ticket(session: Session, conversation: Conversation, handoff: Handoff) -> Ticket:
    ticket = tickets.open_ticket(session, conversation, handoff.reason, handoff.detail)
    ticket.email = ticket.email or handoff.email
    handoff.ticket_id = ticket.id
    note(session, handoff, HandoffEvent.TICKETED, text=ticket.reference)
    return ticket


def _farewell(session: Session, conversation: Conversation, handoff: Handoff) -> str:
    if conversation.owner == Owner.PERSON:
        return texts.notice("back_to_assistant", name=session.get_one(Staff, conversation.staff_id).name)
    ticket = ticket_of(session, handoff)
    if ticket is not None and not handoff.reason.is_grave:
        return texts.notice("ticket_withdrawn", reference=ticket.reference)
    return texts.notice("never_mind")


def _settle_plain_ticket(session: Session, handoff: Handoff) -> None:
    ticket = ticket_of(session, handoff)
    if ticket is not None and ticket.settled_at is None and not handoff.reason.is_grave:
        tickets.settle(session, ticket, _WITHDRAWN)


def _tell(session: Session, conversation: Conversation) -> None:
    session.flush()
    notify.tell_state(session, conversation.id)
    notify.tell_desk(session, "queue", conversation.id)
