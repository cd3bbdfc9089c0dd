"""What the page of an opening shows: the clock as a ruler, the stages, and the documents by who acts."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from onboarding import clock, office_hours, promise, requirements
from onboarding.estimate import Estimate, estimate
from onboarding.models import Application
from onboarding.names import Stage, Turn
from onboarding.opening import steps
from onboarding.opening.names import Step, StepStatus
from onboarding.opening.steps import StepState
from onboarding.promise import OpeningClock
from onboarding.registration.progress import Progress, progress_of
from onboarding.requirements import Checklist
from web import drawing
from web.drawing import Ruler

_AFTER_APPROVAL = (Stage.CONTRACT_AND_FEES, Stage.STORE_SETUP, Stage.FINAL_CHECK)


@dataclass(frozen=True)
class OpeningPage:
    """A draft has no clock and no ruler yet, but its progress; `steps` are there once the contract is offered."""

    clock: OpeningClock | None
    ruler: Ruler | None
    checklist: Checklist
    people_are_there: bool
    steps: list[StepState]
    estimate: Estimate | None
    progress: Progress | None = None


def read_opening(session: Session, application: Application) -> OpeningPage:
    opening = None if application.stage is Stage.DRAFT else promise.opening_clock(session, application)
    return OpeningPage(
        clock=opening,
        ruler=_drawn(opening) if opening else None,
        checklist=requirements.checklist(session, application),
        people_are_there=office_hours.is_open(session, clock.now(session)),
        progress=progress_of(session, application) if application.stage is Stage.DRAFT else None,
        steps=_steps(session, application),
        estimate=estimate(session, application),
    )


def _steps(session: Session, application: Application) -> list[StepState]:
    """Problems first."""
    if application.stage not in _AFTER_APPROVAL:
        return []
    found = steps.states(session, application)
    shown = [state for step, state in found.items() if step is not Step.FINAL_CHECK]
    return sorted(shown, key=lambda state: state.status is not StepStatus.PROBLEM)


def _drawn(opening: OpeningClock) -> Ruler:
    gone = [drawing.YOU if turn is Turn.BRAND else drawing.US for turn in opening.owners]
    kinds = gone + [drawing.NEXT] * opening.days_left
    kinds[opening.days_total - 1] = drawing.END
    return drawing.ruler(kinds, today=max(0, opening.day - 1))
