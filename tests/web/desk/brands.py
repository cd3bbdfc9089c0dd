"""What the tests of the desk share: brands that write, call a person and are answered by the assistant."""

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from conversations import handoff, lookup, messages, turns
from conversations.messages import Inbound, Reply
from conversations.models import Message
from conversations.names import HandoffReason
from onboarding.database import SessionFactory
from tests.conversations.desk import conversation_of

TRACE = {
    "intents": [{"name": "document_rejected", "confidence": 0.94}, {"name": "status", "confidence": 0.04}],
    "actions": [{"name": "action_documents", "policy": "RulePolicy"}],
    "milliseconds": 41.6,
}


class Brands:
    def __init__(self, sessions: SessionFactory) -> None:
        self._sessions = sessions

    def writes(self, email: str | None, text: str, conversation_id: UUID | None = None) -> UUID:
        """A visitor, who has no address, goes on in the conversation that is named."""
        with self._sessions.begin() as session:
            found = self._conversation(session, email, conversation_id)
            messages.receive(session, Inbound(found, "web", str(uuid4()), text))
            return found

    def calls(
        self, email: str | None, text: str, reason: HandoffReason = HandoffReason.ASKED_FOR_PERSON
    ) -> UUID:
        """Writes, and wants a person."""
        conversation_id = self.writes(email, text)
        with self._sessions.begin() as session:
            handoff.ask_for_person(session, lookup.locked(session, conversation_id), reason)
        return conversation_id

    def is_answered(self, conversation_id: UUID, text: str, trace: dict[str, Any] | None = None) -> None:
        """By the assistant, to the oldest message that waits."""
        with self._sessions.begin() as session:
            turn = self.turn(session, conversation_id)
            assert turns.answer(session, turn, [Reply(text)], trace or TRACE)

    def turn(self, session: Session, conversation_id: UUID) -> turns.DueTurn:
        conversation = lookup.conversation(session, conversation_id)
        turn = turns.next_due(session, conversation.id, conversation.last_seq)
        assert turn is not None
        return turn

    def reads(self, conversation_id: UUID) -> list[str]:
        """Everything that the brand's chat shows."""
        with self._sessions() as session:
            return [view.text for view in messages.messages_after(session, conversation_id, 0)]

    def where(self, text: str) -> UUID:
        """The conversation in which that was written."""
        with self._sessions() as session:
            return session.scalars(select(Message.conversation_id).where(Message.text == text)).one()

    def owner(self, conversation_id: UUID) -> str:
        with self._sessions() as session:
            return lookup.conversation(session, conversation_id).owner

    def _conversation(self, session: Session, email: str | None, conversation_id: UUID | None) -> UUID:
        return conversation_id or conversation_of(session, email).id
