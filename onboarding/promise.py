"""The promise of an opening within so many days: where the clock stands, and with whom the days went by."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.clock import CHINA
from onboarding.errors import DomainError
from onboarding.models import Application, StageChange
from onboarding.names import Stage, Turn
from onboarding.programme import programme
from onboarding.programme_types import PlanStep


class NotSubmitted(DomainError):
    code = "not_submitted"
    what_to_do = "Finish and submit your registration. The days to your opening are counted from then."


@dataclass(frozen=True)
class StageStep:
    """One step of the plan; without `started_on` it is still to come, without `ended_on` not yet done."""

    stage: Stage
    label: str
    started_on: date | None
    ended_on: date | None
    turn: Turn

    @property
    def state(self) -> Literal["done", "now", "next"]:
        if self.started_on is None:
            return "next"
        return "now" if self.ended_on is None else "done"


@dataclass(frozen=True)
class StagePeriod:
    """A stage as it was gone through; reviews and corrections may alternate."""

    stage: Stage
    label: str
    started_on: date
    ended_on: date | None
    turn: Turn
    by: str
    reason: str | None


@dataclass(frozen=True)
class OpeningClock:
    """`owners` says for each day elapsed in China whose turn it was; the day of submission is the first."""

    application_no: str
    submitted_on: date
    days_total: int
    stages: list[StageStep]
    history: list[StagePeriod]
    owners: list[Turn]

    @property
    def target_on(self) -> date:
        return self.submitted_on + timedelta(days=self.days_total)

    @property
    def day(self) -> int:
        return len(self.owners)

    @property
    def days_left(self) -> int:
        return max(0, self.days_total - self.day)

    @property
    def overdue_by(self) -> int:
        return max(0, self.day - self.days_total)

    @property
    def days_with_us(self) -> int:
        return self.owners.count(Turn.PLATFORM)

    @property
    def days_with_you(self) -> int:
        return self.owners.count(Turn.BRAND)

    @property
    def stage(self) -> Stage:
        return self.history[-1].stage

    @property
    def turn(self) -> Turn:
        return self.history[-1].turn

    @property
    def stage_since(self) -> date:
        return self.history[-1].started_on

    @property
    def opened_on(self) -> date | None:
        return self.stage_since if self.stage is Stage.OPEN else None


def opening_clock(session: Session, application: Application) -> OpeningClock:
    """Stands still once the application is open, refused or withdrawn; raises NotSubmitted for a draft."""
    if application.submitted_at is None:
        raise NotSubmitted("The registration has not been submitted yet.")
    return opening_clocks(session, [application])[application.id]


def opening_clocks(session: Session, applications: Sequence[Application]) -> dict[int, OpeningClock]:
    """Of those that were submitted, by id: as many as there are in one question."""
    submitted = [application for application in applications if application.submitted_at is not None]
    changes = _changes_of(session, submitted)
    today = clock.today_in_china(session)
    return {one.id: _clock(one, _history(changes[one.id]), today) for one in submitted}


def _clock(application: Application, history: list[StagePeriod], today: date) -> OpeningClock:
    assert application.submitted_at is not None
    submitted_on = application.submitted_at.astimezone(CHINA).date()
    return OpeningClock(
        application_no=application.number,
        submitted_on=submitted_on,
        days_total=programme().opening.days.value,
        stages=[_step(step, history) for step in programme().opening.plan.value],
        history=history,
        owners=_owners(history, submitted_on, _last_day(history, today)),
    )


def opened_on(session: Session, application: Application) -> date | None:
    """The day in China on which the store opened."""
    return session.scalar(
        select(StageChange.started_on)
        .where(StageChange.application_id == application.id, StageChange.stage == Stage.OPEN)
        .order_by(StageChange.at.desc())
        .limit(1)
    )


def _changes_of(session: Session, applications: Sequence[Application]) -> dict[int, list[StageChange]]:
    found: dict[int, list[StageChange]] = {application.id: [] for application in applications}
    query = select(StageChange).where(StageChange.application_id.in_(found), StageChange.stage != Stage.DRAFT)
    for change in session.scalars(query.order_by(StageChange.at, StageChange.id)):
        found[change.application_id].append(change)
    return found


def _history(changes: list[StageChange]) -> list[StagePeriod]:
    ends = [change.started_on for change in changes[1:]] + [None]
    return [_period(change, ended_on) for change, ended_on in zip(changes, ends, strict=True)]


def _period(change: StageChange, ended_on: date | None) -> StagePeriod:
    stage, turn = change.stage, change.whose_turn
    label = programme().stages[stage]
    return StagePeriod(stage, label, change.started_on, ended_on, turn, change.by, change.reason)


def _last_day(history: list[StagePeriod], today: date) -> date:
    """The day on which the clock is read."""
    current = history[-1]
    return current.started_on if current.stage.is_closed else today


def _owners(history: list[StagePeriod], first: date, last: date) -> list[Turn]:
    days = (first + timedelta(days=number) for number in range((last - first).days))
    return [_owner(history, day) for day in days]


def _owner(history: list[StagePeriod], day: date) -> Turn:
    return next((period.turn for period in reversed(history) if period.started_on <= day), history[0].turn)


def _step(step: PlanStep, history: list[StagePeriod]) -> StageStep:
    periods = [period for period in history if period.stage in step.stages]
    if not periods:
        return StageStep(step.stage, step.label, None, None, step.turn)
    last = periods[-1]
    ended_on = last.started_on if last.stage is Stage.OPEN else last.ended_on
    return StageStep(step.stage, step.label, periods[0].started_on, ended_on, last.turn)
