"""How long a provider lets us write freely after somebody wrote to us; afterwards only a template goes through."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from conversations.channels.names import ChannelKind

CLOSED = "window_closed"
# The setting of an account by which an operator says that Meta lets people of ours use the tag HUMAN_AGENT.
HUMAN_AGENT = "human_agent"
# Meta's customer service window, the same for all who resell WhatsApp, and Messenger's standard messaging window.
_LASTS = {
    ChannelKind.TWILIO_WHATSAPP: timedelta(hours=24),
    ChannelKind.WHATSAPP_CLOUD: timedelta(hours=24),
    ChannelKind.MESSENGER: timedelta(hours=24),
}
# https://developers.facebook.com/docs/messenger-platform/send-messages/message-tags
_LASTS_FOR_PEOPLE = {ChannelKind.MESSENGER: timedelta(days=7)}


@dataclass(frozen=True)
class Window:
    """`closes_at` is None where nobody has written yet, so that it was never open. Until `closes_for_people_at` what a
    person of ours writes goes through, though nothing of the assistant does.
    """

    closes_at: datetime | None
    closes_for_people_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        return self.closes_at is not None and now < self.closes_at

    def is_open_for_people(self, now: datetime) -> bool:
        until = self.closes_for_people_at
        return self.is_open(now) or (until is not None and now < until)

    def left(self, now: datetime) -> timedelta:
        return max(self.closes_at - now, timedelta()) if self.closes_at is not None else timedelta()


def lasts(kind: ChannelKind, settings: Mapping[str, Any]) -> timedelta | None:
    """How long at most; None for channels on which one can write at any time."""
    for_people = _LASTS_FOR_PEOPLE.get(kind) if settings.get(HUMAN_AGENT) else None
    return for_people or _LASTS.get(kind)


def window(
    kind: ChannelKind, last_in_at: datetime | None, settings: Mapping[str, Any] | None = None
) -> Window | None:
    """None for channels on which one can write at any time. `settings` are of the account."""
    lasts = _LASTS.get(kind)
    if lasts is None:
        return None
    for_people = _LASTS_FOR_PEOPLE.get(kind) if (settings or {}).get(HUMAN_AGENT) else None
    return Window(
        last_in_at + lasts if last_in_at is not None else None,
        last_in_at + for_people if last_in_at is not None and for_people is not None else None,
    )
