"""Wakes the site: what changed in a conversation, told when the transaction commits."""

import json
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from conversations import spans

CHANNEL = "brand_desk"
ASSISTANT_NEWS = json.dumps({"kind": "assistant"})


def tell_message(session: Session, conversation_id: UUID, seq: int) -> None:
    _send(session, message_news(conversation_id, seq))


def message_news(conversation_id: UUID, seq: int) -> str:
    """For those who announce it in the statement that writes the message."""
    news = {"kind": "message", "conversation": str(conversation_id), "seq": seq, "trace": spans.carrier()}
    return json.dumps(news)


def tell_state(session: Session, conversation_id: UUID) -> None:
    _send(session, json.dumps({"kind": "state", "conversation": str(conversation_id)}))


def tell_assistant(session: Session) -> None:
    _send(session, ASSISTANT_NEWS)


def _send(session: Session, payload: str) -> None:
    session.execute(text("SELECT pg_notify(:channel, :payload)"), {"channel": CHANNEL, "payload": payload})
