"""An agent asks what the assistant would say: it thinks aside, and nothing but the suggestion is kept."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from conversations import jobs, lookup
from conversations.models import Conversation, Message
from conversations.names import Owner, Speaker
from conversations.ownership import NotYours
from conversations.turns import DueTurn
from onboarding.errors import DomainError
from onboarding.models import Staff


class NothingAsked(DomainError):
    code = "nothing_asked"
    what_to_do = "Wait for the brand to write, or write yourself."


def ask_assistant(session: Session, conversation_id: UUID, staff: Staff) -> None:
    """About the last thing that the brand wrote. Raises NotYours, NothingAsked."""
    conversation = lookup.locked(session, conversation_id)
    if conversation.owner != Owner.PERSON or conversation.staff_id != staff.id:
        owner = session.get(Staff, conversation.staff_id) if conversation.staff_id else None
        raise NotYours(owner)
    asked = _last_of_brand(session, conversation)
    if asked is None:
        raise NothingAsked("The brand has asked nothing yet.")
    jobs.defer_suggestion(session, conversation.id, asked.seq)


def turn_to_suggest(session: Session, conversation_id: UUID, seq: int) -> DueTurn | None:
    """The message as a turn; None once no person has the conversation."""
    conversation = lookup.conversation(session, conversation_id)
    asked = session.scalar(
        select(Message).where(Message.conversation_id == conversation.id, Message.seq == seq)
    )
    if asked is None or conversation.owner != Owner.PERSON:
        return None
    return DueTurn(conversation.id, conversation.stretch, seq, asked.text, asked.button, asked.channel)


def _last_of_brand(session: Session, conversation: Conversation) -> Message | None:
    return session.scalar(
        select(Message)
        .where(Message.conversation_id == conversation.id, Message.speaker == Speaker.BRAND.value)
        .order_by(Message.seq.desc())
        .limit(1)
    )
