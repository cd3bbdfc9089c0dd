"""Wakes the site: what changed in a conversation, told when the transaction commits."""

import json
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

CHANNEL = "brand_desk"


def tell_message(session: Session, conversation_id: UUID, seq: int) -> None:
    _tell(session, {"kind": "message", "conversation": str(conversation_id), "seq": seq})


def tell_state(session: Session, conversation_id: UUID) -> None:
    _tell(session, {"kind": "state", "conversation": str(conversation_id)})


def tell_assistant(session: Session) -> None:
    _tell(session, {"kind": "assistant"})


def _tell(session: Session, news: dict[str, object]) -> None:
    session.execute(text("SELECT pg_notify(:channel, :news)"), {"channel": CHANNEL, "news": json.dumps(news)})
