"""What a visitor wrote becomes the contact's own once they sign in, or link the channel on which they wrote."""

from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from conversations import jobs, lookup, messages, notify
from conversations.desk.models import Note
from conversations.models import Conversation, Handoff, Message, Suggestion, Ticket
from conversations.names import HandoffOutcome, Owner
from onboarding import clock


def adopt(session: Session, visitor_conversation_id: UUID, contact_id: UUID) -> Conversation:
    """Joins what a visitor wrote to the contact's conversation when they sign in.

    Only a visitor's conversation can be adopted; anything else leaves the contact's as it is.
    """
    own = lookup.locked(session, lookup.open_for_contact(session, contact_id).id)
    visited = session.get(Conversation, visitor_conversation_id, with_for_update=True)
    if visited is None or visited.contact_id is not None or visited.merged_into is not None:
        return own
    is_begun = visited.last_seq > 0
    shift = _append(session, visited, own)
    _join_handoffs(session, visited, own, shift)
    visited.merged_into = own.id
    if is_begun:
        own.answered_on = visited.answered_on
    session.flush()
    _take_up(session, own, shift)
    notify.tell_message(session, own.id, own.last_seq)
    # Whoever of the team has the visitor's page open is led to the contact's.
    notify.tell_desk(session, "conversation", visited.id)
    return own


def _append(session: Session, visited: Conversation, own: Conversation) -> int:
    """Moves the messages behind the contact's own, in order; gives by how much their numbers grew."""
    shift = own.last_seq
    session.execute(
        update(Message)
        .where(Message.conversation_id == visited.id)
        .values(conversation_id=own.id, seq=Message.seq + shift, answers=Message.answers + shift)
    )
    session.execute(
        update(Suggestion)
        .where(Suggestion.conversation_id == visited.id)
        .values(conversation_id=own.id, answers=Suggestion.answers + shift)
    )
    session.execute(update(Ticket).where(Ticket.conversation_id == visited.id).values(conversation_id=own.id))
    session.execute(
        update(Note)
        .where(Note.conversation_id == visited.id)
        .values(conversation_id=own.id, after_seq=Note.after_seq + shift)
    )
    own.last_seq = shift + visited.last_seq
    return shift


def _take_up(session: Session, own: Conversation, shift: int) -> None:
    """What was not answered stays due, unless a person is with the contact; a conversation that is over opens again."""
    due = select(Message.seq).where(Message.conversation_id == own.id, Message.seq > shift, Message.due)
    unanswered = session.scalars(due).all()
    if not unanswered:
        return
    if own.blocked_at is not None or Owner(own.owner) not in messages.ANSWERING_OWNERS:
        session.execute(
            update(Message).where(Message.conversation_id == own.id, Message.seq > shift).values(due=False)
        )
        return
    if own.owner == Owner.RESOLVED:
        messages.reopen(session, own)
    for seq in unanswered:
        jobs.defer_turn(session, own.id, seq)


def _join_handoffs(session: Session, visited: Conversation, own: Conversation, shift: int) -> None:
    """Whoever waits goes on waiting; where both do, or a person is with the contact already, the older one stays."""
    if _has_open_handoff(session, own):
        session.execute(
            update(Handoff)
            .where(Handoff.conversation_id == visited.id, Handoff.ended_at.is_(None))
            .values(ended_at=clock.now(session), outcome=HandoffOutcome.JOINED)
        )
    elif _has_open_handoff(session, visited):
        own.owner, own.staff_id = visited.owner, visited.staff_id
        notify.tell_state(session, own.id)
    session.execute(
        update(Handoff)
        .where(Handoff.conversation_id == visited.id)
        .values(conversation_id=own.id, notice_seq=Handoff.notice_seq + shift)
    )
    visited.owner, visited.staff_id = Owner.BOT.value, None
    notify.tell_desk(session, "queue", own.id)


def _has_open_handoff(session: Session, conversation: Conversation) -> bool:
    return (
        session.scalar(
            select(Handoff.id).where(Handoff.conversation_id == conversation.id, Handoff.ended_at.is_(None))
        )
        is not None
    )
