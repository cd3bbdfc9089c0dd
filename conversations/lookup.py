"""Which conversation somebody has: one open conversation a contact, over all devices."""

from uuid import UUID

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from conversations.models import Conversation
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


def _begun(session: Session, contact_id: UUID | None) -> Conversation:
    begun = Conversation(contact_id=contact_id, created_at=clock.now(session))
    session.add(begun)
    session.flush()
    return begun
