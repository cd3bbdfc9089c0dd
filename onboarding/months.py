"""Sums of months, in one place."""

from calendar import monthrange
from datetime import date

_IN_A_YEAR = 12


def first_of_month(day: date, months_later: int = 0) -> date:
    """The first of the month so many later; earlier for a negative number."""
    year, month = divmod(day.year * _IN_A_YEAR + day.month - 1 + months_later, _IN_A_YEAR)
    return date(year, month + 1, 1)


def last_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or its last day where it is shorter."""
    first = first_of_month(day, -months)
    return first.replace(day=min(day.day, last_of_month(first).day))


def whole_months_between(first: date, last: date) -> int:
    months = (last.year - first.year) * _IN_A_YEAR + last.month - first.month
    return months - (last.day < first.day)
