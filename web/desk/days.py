"""Days that are entered to choose a part of something, in the reader's own zone."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def day_entered(typed: str | None) -> date | None:
    """None for nothing, and for what is no day."""
    try:
        return date.fromisoformat(typed or "")
    except ValueError:
        return None


def begin_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(0), zone).astimezone(UTC)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The begin of the next day."""
    return begin_of(day + timedelta(days=1), zone)
