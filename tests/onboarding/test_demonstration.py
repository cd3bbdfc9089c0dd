from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import distinct, event, func, select
from sqlalchemy.orm import Session

from onboarding import clock, demonstration, incubation, livestreams, promise, requirements
from onboarding.database import Base
from onboarding.dates import start_of_day_in_china
from onboarding.models import (
    Application,
    Brand,
    Company,
    DocumentSubmission,
    ExchangeRate,
    GmvDay,
    LivestreamEdition,
    StageChange,
)
from onboarding.money import Money
from onboarding.names import DocumentStatus, ListStatus, Stage
from onboarding.opening import contract, fees, moves, steps
from onboarding.opening.names import BEFORE_SETUP
from tests.onboarding.people import INGRID, application, brand, contact

AS_OF = date(2026, 5, 20)


def test_it_is_full_of_brands_from_many_countries_in_every_stage(session: Session) -> None:
    assert not demonstration.is_empty(session)
    assert session.scalar(select(func.count()).select_from(Brand)) >= 300
    assert session.scalar(select(func.count(distinct(Company.country)))) >= 60
    assert set(session.scalars(select(Application.stage).distinct())) == set(Stage)


def test_it_says_that_it_is_made_up(session: Session) -> None:
    assert demonstration.is_demonstration(session)
    assert session.scalars(select(Brand).where(~Brand.is_demonstration)).all() == []


def test_the_written_brands_are_there_with_their_people(session: Session) -> None:
    ingrid = contact(session, INGRID)
    assert (ingrid.name, ingrid.time_zone) == ("Ingrid Solberg", "Europe/Oslo")
    nordlys = application(session, "Nordlys Skincare")
    assert nordlys.submitted_at == datetime(2026, 5, 4, 9, tzinfo=UTC)
    assert application(session, "Fjellvann").submitted_at == datetime(2026, 4, 20, 2, tzinfo=UTC)


def test_nothing_has_happened_yet_on_the_day_it_is_made_as_of(session: Session) -> None:
    begins = start_of_day_in_china(AS_OF)
    assert session.scalar(select(func.max(StageChange.at))) < begins
    assert session.scalar(select(func.max(DocumentSubmission.submitted_at))) < begins
    assert session.scalar(select(func.max(DocumentSubmission.decided_at))) < begins
    assert session.scalar(select(func.max(GmvDay.day))) < AS_OF


def test_the_stage_of_each_application_is_the_last_it_entered(session: Session) -> None:
    newest = (
        select(StageChange.application_id, StageChange.stage)
        .distinct(StageChange.application_id)
        .order_by(StageChange.application_id, StageChange.at.desc(), StageChange.id.desc())
        .subquery()
    )
    query = select(Application).join(newest, newest.c.application_id == Application.id)
    assert session.scalars(query.where(newest.c.stage != Application.stage)).all() == []


def test_documents_fit_the_stage_of_their_application(session: Session) -> None:
    for found in session.scalars(select(Application)):
        documents = requirements.checklist(session, found)
        if found.stage is Stage.CORRECTION_NEEDED:
            assert DocumentStatus.REJECTED in {item.status for item in documents.currently_due}
        if found.stage in (Stage.STORE_SETUP, Stage.FINAL_CHECK, Stage.OPEN):
            assert documents.accepted == documents.items
        if found.stage is Stage.APPROVED:
            assert documents.with_platform == []


def test_some_deadlines_and_some_openings_are_overdue(session: Session) -> None:
    running = session.scalars(select(Application).where(Application.submitted_at.is_not(None))).all()
    assert any(promise.opening_clock(session, found).overdue_by for found in running)
    assert any(requirements.checklist(session, found).past_due for found in running)


def test_a_database_with_brands_is_left_alone(session: Session) -> None:
    with pytest.raises(demonstration.NotEmpty):
        demonstration.load(session)


def test_without_a_day_it_is_made_as_of_today(empty_session: Session) -> None:
    clock.freeze(empty_session, datetime(2027, 2, 3, 20, tzinfo=UTC))
    demonstration.load(empty_session)
    assert empty_session.scalar(select(func.max(GmvDay.day))) == date(2027, 2, 3)


@pytest.mark.parametrize(
    ("as_of", "month", "status"),
    [
        (date(2026, 6, 14), date(2026, 6, 1), ListStatus.PROVISIONAL),
        (date(2026, 6, 15), date(2026, 6, 1), ListStatus.FINAL),
        (date(2026, 6, 21), date(2026, 6, 1), ListStatus.FINAL),
        (date(2026, 6, 22), date(2026, 7, 1), ListStatus.PROVISIONAL),
        (date(2026, 12, 31), date(2027, 1, 1), ListStatus.PROVISIONAL),
    ],
)
def test_on_another_day_everything_has_moved_but_the_livestream(
    empty_session: Session, as_of: date, month: date, status: ListStatus
) -> None:
    session = empty_session
    clock.freeze(session, start_of_day_in_china(as_of))
    demonstration.load(session, as_of)
    kumo, nordlys = brand(session, "Kumo"), application(session, "Nordlys Skincare")

    opening = promise.opening_clock(session, nordlys)
    assert (opening.day, opening.days_with_us, opening.days_with_you) == (16, 14, 2)
    sales = incubation.incubation(session, kumo)
    assert sales is not None
    assert (sales.day, sales.total) == (45, Money.of(612_400))
    assert session.scalar(select(func.max(ExchangeRate.rate_date))) == as_of - timedelta(days=1)

    rank = livestreams.rank_of(session, kumo)
    assert rank is not None
    assert (rank.rank, rank.cohort) == (7, 64)
    assert (rank.month, rank.held_on, rank.list_status) == (month, month.replace(day=21), status)
    assert rank.rank_as_of <= as_of
    past = select(LivestreamEdition.status).where(LivestreamEdition.month < month)
    assert set(session.scalars(past)) == {ListStatus.FINAL}


def test_its_thousands_of_rows_are_loaded_in_few_statements(empty_session: Session) -> None:
    asked: list[str] = []
    event.listen(empty_session.get_bind(), "before_cursor_execute", lambda *call: asked.append(call[2]))
    demonstration.load(empty_session, AS_OF)

    rows = sum(
        empty_session.scalar(select(func.count()).select_from(table)) or 0
        for table in Base.metadata.sorted_tables
    )
    assert len(asked) * 10 < rows, (len(asked), rows)


def test_every_brand_has_agreed_paid_and_set_up_what_its_stage_needs(session):
    def in_stage(stage: Stage) -> list[Application]:
        return list(session.scalars(select(Application).where(Application.stage == stage)))

    assert all(fees.invoice_of(session, one) for one in in_stage(Stage.CONTRACT_AND_FEES))
    for one in in_stage(Stage.STORE_SETUP):
        assert steps.are_done(steps.states(session, one), BEFORE_SETUP)
        assert contract.acceptance(session, one)
    for one in in_stage(Stage.FINAL_CHECK):
        assert moves.what_blocks(session, one, Stage.OPEN) == ["The final check has not been passed yet."]
