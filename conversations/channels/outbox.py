"""What is written in a conversation and has to reach a channel: queued in the transaction that writes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from conversations import jobs
from conversations.models import Conversation
from onboarding import clock

_QUEUE = text("""
INSERT INTO channel_deliveries (message_id, identity_id, status, settings, created_at)
SELECT id, :identity, 'queued', :settings, :at FROM messages
WHERE conversation_id = :conversation AND seq > :after AND speaker <> 'brand'
ORDER BY seq
RETURNING id
""").bindparams(bindparam("settings", type_=JSONB))


@dataclass(frozen=True)
class Way:
    """How what is written gets to the brand: where it wrote last, unless on the website alone.

    `settings` are of the delivery: a template instead of the text.
    """

    is_on_channel: bool = True
    settings: Mapping[str, Any] = field(default_factory=dict)


ON_CHANNEL = Way()
ON_WEBSITE = Way(is_on_channel=False)


def queue(
    session: Session, conversation: Conversation, identity_id: int, *, after: int, way: Way = ON_CHANNEL
) -> None:
    """Everything that was written after this seq, but what the brand wrote itself."""
    values = {
        "conversation": conversation.id,
        "identity": identity_id,
        "after": after,
        "settings": dict(way.settings),
        "at": clock.now(session),
    }
    if session.execute(_QUEUE, values).first() is not None:
        jobs.defer_delivery(session, identity_id)
