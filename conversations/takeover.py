"""A person takes a conversation over and hands it back: only one ever speaks, and the brand is told who."""

from uuid import UUID, uuid4

from sqlalchemy import update
from sqlalchemy.orm import Session

from conversations import lookup, messages, notify, texts
from conversations.messages import MessageView, Written
from conversations.models import Conversation, Message
from conversations.names import Owner, Speaker
from onboarding.errors import DomainError

_CHANNEL = "desk"


class NotWithAPerson(DomainError):
    code = "not_with_a_person"
    what_to_do = "Take the conversation over first."


def take_over(session: Session, conversation_id: UUID, name: str) -> bool:
    """False where another person was faster. What the assistant has not answered is this person's now."""
    conversation = lookup.locked(session, conversation_id)
    if conversation.owner == Owner.PERSON:
        return False
    conversation.owner = Owner.PERSON.value
    session.execute(
        update(Message).where(Message.conversation_id == conversation.id, Message.due).values(due=False)
    )
    _write(session, conversation, Speaker.NOTICE, texts.notice("person_joined", name=name))
    notify.tell_state(session, conversation.id)
    return True


def say(session: Session, conversation_id: UUID, text: str) -> MessageView:
    """Raises NotWithAPerson."""
    return _write(session, _with_a_person(session, conversation_id), Speaker.PERSON, text)


def hand_back(session: Session, conversation_id: UUID) -> None:
    """The assistant begins anew, with the facts as they are then. Raises NotWithAPerson."""
    conversation = _with_a_person(session, conversation_id)
    conversation.owner = Owner.BOT.value
    conversation.stretch += 1
    _write(session, conversation, Speaker.NOTICE, texts.notice("person_left"))
    notify.tell_state(session, conversation.id)


def _with_a_person(session: Session, conversation_id: UUID) -> Conversation:
    conversation = lookup.locked(session, conversation_id)
    if conversation.owner != Owner.PERSON:
        raise NotWithAPerson("Nobody has taken this conversation over.")
    return conversation


def _write(session: Session, conversation: Conversation, speaker: Speaker, text: str) -> MessageView:
    return messages.append(session, conversation, Written(speaker, text, _CHANNEL, str(uuid4())))
