"""Which month or days are meant, counted in China."""

from dataclasses import dataclass
from datetime import date, timedelta

from actions import wording
from actions.turn import Turn
from onboarding import clock, dates
from onboarding.months import first_of_month, last_of_month

_MONTHS = 12
_HALF_A_YEAR = 6
_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    first: date
    last: date
    label: str

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def month_meant(said: str, today: date) -> date:
    """The first of "2026-06", of the nearest June for "06", of the next month for "+1"."""
    if said[0] in "+-" or said == "0":
        return first_of_month(today, int(said))
    if len(said) > 2:
        year, month = said.split("-")
        return date(int(year), int(month), 1)
    away = (int(said) - today.month + _HALF_A_YEAR) % _MONTHS - _HALF_A_YEAR
    return first_of_month(today, away)


def period_meant(turn: Turn) -> Period | None:
    today = clock.today_in_china(turn.session)
    month, day = turn.heard.entity("month"), turn.heard.entity("date")
    if month:
        first = month_meant(month, today)
        return Period(first, last_of_month(first), dates.month(first))
    monday = today - today.weekday() * _DAY
    spans = {
        "today": (today, today),
        "yesterday": (today - _DAY, today - _DAY),
        "this week": (monday, today),
        "last week": (monday - _WEEK, monday - _DAY),
    }
    return _labelled(*spans[day]) if day in spans else None


def _labelled(first: date, last: date) -> Period:
    if first == last:
        return Period(first, last, dates.day(first))
    return Period(first, last, wording.phrase("line_from_to", first=dates.day(first), last=dates.day(last)))
