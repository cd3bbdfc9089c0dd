from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from onboarding import dates
from onboarding.months import months_before

END_OF_27_MAY = dates.end_of_day_in_china(date(2026, 5, 27))


def test_a_day_has_its_weekday() -> None:
    assert dates.day(date(2026, 6, 3)) == "Wed 3 June 2026"
    assert dates.short_day(date(2026, 6, 3)) == "Wed 3 June"
    assert dates.month(date(2026, 6, 1)) == "June 2026"


def test_the_end_of_a_day_in_china_is_told_in_the_zone_of_the_reader() -> None:
    assert datetime(2026, 5, 27, 16, tzinfo=UTC) == END_OF_27_MAY
    assert (
        dates.moment(END_OF_27_MAY, ZoneInfo("Europe/Oslo"))
        == "Wed 27 May 2026, 18:00 in Oslo (midnight in China)"
    )


@pytest.mark.parametrize(
    ("zone", "worded"),
    [
        ("Europe/Oslo", "Thu 21 May 2026, 14:00 in Oslo (20:00 in China)"),
        ("America/Los_Angeles", "Thu 21 May 2026, 05:00 in Los Angeles (20:00 in China)"),
        ("Pacific/Auckland", "Fri 22 May 2026, 00:00 in Auckland (Thu 21 May, 20:00 in China)"),
        ("UTC", "Thu 21 May 2026, 12:00 UTC (20:00 in China)"),
        ("Asia/Shanghai", "Thu 21 May 2026, 20:00 in China"),
        ("Asia/Singapore", "Thu 21 May 2026, 20:00 in China"),
    ],
)
def test_a_moment_is_told_in_both_zones_where_they_differ(zone: str, worded: str) -> None:
    assert dates.moment(datetime(2026, 5, 21, 12, tzinfo=UTC), ZoneInfo(zone)) == worded


def test_midnight_in_china_ends_the_day_before() -> None:
    assert dates.moment(END_OF_27_MAY, ZoneInfo("Asia/Shanghai")) == "Wed 27 May 2026, midnight in China"


def test_a_zone_is_called_by_its_city() -> None:
    assert dates.zone_city("Europe/Oslo") == "Oslo"
    assert dates.zone_city(ZoneInfo("America/Argentina/Buenos_Aires")) == "Buenos Aires"
    assert dates.zone_city(UTC) == "UTC"


@pytest.mark.parametrize(("said", "meant"), [(0, 0), (3, 15), (6, 18), (7, 7), (12, 12), (15, 15)])
def test_an_hour_without_its_half_of_the_day_is_the_one_at_which_people_work(said, meant):
    assert dates.hour_meant(said) == meant


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2026, 5, 20), 3, date(2026, 2, 20)),
        (date(2026, 5, 31), 3, date(2026, 2, 28)),
        (date(2026, 1, 30), 1, date(2025, 12, 30)),
    ],
)
def test_a_day_some_months_before(day, months, before):
    assert months_before(day, months) == before
