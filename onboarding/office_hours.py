"""When people are there, in China, and by when they promise to reply."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from onboarding.clock import CHINA
from onboarding.programme import programme


def is_open(moment: datetime) -> bool:
    opens, closes = _hours_of(moment.astimezone(CHINA).date())
    return is_working_day(moment.astimezone(CHINA).date()) and opens <= moment < closes


def next_opening(moment: datetime) -> datetime:
    """The next start of office hours after the moment, also while they last."""
    return next(opens for opens, _ in _working_hours_from(moment) if opens > moment)


def promised_reply_by(moment: datetime) -> datetime:
    """So many working hours on, counted while people are there."""
    left = timedelta(hours=programme().office_hours.first_reply_working_hours.value)
    for opens, closes in _working_hours_from(moment):
        start = max(opens, moment)
        if start + left <= closes:
            return start + left
        left -= max(timedelta(0), closes - start)
    raise AssertionError("working days never end")


def is_working_day(day: date) -> bool:
    rules = programme().office_hours
    on_holiday = any(holiday.first <= day <= holiday.last for holiday in rules.holidays.value)
    return day.isoweekday() in rules.days.value and not on_holiday


def _working_hours_from(moment: datetime) -> Iterator[tuple[datetime, datetime]]:
    day = moment.astimezone(CHINA).date()
    while True:
        if is_working_day(day):
            yield _hours_of(day)
        day += timedelta(days=1)


def _hours_of(day: date) -> tuple[datetime, datetime]:
    rules = programme().office_hours
    opens = datetime.combine(day, rules.opens.value, CHINA)
    return opens.astimezone(UTC), datetime.combine(day, rules.closes.value, CHINA).astimezone(UTC)
