"""The trained assistant, which answers when it is told to; `meanwhile` happens while it thinks."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from bot.brain import Brain, Thought
from bot.turn import take_turns
from onboarding.database import SessionFactory
from tests.conversations.desk import conversation_of

type Happening = Callable[[], Awaitable[None]]


class RealAssistant:
    def __init__(self, brain: Brain, sessions: SessionFactory) -> None:
        self._brain = brain
        self._sessions = sessions

    async def answers(self, email: str, meanwhile: Happening | None = None) -> None:
        """What is due in that contact's conversation."""
        loop = asyncio.get_running_loop()
        brain = _Slow(self._brain, loop, meanwhile) if meanwhile else self._brain
        with self._sessions() as session:
            conversation = conversation_of(session, email)
            conversation_id, newest = conversation.id, conversation.last_seq
            session.commit()
        await asyncio.to_thread(self._take, brain, conversation_id, newest)

    def _take(self, brain: Any, conversation_id: UUID, newest: int) -> None:
        asyncio.run(take_turns(brain, self._sessions, conversation_id, newest))


class _Slow:
    def __init__(self, brain: Brain, loop: asyncio.AbstractEventLoop, meanwhile: Happening) -> None:
        self._brain, self._loop, self._meanwhile = brain, loop, meanwhile

    async def think(self, *question: Any) -> Thought:
        thought = await self._brain.think(*question)
        asyncio.run_coroutine_threadsafe(self._meanwhile(), self._loop).result(30)
        return thought
