"""What the desk does, done straight in its room: the doors of the desk have tests of their own."""

import asyncio
from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from conversations import handoff, ownership
from conversations.models import Conversation
from conversations.names import HandoffReason, Resolution
from onboarding.database import SessionFactory
from onboarding.models import Staff
from tests.conversations.desk import staff_named
from tests.web.assistant import newest_conversation


class Desk:
    """Mei Lin and her colleagues, in the conversation in which somebody wrote last."""

    def __init__(self, sessions: SessionFactory) -> None:
        self._sessions = sessions
        self._said = 0

    async def call(self, reason: HandoffReason = HandoffReason.ASKED_FOR_PERSON) -> None:
        """As the assistant does when the brand asks it."""
        await self._do(lambda session, conversation: handoff.ask_for_person(session, conversation, reason))

    async def claims(self, name: str = "Mei Lin") -> None:
        await self._do_as(name, lambda session, own, staff: ownership.claim(session, own.id, staff))

    async def says(self, text: str, name: str = "Mei Lin") -> None:
        self._said += 1
        external_id = f"desk-{self._said}"
        await self._do_as(
            name, lambda session, own, staff: ownership.agent_says(session, own.id, staff, text, external_id)
        )

    async def types(self, *, on: bool = True, name: str = "Mei Lin") -> None:
        await self._do_as(
            name, lambda session, own, staff: ownership.agent_types(session, own.id, staff, on=on)
        )

    async def resolves(self, name: str = "Mei Lin") -> None:
        await self._do_as(
            name, lambda session, own, staff: ownership.resolve(session, own.id, staff, Resolution.ANSWERED)
        )

    async def _do_as(self, name: str, act: Callable[[Session, Conversation, Staff], Any]) -> None:
        await self._do(lambda session, own: act(session, own, staff_named(session, name)))

    async def _do(self, act: Callable[[Session, Conversation], Any]) -> None:
        await asyncio.to_thread(self._in_transaction, act)

    def _in_transaction(self, act: Callable[[Session, Conversation], Any]) -> None:
        with self._sessions.begin() as session:
            act(session, newest_conversation(session))
