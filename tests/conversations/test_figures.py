"""First replies, promises, ends, ratings and reasons."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from conversations import figures
from conversations.lookup import open_for_visitor
from conversations.models import Handoff
from conversations.names import HandoffOutcome, HandoffReason
from onboarding.models import Staff

MONDAY = datetime(2026, 5, 18, 2, tzinfo=UTC)
DAY = date(2026, 5, 18)


@pytest.fixture
def mei(session) -> Staff:
    return session.scalars(select(Staff).where(Staff.name == "Mei Lin")).one()


def call(session, asked_at=MONDAY, reason=HandoffReason.ASKED_FOR_PERSON, by=None, **hours: float) -> Handoff:
    """`promised`, `replied`, `ended`, `broken` are hours after the call."""
    at = {name: asked_at + timedelta(hours=after) for name, after in hours.items()}
    made = Handoff(
        conversation_id=open_for_visitor(session).id,
        reason=reason,
        asked_at=asked_at,
        promised_by=at.get("promised", asked_at + timedelta(hours=4)),
        claimed_at=asked_at if by else None,
        claimed_by=by.id if by else None,
        first_reply_at=at.get("replied"),
        promise_broken_at=at.get("broken"),
        ended_at=at.get("ended"),
        outcome=HandoffOutcome.RESOLVED if "ended" in at else None,
    )
    session.add(made)
    session.flush()
    return made


def test_a_promise_is_kept_by_a_reply_in_time_and_broken_by_a_late_one_or_none(session, mei):
    call(session, by=mei, replied=4)
    call(session, by=mei, replied=4.1)
    call(session, by=mei, replied=5, broken=4)
    call(session)

    total = figures.report(session, DAY, DAY).total

    assert (total.calls, total.kept, total.broken, total.kept_percent) == (4, 1, 3, 25)


def test_what_is_not_over_or_was_taken_back_in_time_is_neither(session):
    call(session, promised=1000)
    call(session, ended=1)

    total = figures.report(session, DAY, DAY).total

    assert (total.calls, total.kept, total.broken, total.kept_percent) == (2, 0, 0, None)


def test_times_are_medians_from_the_call_on(session, mei):
    for hours in (1, 2, 30):
        call(session, by=mei, replied=hours, ended=2 * hours)

    total = figures.report(session, DAY, DAY).total

    assert (total.first_reply_minutes, total.resolution_minutes, total.resolved) == (120, 240, 3)


def test_the_rating_is_the_mean_of_those_who_rated(session, mei):
    for stars in (5, 4, None):
        call(session, by=mei, replied=1, ended=2).stars = stars
    session.flush()

    total = figures.report(session, DAY, DAY).total

    assert (total.rated, total.stars) == (2, 4.5)


def test_days_are_those_of_china(session):
    call(session, asked_at=datetime(2026, 5, 18, 15, 59, tzinfo=UTC))
    call(session, asked_at=datetime(2026, 5, 18, 16, 0, tzinfo=UTC))

    report = figures.report(session, DAY, date(2026, 5, 20))

    assert [(day.day, row.calls) for day, row in report.by_day] == [(18, 1), (19, 1), (20, 0)]


def test_people_and_reasons_are_told_apart(session, mei):
    call(session, by=mei, replied=1)
    call(session, reason=HandoffReason.COMPLAINT)
    call(session, reason=HandoffReason.COMPLAINT)

    report = figures.report(session, DAY, DAY)

    assert [(name, row.calls) for name, row in report.by_staff] == [("Mei Lin", 1), ("Nobody yet", 2)]
    assert report.by_reason == [(HandoffReason.COMPLAINT, 2), (HandoffReason.ASKED_FOR_PERSON, 1)]
