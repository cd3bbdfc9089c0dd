"""How dates and moments are worded on every surface: with the weekday, and in both zones where they differ."""

from datetime import date, datetime, time, timedelta, tzinfo

from onboarding.clock import CHINA

_EARLIEST_HOUR_MEANT, _HALF_A_DAY = 7, 12


def day(on: date) -> str:
    """ "Wed 3 June 2026"."""
    return f"{short_day(on)} {on.year}"


def short_day(on: date) -> str:
    """ "Wed 3 June"."""
    return f"{on:%a} {on.day} {on:%B}"


def month(on: date) -> str:
    """ "May 2026"."""
    return f"{on:%B %Y}"


def moment(at: datetime, reader_zone: tzinfo) -> str:
    """ "Wed 27 May 2026, 18:00 in Oslo (midnight in China)"; China alone where its clocks agree."""
    here, there = at.astimezone(reader_zone), at.astimezone(CHINA)
    if here.utcoffset() == there.utcoffset():
        return _in_china(there)
    return f"{day(here.date())}, {here:%H:%M} {place(reader_zone)} ({_beside(here, there)})"


def end_of_day_in_china(on: date) -> datetime:
    """The first moment after that day."""
    return start_of_day_in_china(on + timedelta(days=1))


def start_of_day_in_china(on: date) -> datetime:
    return datetime.combine(on, time(), CHINA)


def hour_meant(said: int) -> int:
    """Of the day, where nobody said which half: "at 3" is the afternoon, "at 0" midnight and nothing else."""
    return said + _HALF_A_DAY if 0 < said < _EARLIEST_HOUR_MEANT else said


def zone_city(zone: tzinfo | str) -> str:
    """ "Europe/Oslo" is "Oslo"."""
    return str(zone).rpartition("/")[2].replace("_", " ")


def _in_china(there: datetime) -> str:
    if there.time() == time():
        return f"{day(there.date() - timedelta(days=1))}, midnight in China"
    return f"{day(there.date())}, {there:%H:%M} in China"


def _beside(here: datetime, there: datetime) -> str:
    if there.time() == time():
        ended = there.date() - timedelta(days=1)
        return "midnight in China" if ended == here.date() else f"{short_day(ended)}, midnight in China"
    if there.date() == here.date():
        return f"{there:%H:%M} in China"
    return f"{short_day(there.date())}, {there:%H:%M} in China"


def place(zone: tzinfo) -> str:
    """ "in Oslo", "UTC"."""
    city = zone_city(zone)
    return city if city == "UTC" else f"in {city}"
