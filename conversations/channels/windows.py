"""How long a provider lets us write freely after somebody wrote to us; afterwards only a template goes through."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from conversations.channels.names import ChannelKind

CLOSED = "window_closed"
# Meta's customer service window, the same for all who resell WhatsApp, and Messenger's standard messaging window.
_HOURS = {
    ChannelKind.TWILIO_WHATSAPP: timedelta(hours=24),
    ChannelKind.WHATSAPP_CLOUD: timedelta(hours=24),
    ChannelKind.MESSENGER: timedelta(hours=24),
}


@dataclass(frozen=True)
class Window:
    """`closes_at` is None where nobody has written yet, so that it was never open."""

    closes_at: datetime | None

    def is_open(self, now: datetime) -> bool:
        return self.closes_at is not None and now < self.closes_at

    def left(self, now: datetime) -> timedelta:
        return max(self.closes_at - now, timedelta()) if self.closes_at is not None else timedelta()


def window(kind: ChannelKind, last_in_at: datetime | None) -> Window | None:
    """None for channels on which one can write at any time."""
    lasts = _HOURS.get(kind)
    if lasts is None:
        return None
    return Window(last_in_at + lasts if last_in_at is not None else None)
