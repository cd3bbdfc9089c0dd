"""What somebody wishes who wants to be called: collected from message to message until it is complete."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from actions.turn import Turn
from onboarding import clock
from onboarding.dates import hour_meant

_CORRECTS = "correct"
_DAY = timedelta(days=1)
_DAYS_AHEAD = {"today": 0, "tonight": 0, "tomorrow": 1, "day after tomorrow": 2}
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ENTITIES = frozenset(("phone", "time", "date"))
_BARE_HOUR = re.compile(r"(?<!not )(?<!not at )(?<![\d:.+-])\b([01]?\d|2[0-3])\b(?![\d:%])")


@dataclass(frozen=True)
class Wish:
    """`day` as ISO date and `at` as "15:00", both in `zone`; what is None is still to be asked."""

    day: str | None = None
    at: str | None = None
    zone: str | None = None
    phone: str | None = None
    is_passed_on: bool = False

    @classmethod
    def kept(cls, turn: Turn) -> "Wish | None":
        kept: Mapping[str, Any] | None = turn.slot("callback")
        return cls(**kept) if kept is not None else None

    def moment(self, asked_on: date, zone: ZoneInfo) -> datetime | None:
        if self.at is None:
            return None
        day = date.fromisoformat(self.day) if self.day else asked_on
        return datetime.combine(day, time.fromisoformat(self.at), ZoneInfo(self.zone) if self.zone else zone)


def gives_more(turn: Turn) -> bool:
    """Whether the message adds to a wish that is not complete yet, or changes it."""
    kept = Wish.kept(turn)
    if kept is None:
        return False
    corrects = turn.heard.intent == _CORRECTS
    if _ENTITIES & turn.heard.entities.keys():
        return corrects or not kept.is_passed_on
    return corrects and bool(_BARE_HOUR.search(turn.heard.text))


def with_heard(turn: Turn, wish: Wish) -> Wish:
    entity = turn.heard.entity
    at = entity("time") or (_bare_hour(turn.heard.text) if turn.heard.intent == _CORRECTS else None)
    said: dict[str, Any] = {
        "day": _day(turn, entity("date")),
        "at": at,
        "zone": entity("time_zone"),
        "phone": entity("phone"),
    }
    return replace(wish, **{name: value for name, value in said.items() if value is not None})


def _bare_hour(text: str) -> str | None:
    """ "Sorry, 11 not 10": of the hours that are not denied the first."""
    found = _BARE_HOUR.search(text)
    if found is None:
        return None
    return f"{hour_meant(int(found[1])):02d}:00"


def _day(turn: Turn, said: str | None) -> str | None:
    today = clock.now(turn.session).astimezone(turn.zone).date()
    if said in _DAYS_AHEAD:
        return (today + _DAYS_AHEAD[said] * _DAY).isoformat()
    if said in _WEEKDAYS:
        away = (_WEEKDAYS.index(said) - today.weekday() - 1) % len(_WEEKDAYS) + 1
        return (today + away * _DAY).isoformat()
    if said is None or not said[0].isdigit():
        return None
    return _dated(said, today)


def _dated(said: str, today: date) -> str | None:
    """ "05-21" is the next 21 May; a day that does not exist is asked for again."""
    try:
        if len(said) > len("05-21"):
            return date.fromisoformat(said).isoformat()
        this_year = date.fromisoformat(f"{today.year}-{said}")
    except ValueError:
        return None
    return (this_year if this_year >= today else this_year.replace(year=today.year + 1)).isoformat()


def moment_of(turn: Turn, wish: Wish) -> datetime | None:
    """Without a day, the next time that the clock shows it."""
    now = clock.now(turn.session)
    today = now.astimezone(turn.zone).date()
    at = wish.moment(today, turn.zone)
    if at is not None and wish.day is None and at <= now:
        return wish.moment(today + _DAY, turn.zone)
    return at
