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


def left(until: datetime, now: datetime) -> str:
    """ "5 days 3 h", "3 h 12 min", "42 min", "less than a minute"; conversations.js counts on in the same words."""
    minutes = int(max(timedelta(0), until - now).total_seconds() // 60)
    hours, days = minutes // 60, minutes // (24 * 60)
    if days:
        return f"{'1 day' if days == 1 else f'{days} days'} {hours % 24} h"
    if hours:
        return f"{hours} h {minutes % 60} min"
    return f"{minutes} min" if minutes else "less than a minute"


def seconds_left(until: datetime, now: datetime) -> int:
    return max(0, int((until - now).total_seconds()))


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


def capitalize_first(words: str) -> str:
    return words[:1].upper() + words[1:]


def initials(name: str) -> str:
    return "".join(word[0] for word in name.split()[:2]).upper()


def for_desk(text: str, conversation_id: UUID) -> str:
    """Links to files that agents sent lead to the desk's own door."""
    return text.replace(f"]({files.PATH}", f"](/desk/conversations/{conversation_id}/files/")


FILTERS: dict[str, Callable[..., Any]] = {
    "capitalize_first": capitalize_first,
    "day_in": day_in,
    "first_name": first_name,
    "for_desk": for_desk,
    "hour": hour,
    "initials": initials,
    "left": left,
    "plain": speech.plain,
    "said": speech.said,
    "seconds_left": seconds_left,
    "short_moment": short_moment,
    "until": until,
    "waited": waited,
}
