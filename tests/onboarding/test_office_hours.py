from datetime import UTC, date, datetime, time

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import office_hours
from onboarding.database import SessionFactory
from onboarding.models import Staff
from onboarding.office_hours import NewHours
from onboarding.programme_types import Holiday


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
def test_people_are_there_on_working_days_from_nine_to_six_in_china(
    moment: str, is_open: bool, session: Session
) -> None:
    assert office_hours.is_open(session, utc(moment)) is is_open


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        ("2026-05-20T00:30", "2026-05-20T01:00"),
        ("2026-05-20T08:00", "2026-05-21T01:00"),
        ("2026-05-22T11:00", "2026-05-25T01:00"),
        ("2026-04-30T11:00", "2026-05-06T01:00"),
    ],
)
def test_the_next_opening_passes_over_weekends_and_holidays(
    moment: str, opening: str, session: Session
) -> None:
    assert office_hours.next_opening(session, utc(moment)) == utc(opening)


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
def test_a_reply_is_promised_within_four_working_hours(moment: str, by: str, session: Session) -> None:
    assert office_hours.promised_reply_by(session, utc(moment)) == utc(by)


def test_what_an_operator_changes_holds_from_its_day_on(session: Session) -> None:
    operator = session.scalars(select(Staff).where(Staff.email == "amara.osei@desk.example")).one()

    office_hours.change(
        session,
        operator,
        NewHours(
            valid_from=date(2026, 5, 25),
            days=(1, 2, 3, 4, 5, 6),
            opens=time(8),
            closes=time(20),
            first_reply_working_hours=2,
            holidays=(Holiday("Company day", date(2026, 5, 26), date(2026, 5, 26)),),
        ),
    )

    assert not office_hours.is_open(session, utc("2026-05-22T00:30"))
    assert office_hours.is_open(session, utc("2026-05-25T00:30"))
    assert not office_hours.is_open(session, utc("2026-05-26T03:00"))
    assert office_hours.promised_reply_by(session, utc("2026-05-25T11:00")) == utc("2026-05-27T01:00")


def test_of_two_changes_for_one_day_the_later_one_counts(session: Session) -> None:
    operator = session.scalars(select(Staff).where(Staff.email == "amara.osei@desk.example")).one()
    for opens in (8, 10):
        office_hours.change(
            session,
            operator,
            NewHours(date(2026, 5, 20), (1, 2, 3, 4, 5), time(opens), time(18), 4, ()),
        )

    assert office_hours.next_opening(session, utc("2026-05-20T12:00")) == utc("2026-05-21T02:00")


def test_another_process_reads_the_change_in_its_next_transaction(sessions: SessionFactory) -> None:
    with sessions() as reading, sessions() as changing:
        before = office_hours.rules_today(reading)
        operator = changing.scalars(select(Staff).where(Staff.email == "amara.osei@desk.example")).one()
        office_hours.change(
            changing, operator, NewHours(date(2026, 5, 20), (1, 2, 3), time(10), time(16), 4, ())
        )
        changing.commit()
        within = office_hours.rules_today(reading)
        reading.commit()
        afterwards = office_hours.rules_today(reading)

    assert (before.opens.value, within.opens.value, afterwards.opens.value) == (time(9), time(9), time(10))
