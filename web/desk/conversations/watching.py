"""Who looks at which conversation and who types there, as all processes of the site announce it.

Nothing of it is stored: an announcement is forgotten after a while unless it is made again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any
from uuid import UUID

SECONDS_BETWEEN_ANNOUNCEMENTS = 20.0
SECONDS_OF_PRESENCE = 50.0
SECONDS_OF_TYPING = 7.0


@dataclass(frozen=True)
class Watching:
    """One open page; `conversation` is None while it shows only the queue."""

    page: str
    staff_id: str
    name: str
    conversation: UUID | None
    typing: bool = False

    def as_news(self) -> dict[str, Any]:
        return {
            "kind": "presence",
            "page": self.page,
            "staff": self.staff_id,
            "name": self.name,
            "conversation": str(self.conversation) if self.conversation else None,
            "typing": self.typing,
        }


def from_news(news: dict[str, Any]) -> Watching:
    conversation = news["conversation"]
    return Watching(
        page=str(news["page"]),
        staff_id=str(news["staff"]),
        name=str(news["name"]),
        conversation=UUID(conversation) if conversation else None,
        typing=bool(news["typing"]),
    )


@dataclass(frozen=True)
class Seen:
    staff_id: str
    name: str
    typing: bool


class Presence:
    def __init__(self, seconds: Callable[[], float] = monotonic) -> None:
        self._seconds = seconds
        self._pages: dict[str, tuple[Watching, float]] = {}
        self._gone: dict[str, float] = {}

    def note(self, watching: Watching) -> bool:
        """False where nothing is new but that the page is still there."""
        # An announcement that was on its way when the page said goodbye.
        if watching.page in self._gone:
            return False
        before = self._pages.get(watching.page)
        self._pages[watching.page] = (watching, self._seconds())
        return before is None or before[0] != watching or self._is_stale(before[1])

    def forget(self, page: str) -> Watching | None:
        self._gone = {page: at for page, at in self._gone.items() if not self._is_stale(at)}
        self._gone[page] = self._seconds()
        found = self._pages.pop(page, None)
        return found[0] if found else None

    def everywhere(self, *, besides: str) -> dict[UUID, list[Seen]]:
        found: dict[UUID, dict[str, Seen]] = {}
        for watching in self._fresh():
            if watching.conversation is None or watching.staff_id == besides:
                continue
            people = found.setdefault(watching.conversation, {})
            already = people.get(watching.staff_id)
            typing = watching.typing or bool(already and already.typing)
            people[watching.staff_id] = Seen(watching.staff_id, watching.name, typing)
        return {place: sorted(people.values(), key=lambda one: one.name) for place, people in found.items()}

    def _fresh(self) -> list[Watching]:
        now = self._seconds()
        self._pages = {page: kept for page, kept in self._pages.items() if not self._is_stale(kept[1])}
        return [
            Watching(
                watching.page,
                watching.staff_id,
                watching.name,
                watching.conversation,
                watching.typing and now - at < SECONDS_OF_TYPING,
            )
            for watching, at in self._pages.values()
        ]

    def _is_stale(self, at: float) -> bool:
        return self._seconds() - at >= SECONDS_OF_PRESENCE
