from datetime import UTC, datetime

import pytest

from onboarding import office_hours


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-05-20T01:00", True),
        ("2026-05-20T00:59", False),
        ("2026-05-20T09:59", True),
        ("2026-05-20T10:00", False),
        ("2026-05-23T03:00", False),
        ("2026-05-01T03:00", False),
    ],
)
def test_people_are_there_on_working_days_from_nine_to_six_in_china(moment: str, is_open: bool) -> None:
    assert office_hours.is_open(utc(moment)) is is_open


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        ("2026-05-20T00:30", "2026-05-20T01:00"),
        ("2026-05-20T08:00", "2026-05-21T01:00"),
        ("2026-05-22T11:00", "2026-05-25T01:00"),
        ("2026-04-30T11:00", "2026-05-06T01:00"),
    ],
)
def test_the_next_opening_passes_over_weekends_and_holidays(moment: str, opening: str) -> None:
    assert office_hours.next_opening(utc(moment)) == utc(opening)


@pytest.mark.parametrize(
    ("moment", "by"),
    [
        ("2026-05-20T02:00", "2026-05-20T06:00"),
        ("2026-05-20T06:00", "2026-05-20T10:00"),
        ("2026-05-20T08:00", "2026-05-21T03:00"),
        ("2026-05-22T20:00", "2026-05-25T05:00"),
        ("2026-04-30T09:30", "2026-05-06T04:30"),
    ],
)
def test_a_reply_is_promised_within_four_working_hours(moment: str, by: str) -> None:
    assert office_hours.promised_reply_by(utc(moment)) == utc(by)
