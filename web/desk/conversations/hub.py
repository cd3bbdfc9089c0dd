"""The agents' open pages: who is where, and which of them to wake."""

import asyncio
from typing import Any, Protocol
from uuid import UUID

from web.desk.conversations.watching import Presence, from_news

PAGES_PER_SESSION = 12


class DeskPage(Protocol):
    session_key: str

    def wake(self, conversation: UUID | None = None, *, everything: bool = False) -> None:
        """Something of that conversation changed; of everything where nobody knows what."""

    @property
    def staff_id(self) -> str: ...

    def told(self, news: dict[str, Any]) -> None:
        """A conversation came to this person, or was taken from them."""

    def people_moved(self) -> None: ...

    def announce_soon(self) -> None:
        """Some process asks who is there."""

    async def close(self, code: int, reason: str) -> None: ...


class DeskHub:
    def __init__(self) -> None:
        self.presence = Presence()
        self._pages: set[DeskPage] = set()

    def has_room(self, session_key: str) -> bool:
        return sum(page.session_key == session_key for page in self._pages) < PAGES_PER_SESSION

    def join(self, page: DeskPage) -> None:
        self._pages.add(page)

    def leave(self, page: DeskPage) -> None:
        self._pages.discard(page)

    def tell(self, news: dict[str, Any]) -> None:
        """Passes on what the database announced."""
        match news.get("kind"):
            case "presence":
                self._note(news)
            case "presence_wanted":
                self._announce()
            case "message" | "state":
                self._wake(UUID(news["conversation"]))
            case "desk":
                self._wake(UUID(news["conversation"]))
                self._tell_whom_it_concerns(news)

    def wake_all(self) -> None:
        """The announcements of some time were missed."""
        for page in tuple(self._pages):
            page.wake(everything=True)
            page.announce_soon()

    async def close_session(self, session_key: str) -> None:
        """At sign-out an open page must not go on hearing."""
        await _close([one for one in self._pages if one.session_key == session_key], 4401, "signed out")

    async def close_all(self) -> None:
        await _close(list(self._pages), 1001, "going away")

    def _note(self, news: dict[str, Any]) -> None:
        if news.get("gone"):
            moved = self.presence.forget(str(news["page"])) is not None
        else:
            moved = self.presence.note(from_news(news))
        if moved:
            self.tell_who_is_there()

    def tell_who_is_there(self) -> None:
        for page in tuple(self._pages):
            page.people_moved()

    def _tell_whom_it_concerns(self, news: dict[str, Any]) -> None:
        concerned = {"taken_over": news.get("was"), "transferred": news.get("to")}.get(news["what"])
        for page in tuple(self._pages):
            if page.staff_id == concerned:
                page.told(news)

    def _announce(self) -> None:
        for page in tuple(self._pages):
            page.announce_soon()

    def _wake(self, conversation: UUID) -> None:
        for page in tuple(self._pages):
            page.wake(conversation)


async def _close(pages: list[DeskPage], code: int, reason: str) -> None:
    await asyncio.gather(*(page.close(code, reason) for page in pages))
