"""What is written in a conversation and has to reach a channel: queued in the transaction that writes it."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from conversations import jobs
from conversations.models import Conversation
from onboarding import clock

_QUEUE = text("""
INSERT INTO channel_deliveries (message_id, identity_id, status, created_at)
SELECT id, :identity, 'queued', :at FROM messages
WHERE conversation_id = :conversation AND seq > :after AND speaker <> 'brand'
ORDER BY seq
RETURNING id
""")


def queue(session: Session, conversation: Conversation, identity_id: int, *, after: int) -> None:
    """Everything that was written after this seq, but what the brand wrote itself."""
    values = {
        "conversation": conversation.id,
        "identity": identity_id,
        "after": after,
        "at": clock.now(session),
    }
    if session.execute(_QUEUE, values).first() is not None:
        jobs.defer_delivery(session, identity_id)
