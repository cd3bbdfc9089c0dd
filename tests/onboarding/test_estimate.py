"""What the rest of the way took others: only from enough cases that had been as long at the same point."""

import pytest
from sqlalchemy import delete, select

from onboarding.estimate import estimate
from onboarding.models import Application, StageChange
from onboarding.names import Stage
from tests.onboarding.opening import way


def test_an_estimate_tells_half_and_eight_in_ten_and_from_how_many(session):
    found = estimate(session, way.offer(session))

    assert found is not None
    assert found.cases >= 20
    assert 0 < found.half <= found.most


def test_days_that_went_by_are_taken_off_and_faster_cases_left_out(session):
    application = way.offer(session)
    before = estimate(session, application)
    way.pass_days(session, 10)

    after = estimate(session, application)

    assert before is not None
    assert after is not None
    assert after.most >= 1
    assert after.cases < before.cases


def test_too_few_cases_are_no_estimate(session):
    application = way.offer(session)
    opened = session.scalars(select(Application.id).where(Application.stage == Stage.OPEN)).all()
    session.execute(delete(StageChange).where(StageChange.application_id.in_(opened[19:])))

    assert estimate(session, application) is None


@pytest.mark.parametrize("stage", [Stage.OPEN, Stage.REJECTED, Stage.DRAFT])
def test_there_is_nothing_to_estimate_outside_the_plan(session, stage):
    application = session.scalars(select(Application).where(Application.stage == stage).limit(1)).one()

    assert estimate(session, application) is None
