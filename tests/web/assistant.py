"""Stands in for the assistant: answers in the log as a worker would, and says that it is ready."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from conversations import messages, notify, ownership, turns
from conversations.messages import Reply
from conversations.models import Conversation, Message
from conversations.names import Speaker
from conversations.readiness import WORKER_LOCK_CLASS
from onboarding.database import SessionFactory
from tests.conversations.desk import staff_named


class FakeAssistant:
    def __init__(self, sessions: SessionFactory) -> None:
        self._sessions = sessions

    @contextmanager
    def ready(self) -> Iterator[None]:
        with self._sessions() as session:
            session.execute(select(func.pg_advisory_lock(WORKER_LOCK_CLASS, 1)))
            notify.tell_assistant(session)
            session.commit()
            yield

    def answer(self, text: str, *buttons: str) -> None:
        """Answers the oldest message that waits, in whatever conversation it is."""
        with self._sessions.begin() as session:
            conversation = newest_conversation(session)
            turn = turns.next_due(session, conversation.id, conversation.last_seq)
            assert turn is not None
            offered = [{"title": title, "payload": "/greet"} for title in buttons]
            turns.answer(session, turn, [Reply(text, offered)], {})

    def person_says(self, text: str) -> None:
        with self._sessions.begin() as session:
            conversation = newest_conversation(session)
            external_id = f"{conversation.id}:{conversation.last_seq}"
            mei = staff_named(session, "Mei Lin")
            ownership.agent_says(session, conversation.id, mei, text, external_id)

    def texts(self) -> list[str]:
        """Everything that was said, in order."""
        with self._sessions() as session:
            return [view.text for view in messages.messages_after(session, self.conversation_id(), 0)]

    def conversation_id(self) -> UUID:
        with self._sessions() as session:
            return newest_conversation(session).id


def newest_conversation(session: Session) -> Conversation:
    """The one in which somebody wrote last."""
    of_brands = select(Message.conversation_id).where(Message.speaker == Speaker.BRAND.value)
    newest = of_brands.order_by(Message.id.desc()).limit(1)
    return session.scalars(select(Conversation).where(Conversation.id == newest.scalar_subquery())).one()
