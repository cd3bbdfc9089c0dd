"""Filters for the words and times of the desk's conversations."""

from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from typing import Any
from uuid import UUID

from conversations.desk import files
from onboarding import dates
from web import speech


def waited(since: datetime, now: datetime) -> str:
    """ "24 min", "2 h 5 min", "3 days"."""
    passed = max(timedelta(0), now - since)
    minutes = int(passed.total_seconds() // 60)
    if passed >= timedelta(days=1):
        return "1 day" if passed.days == 1 else f"{passed.days} days"
    if minutes >= 60:
        return f"{minutes // 60} h {minutes % 60} min"
    return f"{minutes} min"


def hour(at: datetime, zone: tzinfo) -> str:
    """ "15:43"."""
    return f"{at.astimezone(zone):%H:%M}"


def day_in(at: datetime, zone: tzinfo) -> str:
    return dates.day(at.astimezone(zone).date())


def short_moment(at: datetime, zone: tzinfo) -> str:
    """ "Wed 20 May, 15:43"."""
    here = at.astimezone(zone)
    return f"{dates.short_day(here.date())}, {here:%H:%M}"


def until(at: datetime, now: datetime, zone: tzinfo) -> str:
    """ "18:00" today, "Thu 11:00" on another day."""
    here = at.astimezone(zone)
    return f"{here:%H:%M}" if here.date() == now.astimezone(zone).date() else f"{here:%a %H:%M}"


def first_name(name: str) -> str:
    return name.split()[0] if name.split() else name


def initials(name: str) -> str:
    return "".join(word[0] for word in name.split()[:2]).upper()


def for_desk(text: str, conversation_id: UUID) -> str:
    """Links to files that agents sent lead to the desk's own door."""
    return text.replace(f"]({files.PATH}", f"](/desk/conversations/{conversation_id}/files/")


FILTERS: dict[str, Callable[..., Any]] = {
    "day_in": day_in,
    "first_name": first_name,
    "for_desk": for_desk,
    "hour": hour,
    "initials": initials,
    "plain": speech.plain,
    "said": speech.said,
    "short_moment": short_moment,
    "until": until,
    "waited": waited,
}
