"""Which conversation somebody has: one open conversation a contact, over all devices."""

from uuid import UUID

from sqlalchemy import Select, bindparam, func, select, update
from sqlalchemy.orm import Session

from conversations import jobs, notify
from conversations.desk.models import Note
from conversations.models import Conversation, Handoff, Message, Ticket
from conversations.names import HandoffOutcome, Owner
from onboarding import clock
from onboarding.errors import NotFound


class ConversationUnknown(NotFound):
    code = "conversation_unknown"
    what_to_do = "Reload the page to begin a new conversation."


def conversation(session: Session, conversation_id: UUID) -> Conversation:
    """Follows a visitor's conversation into the one it was joined with; raises ConversationUnknown."""
    found = session.get(Conversation, conversation_id)
    if found is None:
        raise ConversationUnknown(f"There is no conversation {conversation_id}.")
    return followed(session, found)


def locked(session: Session, conversation_id: UUID) -> Conversation:
    """The same row, freshly read and locked until the transaction ends."""
    found = session.get(Conversation, conversation_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise ConversationUnknown(f"There is no conversation {conversation_id}.")
    return followed(session, found, lock=True)


def beside[*Ts](statement: Select[*Ts], *, lock: bool = False) -> Select[*Ts, Conversation]:
    """The statement's row and the conversation named `conversation`, to be read in one round trip.

    With `lock` the conversation is freshly read and locked until the transaction ends.
    """
    named = Conversation.id == bindparam("conversation")
    both = statement.join(Conversation, named).add_columns(Conversation)
    if lock:
        both = both.with_for_update(of=Conversation).execution_options(populate_existing=True)
    return both


def followed(session: Session, found: Conversation, *, lock: bool = False) -> Conversation:
    """The conversation itself, or the one it was joined with."""
    if found.merged_into is None:
        return found
    return (locked if lock else conversation)(session, found.merged_into)


def open_for_contact(session: Session, contact_id: UUID) -> Conversation:
    session.execute(
        select(func.pg_advisory_xact_lock(func.hashtextextended(f"conversation of {contact_id}", 0)))
    )
    found = session.scalar(
        select(Conversation).where(Conversation.contact_id == contact_id, Conversation.merged_into.is_(None))
    )
    return found or _begun(session, contact_id)


def open_for_visitor(session: Session) -> Conversation:
    return _begun(session, None)


def adopt(session: Session, visitor_conversation_id: UUID, contact_id: UUID) -> Conversation:
    """Joins what a visitor wrote to the contact's conversation when they sign in.

    Only a visitor's conversation can be adopted; anything else leaves the contact's as it is.
    """
    own = locked(session, open_for_contact(session, contact_id).id)
    visited = session.get(Conversation, visitor_conversation_id, with_for_update=True)
    if visited is None or visited.contact_id is not None or visited.merged_into is not None:
        return own
    _append(session, visited, own)
    visited.merged_into = own.id
    notify.tell_message(session, own.id, own.last_seq)
    return own


def _begun(session: Session, contact_id: UUID | None) -> Conversation:
    begun = Conversation(contact_id=contact_id, created_at=clock.now(session))
    session.add(begun)
    session.flush()
    return begun


def _append(session: Session, visited: Conversation, own: Conversation) -> None:
    """Moves the messages behind the contact's own, in order; what was not answered stays due."""
    shift = own.last_seq
    session.execute(
        update(Message)
        .where(Message.conversation_id == visited.id)
        .values(conversation_id=own.id, seq=Message.seq + shift, answers=Message.answers + shift)
    )
    session.execute(update(Ticket).where(Ticket.conversation_id == visited.id).values(conversation_id=own.id))
    session.execute(
        update(Note)
        .where(Note.conversation_id == visited.id)
        .values(conversation_id=own.id, after_seq=Note.after_seq + shift)
    )
    _join_handoffs(session, visited, own, shift)
    own.last_seq = shift + visited.last_seq
    for seq in session.scalars(
        select(Message.seq).where(Message.conversation_id == own.id, Message.seq > shift, Message.due)
    ):
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
