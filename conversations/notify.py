"""Wakes the site: what changed in a conversation, told when the transaction commits."""

import json
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

CHANNEL = "brand_desk"
ASSISTANT_NEWS = json.dumps({"kind": "assistant"})


def tell_message(session: Session, conversation_id: UUID, seq: int) -> None:
    _tell(session, {"kind": "message", "conversation": str(conversation_id), "seq": seq})


def tell_state(session: Session, conversation_id: UUID) -> None:
    _tell(session, {"kind": "state", "conversation": str(conversation_id)})


def tell_assistant(session: Session) -> None:
    _send(session, ASSISTANT_NEWS)


def _tell(session: Session, news: dict[str, object]) -> None:
    _send(session, json.dumps(news))


def _send(session: Session, payload: str) -> None:
    session.execute(text("SELECT pg_notify(:channel, :payload)"), {"channel": CHANNEL, "payload": payload})
