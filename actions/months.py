"""Which month is meant: "2026-06", "06" for the nearest June, "+1" for the next month."""

from datetime import date

_MONTHS = 12
_HALF_A_YEAR = 6


def month_meant(said: str, today: date) -> date:
    """The first of that month."""
    if said[0] in "+-" or said == "0":
        return _months_later(today, int(said))
    if len(said) > 2:
        year, month = said.split("-")
        return date(int(year), int(month), 1)
    away = (int(said) - today.month + _HALF_A_YEAR) % _MONTHS - _HALF_A_YEAR
    return _months_later(today, away)


def _months_later(today: date, months: int) -> date:
    year, month = divmod(today.year * _MONTHS + today.month - 1 + months, _MONTHS)
    return date(year, month + 1, 1)
