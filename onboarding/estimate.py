"""How long the rest of the way took others, beside what is promised: what happened, not what will."""

from dataclasses import dataclass
from math import ceil
from statistics import median

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.models import Application, StageChange
from onboarding.names import Stage
from onboarding.programme import programme

_MOST = 0.8


@dataclass(frozen=True)
class Estimate:
    """Days from today to the opening: of half of the cases at most `half`, of eight in ten at most `most`."""

    half: int
    most: int
    cases: int


def estimate(session: Session, application: Application) -> Estimate | None:
    """From stores that opened and had been as long in this step of the plan; None where there are too few of them."""
    stages = _step_of(application.stage)
    if not stages:
        return None
    entered = session.scalar(
        select(func.min(StageChange.started_on)).where(
            StageChange.application_id == application.id, StageChange.stage.in_(stages)
        )
    )
    if entered is None:
        return None
    in_step = (clock.today_in_china(session) - entered).days
    left = sorted(days - in_step for days in _days_of_others(session, application, stages) if days > in_step)
    if len(left) < programme().opening.estimate_cases_at_least.value:
        return None
    return Estimate(ceil(median(left)), left[ceil(_MOST * len(left)) - 1], len(left))


def _step_of(stage: Stage) -> tuple[Stage, ...]:
    if stage.is_closed:
        return ()
    return next((step.stages for step in programme().opening.plan.value if stage in step.stages), ())


def _days_of_others(session: Session, application: Application, stages: tuple[Stage, ...]) -> list[int]:
    """From entering the step to the opening, of every store that has opened."""
    entered = (
        select(StageChange.application_id, func.min(StageChange.started_on).label("on"))
        .where(StageChange.stage.in_(stages), StageChange.application_id != application.id)
        .group_by(StageChange.application_id)
        .subquery()
    )
    opened = (
        select(StageChange.application_id, func.max(StageChange.started_on).label("on"))
        .where(StageChange.stage == Stage.OPEN)
        .group_by(StageChange.application_id)
        .subquery()
    )
    return list(
        session.scalars(
            select(opened.c.on - entered.c.on).join(
                entered, entered.c.application_id == opened.c.application_id
            )
        )
    )
