"""When people answer, in words, on the clocks of the reader and of China."""

from datetime import date, datetime, tzinfo

from sqlalchemy.orm import Session

from onboarding import clock, dates, office_hours
from onboarding.clock import CHINA
from onboarding.programme_types import OfficeHours

_DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


def hours_today(session: Session, zone: tzinfo) -> str:
    """ "Mon to Fri, 03:00 to 12:00 in Oslo (09:00 to 18:00 in China)", as it is today."""
    return hours_said(office_hours.rules_today(session), clock.today_in_china(session), zone)


def hours_said(rules: OfficeHours, on: date, zone: tzinfo) -> str:
    """ "Mon to Fri, 03:00 to 12:00 in Oslo (09:00 to 18:00 in China)", as it is on that day."""
    opens = datetime.combine(on, rules.opens.value, CHINA)
    closes = datetime.combine(on, rules.closes.value, CHINA)
    in_china = f"{opens:%H:%M} to {closes:%H:%M} in China"
    days = _days_said(rules.days.value)
    if opens.astimezone(zone).utcoffset() == opens.utcoffset():
        return f"{days}, {in_china}"
    here = f"{opens.astimezone(zone):%H:%M} to {closes.astimezone(zone):%H:%M}"
    city = dates.zone_city(zone)
    return f"{days}, {here} {city if city == 'UTC' else f'in {city}'} ({in_china})"


def _days_said(days: tuple[int, ...]) -> str:
    names = [_DAYS[day - 1] for day in days]
    if len(days) > 2 and days == tuple(range(days[0], days[-1] + 1)):
        return f"{names[0]} to {names[-1]}"
    return ", ".join(names)
