"""The message log: what comes in is stored once, what goes out can be read again after any seq."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from conversations import jobs, lookup, notify
from conversations.models import Conversation, Message
from conversations.names import Owner, Speaker
from onboarding import clock
from onboarding.errors import DomainError

LONGEST_TEXT = 2000
_ANSWERING_OWNERS = {Owner.BOT, Owner.WAITING, Owner.RESOLVED}


class MessageTooLong(DomainError):
    code = "message_too_long"
    what_to_do = f"Shorten it to {LONGEST_TEXT:,} characters, or send it in parts."


class MessageEmpty(DomainError):
    code = "message_empty"
    what_to_do = "Write a message first."


class ButtonUnknown(DomainError):
    code = "button_unknown"
    what_to_do = "Type your answer instead."


class MessageElsewhere(DomainError):
    code = "message_elsewhere"
    what_to_do = "Send it again as a new message."


@dataclass(frozen=True)
class ButtonRef:
    """A button that we issued: the message that showed it, and its place there (from 0)."""

    seq: int
    index: int


@dataclass(frozen=True)
class Inbound:
    conversation_id: UUID
    channel: str
    external_id: str
    text: str
    button: ButtonRef | None = None


@dataclass(frozen=True)
class Receipt:
    conversation_id: UUID
    seq: int
    duplicate: bool
    owner: Owner


@dataclass(frozen=True)
class MessageView:
    seq: int
    role: Speaker
    text: str
    at: datetime
    external_id: str
    buttons: list[str] = field(default_factory=list)
    chosen: str | None = None
    answers: int | None = None


@dataclass(frozen=True)
class Reply:
    """`buttons` are dicts with `title` and `payload`, as Rasa gives them."""

    text: str
    buttons: list[dict[str, str]] = field(default_factory=list)


def receive(session: Session, inbound: Inbound) -> Receipt:
    """Stores a brand's message once and enqueues its turn in the same transaction.

    Raises MessageEmpty, MessageTooLong, ButtonUnknown, MessageElsewhere.
    """
    conversation = lookup.locked(session, inbound.conversation_id)
    earlier = _stored(session, inbound)
    if earlier is not None:
        return _receipt(conversation, _belonging_to(earlier, conversation).seq, duplicate=True)
    pressed = _pressed_button(session, conversation, inbound.button)
    text = _checked(pressed["title"] if pressed else inbound.text)
    message = append(session, conversation, Speaker.BRAND, text, inbound.channel, inbound.external_id)
    message.button = pressed["payload"] if pressed else None
    _hand_to_the_assistant(session, conversation, message)
    return _receipt(conversation, message.seq, duplicate=False)


def append(
    session: Session, conversation: Conversation, speaker: Speaker, text: str, channel: str, external_id: str
) -> Message:
    """Writes the next message of a locked conversation and wakes whoever shows it."""
    conversation.last_seq += 1
    message = Message(
        conversation_id=conversation.id,
        seq=conversation.last_seq,
        channel=channel,
        external_id=external_id,
        speaker=speaker.value,
        text=text,
        buttons=[],
        at=clock.now(session),
    )
    session.add(message)
    notify.tell_message(session, conversation.id, message.seq)
    return message


def messages_after(session: Session, conversation_id: UUID, seq: int, limit: int = 500) -> list[MessageView]:
    """What came after `seq`, oldest first; the newest `limit` of it."""
    newest = (
        select(Message)
        .where(Message.conversation_id == conversation_id, Message.seq > seq)
        .order_by(Message.seq.desc())
        .limit(limit)
    )
    return [_view(message) for message in reversed(session.scalars(newest).all())]


def as_json(view: MessageView) -> dict[str, Any]:
    return {
        "id": view.seq,
        "cid": view.external_id if view.role is Speaker.BRAND else None,
        "role": view.role.value,
        "text": view.text,
        "at": view.at.isoformat(),
        "buttons": view.buttons,
        "chosen": view.chosen,
        "answers": view.answers,
    }


def _checked(text: str) -> str:
    text = text.replace("\x00", "").strip()
    if not text:
        raise MessageEmpty("The message is empty.")
    if len(text) > LONGEST_TEXT:
        raise MessageTooLong(f"The message has {len(text):,} characters.")
    return text


def _stored(session: Session, inbound: Inbound) -> Message | None:
    return session.scalar(
        select(Message).where(Message.channel == inbound.channel, Message.external_id == inbound.external_id)
    )


def _belonging_to(message: Message, conversation: Conversation) -> Message:
    if message.conversation_id != conversation.id:
        raise MessageElsewhere("A message with this id was sent in another conversation.")
    return message


def _pressed_button(
    session: Session, conversation: Conversation, button: ButtonRef | None
) -> dict[str, str] | None:
    """A payload is only ever read from a message of ours in the same conversation."""
    if button is None:
        return None
    shown = session.scalar(
        select(Message).where(
            Message.conversation_id == conversation.id,
            Message.seq == button.seq,
            Message.speaker == Speaker.ASSISTANT.value,
        )
    )
    if shown is None or not 0 <= button.index < len(shown.buttons):
        raise ButtonUnknown("That button is not among those shown.")
    shown.chosen = button.index
    return shown.buttons[button.index]


def _hand_to_the_assistant(session: Session, conversation: Conversation, message: Message) -> None:
    if conversation.owner == Owner.RESOLVED:
        conversation.owner = Owner.BOT.value
        conversation.stretch += 1
        notify.tell_state(session, conversation.id)
    if Owner(conversation.owner) in _ANSWERING_OWNERS:
        message.due = True
        session.flush()
        jobs.defer_turn(session, conversation.id, message.seq)


def _receipt(conversation: Conversation, seq: int, *, duplicate: bool) -> Receipt:
    return Receipt(conversation.id, seq, duplicate, Owner(conversation.owner))


def _view(message: Message) -> MessageView:
    return MessageView(
        seq=message.seq,
        role=Speaker(message.speaker),
        text=message.text,
        at=message.at,
        external_id=message.external_id,
        buttons=[button["title"] for button in message.buttons],
        chosen=message.buttons[message.chosen]["title"] if message.chosen is not None else None,
        answers=message.answers,
    )
