from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from onboarding import clock, promise
from onboarding.models import StageChange
from onboarding.names import Stage, Turn
from onboarding.promise import OpeningClock
from tests.onboarding.people import application


def opening(session: Session, brand_name: str) -> OpeningClock:
    return promise.opening_clock(session, application(session, brand_name))


def enter(session: Session, brand_name: str, stage: Stage, at: datetime) -> None:
    entered = application(session, brand_name)
    entered.stage = stage
    session.add(
        StageChange(
            application_id=entered.id,
            stage=stage,
            started_on=at.astimezone(clock.CHINA).date(),
            at=at,
            by="Review team",
        )
    )
    session.flush()


def test_sixteen_days_of_thirty_fourteen_of_them_with_us(session: Session) -> None:
    found = opening(session, "Nordlys Skincare")
    assert (found.day, found.days_total, found.days_left) == (16, 30, 14)
    assert (found.days_with_us, found.days_with_you) == (14, 2)
    assert found.target_on == date(2026, 6, 3)
    assert found.owners == [Turn.PLATFORM] * 14 + [Turn.BRAND] * 2


def test_it_is_the_turn_of_the_brand_since_a_document_was_refused(session: Session) -> None:
    found = opening(session, "Nordlys Skincare")
    assert (found.stage, found.turn) == (Stage.CORRECTION_NEEDED, Turn.BRAND)
    assert found.stage_since == date(2026, 5, 18)
    assert found.opened_on is None


def test_days_are_counted_in_china(session: Session) -> None:
    clock.freeze(session, datetime(2026, 5, 20, 15, 59, tzinfo=UTC))
    assert opening(session, "Nordlys Skincare").day == 16
    clock.freeze(session, datetime(2026, 5, 20, 16, 0, tzinfo=UTC))
    assert opening(session, "Nordlys Skincare").day == 17


def test_the_last_day_is_not_overdue_yet(session: Session) -> None:
    found = opening(session, "Fjellvann")
    assert (found.day, found.days_left, found.overdue_by) == (30, 0, 0)


def test_an_overdue_opening_tells_whose_days_they_were(session: Session) -> None:
    clock.freeze(session, datetime(2026, 5, 26, 8, tzinfo=UTC))
    found = opening(session, "Fjellvann")
    assert (found.day, found.days_left, found.overdue_by) == (36, 0, 6)
    assert (found.days_with_us, found.days_with_you) == (22, 14)


def test_the_clock_stands_still_at_the_opening(session: Session) -> None:
    found = opening(session, "Kumo")
    assert (found.opened_on, found.day, found.overdue_by) == (date(2026, 4, 6), 27, 0)
    clock.freeze(session, datetime(2026, 7, 1, tzinfo=UTC))
    assert opening(session, "Kumo") == found


def test_a_refused_application_waits_for_nobody(session: Session) -> None:
    enter(session, "Nordlys Skincare", Stage.REJECTED, datetime(2026, 5, 19, 2, tzinfo=UTC))
    assert opening(session, "Nordlys Skincare").day == 15


def test_each_step_of_the_plan_is_done_at_hand_or_to_come(session: Session) -> None:
    steps = opening(session, "Nordlys Skincare").stages
    assert [(step.label, step.state) for step in steps] == [
        ("Brand review", "done"),
        ("Documents", "now"),
        ("Contract and fees", "next"),
        ("Store set-up", "next"),
        ("Final check", "next"),
        ("Open", "next"),
    ]
    assert (steps[0].ended_on, steps[1].started_on) == (date(2026, 5, 7), date(2026, 5, 7))
    assert (steps[1].turn, steps[2].turn, steps[4].turn) == (Turn.BRAND, Turn.BRAND, Turn.PLATFORM)


def test_every_step_of_an_open_store_is_done(session: Session) -> None:
    assert {step.state for step in opening(session, "Kumo").stages} == {"done"}


def test_reviews_and_corrections_that_alternate_are_one_step_and_three_periods(session: Session) -> None:
    found = opening(session, "Fjellvann")
    documents = found.stages[1]
    assert (documents.started_on, documents.ended_on) == (date(2026, 4, 23), None)
    assert [(period.stage, period.started_on) for period in found.history[2:]] == [
        (Stage.DOCUMENT_REVIEW, date(2026, 4, 23)),
        (Stage.CORRECTION_NEEDED, date(2026, 4, 28)),
        (Stage.DOCUMENT_REVIEW, date(2026, 5, 12)),
    ]


def test_two_stages_on_one_day_give_the_day_to_the_later(session: Session) -> None:
    enter(session, "Nordlys Skincare", Stage.DOCUMENT_REVIEW, datetime(2026, 5, 18, 9, tzinfo=UTC))
    assert opening(session, "Nordlys Skincare").days_with_you == 0


def test_a_draft_has_no_clock_yet(session: Session) -> None:
    draft = application(session, "Nordlys Skincare")
    draft.submitted_at, draft.stage = None, Stage.DRAFT
    with session.no_autoflush, pytest.raises(promise.NotSubmitted) as refusal:
        promise.opening_clock(session, draft)
    assert refusal.value.code == "not_submitted"
