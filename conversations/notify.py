"""Wakes the site: what changed in a conversation, told when the transaction commits."""

import json
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from conversations import spans

CHANNEL = "brand_desk"
# Only the desk listens to who of the staff looks at what.
PRESENCE_CHANNEL = "brand_desk_presence"
DeskNews = Literal["queue", "conversation", "claimed", "taken_over", "transferred", "promise_broken"]
ASSISTANT_NEWS = json.dumps({"kind": "assistant"})


def tell_message(session: Session, conversation_id: UUID, seq: int) -> None:
    _send(session, message_news(conversation_id, seq))


def message_news(conversation_id: UUID, seq: int) -> str:
    """For those who announce it in the statement that writes the message."""
    news = {"kind": "message", "conversation": str(conversation_id), "seq": seq, "trace": spans.carrier()}
    return json.dumps(news)


def tell_state(session: Session, conversation_id: UUID) -> None:
    _send(session, json.dumps({"kind": "state", "conversation": str(conversation_id)}))


def tell_desk(session: Session, what: DeskNews, conversation_id: UUID, **people: UUID) -> None:
    """Who listens reads the rest: `people` are staff, `by` who acted and `was` who had it before.

    With `queue` the places of all that wait may be others; the conversation is the one that came or went.
    """
    news = {"kind": "desk", "what": what, "conversation": str(conversation_id)}
    _send(session, json.dumps(news | {name: str(staff_id) for name, staff_id in people.items()}))


def tell_typing(session: Session, conversation_id: UUID, *, on: bool) -> None:
    """That the person who owns the conversation writes, or has stopped."""
    _send(session, json.dumps({"kind": "typing", "conversation": str(conversation_id), "on": on}))


def tell_presence(session: Session, presence: dict[str, Any]) -> None:
    """Who of the staff looks at what; nothing of it is kept."""
    _send(session, json.dumps(presence), PRESENCE_CHANNEL)


def tell_assistant(session: Session) -> None:
    _send(session, ASSISTANT_NEWS)


def _send(session: Session, payload: str, channel: str = CHANNEL) -> None:
    session.execute(text("SELECT pg_notify(:channel, :payload)"), {"channel": channel, "payload": payload})
