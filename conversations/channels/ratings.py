"""How was it? Asked where the brand wrote when a person closes the conversation, and answered there.

The question stands in the notice that says so: the website, which has a form for it, does not ask a second time.
"""

import re
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from conversations import rating, texts
from conversations.channels import choices, words
from conversations.channels.models import ChannelIdentity
from conversations.channels.reach import takes_notices
from conversations.channels.shapes import InboundMessage
from conversations.handoff_history import last_handoff
from conversations.models import Conversation, Handoff, Message
from conversations.names import HandoffOutcome, Owner, Speaker

_PAYLOAD = "rating:"
_COMMENT = re.compile(r"comment\s*:(.*)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Said:
    """An answer to the question: `text` is what is kept of it in the conversation."""

    text: str
    handoff_id: int
    stars: int | None = None
    comment: str = ""


def question(session: Session, conversation: Conversation, handoff: Handoff) -> list[dict[str, str]]:
    """Its buttons; none on the website, where others read, and where the notice does not go."""
    identity = session.get(ChannelIdentity, conversation.answered_on) if conversation.answered_on else None
    if identity is None or identity.is_shared or not takes_notices(session, conversation):
        return []
    titles = texts.stars()
    return [
        {"title": titles[stars - 1], "payload": f"{_PAYLOAD}{handoff.id}:{stars}"} for stars in rating.STARS
    ]


def said(session: Session, conversation: Conversation, message: InboundMessage) -> Said | None:
    """None for everything else that is written."""
    if message.button is not None:
        return _pressed(choices.shown(session, conversation, message.button))
    handoff = _asked_about(session, conversation)
    if handoff is None:
        return None
    comment = _COMMENT.fullmatch(message.text.strip())
    if comment is not None and handoff.stars is not None:
        return Said(message.text, handoff.id, comment=comment[1].strip())
    number = choices.number_in(message.text)
    return Said(message.text, handoff.id, number) if number in rating.STARS else None


def take(session: Session, conversation: Conversation, answer: Said) -> str:
    """What is answered. Raises RatingInvalid."""
    handoff = session.get_one(Handoff, answer.handoff_id)
    if answer.stars is None:
        rating.add_comment(session, handoff, answer.comment)
        return words.said("rating_comment_kept")
    if handoff.stars is not None:
        return words.said("rated_already")
    waiting = rating.waits_for_rating(session, conversation)
    if waiting is None or waiting.id != handoff.id:
        return words.said("rating_too_late")
    rating.rate(session, conversation, answer.stars)
    return words.said("rated")


def _pressed(shown: choices.Shown | None) -> Said | None:
    if shown is None or not shown.payload.startswith(_PAYLOAD):
        return None
    handoff_id, stars = shown.payload.removeprefix(_PAYLOAD).split(":")
    return Said(shown.title, int(handoff_id), int(stars))


def _asked_about(session: Session, conversation: Conversation) -> Handoff | None:
    """What was asked about on a channel, while nothing else has been written."""
    handoff = last_handoff(session, conversation)
    if conversation.owner != Owner.RESOLVED or handoff is None or handoff.outcome != HandoffOutcome.RESOLVED:
        return None
    asked = session.scalar(
        select(Message)
        .where(
            Message.conversation_id == conversation.id,
            Message.speaker == Speaker.NOTICE.value,
            Message.buttons != [],
        )
        .order_by(Message.seq.desc())
        .limit(1)
    )
    is_about_it = asked is not None and asked.buttons[0]["payload"].startswith(f"{_PAYLOAD}{handoff.id}:")
    return handoff if is_about_it else None
