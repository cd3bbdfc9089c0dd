"""Which sockets are open, and which of them to wake when something changed."""

import asyncio
from collections import defaultdict
from typing import Any, Protocol
from uuid import UUID

from conversations.spans import Carrier

SOCKETS_PER_SESSION = 12


class Listener(Protocol):
    session_key: str
    conversation_id: UUID
    waits: bool

    def wake(self, *, state: bool, seq: int | None = None, trace: Carrier | None = None) -> None:
        """There is news: messages, up to `seq` where it is known, and with `state` also who answers
        and whether the assistant is ready.
        """

    def hear_typing(self, *, on: bool) -> None:
        """The person who owns the conversation writes, or has stopped."""

    async def close(self, code: int, reason: str) -> None: ...


class Hub:
    def __init__(self) -> None:
        self._open: set[Listener] = set()
        self._by_conversation: dict[UUID, set[Listener]] = defaultdict(set)

    def has_room(self, session_key: str) -> bool:
        return sum(listener.session_key == session_key for listener in self._open) < SOCKETS_PER_SESSION

    def join(self, listener: Listener) -> None:
        self._open.add(listener)
        self._by_conversation[listener.conversation_id].add(listener)

    def leave(self, listener: Listener) -> None:
        self._open.discard(listener)
        followers = self._by_conversation[listener.conversation_id]
        followers.discard(listener)
        if not followers:
            del self._by_conversation[listener.conversation_id]

    def tell(self, news: dict[str, Any]) -> None:
        """Passes on what the database announced."""
        kind = news.get("kind")
        if kind == "assistant":
            return self.wake_all()
        if kind == "desk":
            return self._wake_waiting(news)
        followers = self._by_conversation.get(UUID(news["conversation"]), ())
        for listener in tuple(followers):
            if kind == "typing":
                listener.hear_typing(on=bool(news["on"]))
            else:
                listener.wake(state=kind == "state", seq=news.get("seq"), trace=news.get("trace"))

    def _wake_waiting(self, news: dict[str, Any]) -> None:
        """One place in the queue has changed, so that others may have."""
        if news["what"] != "queue":
            return
        for listener in tuple(self._open):
            if listener.waits:
                listener.wake(state=True, seq=0)

    def wake_all(self) -> None:
        for listener in tuple(self._open):
            listener.wake(state=True)

    async def close_session(self, session_key: str) -> None:
        """At sign-out an open page must not go on hearing."""
        await _close([one for one in self._open if one.session_key == session_key], 4401, b"signed out")

    async def close_all(self) -> None:
        await _close(list(self._open), 1001, b"going away")


async def _close(listeners: list[Listener], code: int, reason: bytes) -> None:
    await asyncio.gather(*(listener.close(code, reason.decode()) for listener in listeners))
