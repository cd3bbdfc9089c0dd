"""Buttons on channels: real ones where they fit, else numbers in the text; and what comes back of them."""

import re
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from conversations.channels.shapes import Button, PressedButton, Traits
from conversations.messages import ButtonRef, ButtonUnknown
from conversations.models import Conversation, Message
from conversations.names import Speaker

_VALUE = re.compile(r"b:(\d{1,10}):(\d{1,2})")
_NUMBER = re.compile(r"\(?(\d{1,2})[.)]?")


def buttons_of(message: Message) -> tuple[Button, ...]:
    return tuple(
        Button(button["title"], f"b:{message.id}:{index}") for index, button in enumerate(message.buttons)
    )


def must_be_numbered(buttons: tuple[Button, ...], traits: Traits) -> bool:
    return len(buttons) > traits.most_buttons or any(len(one.title) > traits.longest_title for one in buttons)


def numbered(text: str, buttons: tuple[Button, ...]) -> str:
    lines = "\n".join(f"{number}. {button.title}" for number, button in enumerate(buttons, start=1))
    return f"{text}\n\n{lines}"


@dataclass(frozen=True)
class Shown:
    """A button of a message of ours."""

    ref: ButtonRef
    title: str
    payload: str


def shown(session: Session, conversation: Conversation, button: PressedButton) -> Shown | None:
    """None for a value that is not from a message of this conversation."""
    found = _VALUE.fullmatch(button.value)
    message = session.get(Message, int(found[1])) if found else None
    if found is None or message is None or message.conversation_id != conversation.id:
        return None
    index = int(found[2])
    if index >= len(message.buttons):
        return None
    return Shown(ButtonRef(message.seq, index), **message.buttons[index])


def pressed(session: Session, conversation: Conversation, button: PressedButton) -> ButtonRef:
    """Raises ButtonUnknown for a value that is not from a message of this conversation."""
    found = shown(session, conversation, button)
    if found is None:
        raise ButtonUnknown("That button is not among those shown.")
    return found.ref


def number_in(text: str) -> int | None:
    """Where it is all that was typed."""
    found = _NUMBER.fullmatch(text.strip())
    return int(found[1]) if found else None


def typed_number(session: Session, conversation: Conversation, traits: Traits, text: str) -> ButtonRef | None:
    """The button of the newest offer whose number was typed, where the offer was numbered."""
    number = number_in(text)
    offer = _newest_offer(session, conversation) if number is not None else None
    if number is None or offer is None or not must_be_numbered(buttons_of(offer), traits):
        return None
    index = number - 1
    return ButtonRef(offer.seq, index) if 0 <= index < len(offer.buttons) else None


def _newest_offer(session: Session, conversation: Conversation) -> Message | None:
    """With what the assistant said last: an earlier offer is not open any more."""
    said = (Message.conversation_id == conversation.id, Message.speaker == Speaker.ASSISTANT.value)
    newest = session.scalar(select(Message).where(*said).order_by(Message.seq.desc()).limit(1))
    if newest is None or newest.buttons or newest.answers is None:
        return newest if newest is not None and newest.buttons else None
    beside = (Message.answers == newest.answers, Message.buttons != [])
    return session.scalar(select(Message).where(*said, *beside).order_by(Message.seq.desc()).limit(1))
