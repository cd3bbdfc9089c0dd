"""Where each step stands: append-only rows, of which the newest counts."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.models import Application, Contact, StepChange
from onboarding.names import Stage, Turn
from onboarding.opening.names import BEFORE_SETUP, SET_UP, Step, StepStatus
from onboarding.opening.wording import NotNow, OpeningRefused, status_label, texts

# The stages in which the brand may work on a step: setting up may begin before the contract is through.
_WORKED_ON = {
    **dict.fromkeys(BEFORE_SETUP, (Stage.CONTRACT_AND_FEES,)),
    **dict.fromkeys(SET_UP, (Stage.CONTRACT_AND_FEES, Stage.STORE_SETUP)),
    Step.FINAL_CHECK: (),
}
_ORDER = list(Stage)
_NEVER_CHANGED = 0


@dataclass(frozen=True)
class StepState:
    """`version` is to be sent back with a change: an older one tells that somebody else came first."""

    step: Step
    title: str
    short: str
    hint: str
    status: StepStatus
    reason: str | None
    answers: dict[str, str]
    by: str | None
    at: datetime | None
    version: int

    @property
    def turn(self) -> Turn | None:
        return self.status.turn

    @property
    def label(self) -> str:
        return status_label(self.status)


def states(session: Session, application: Application) -> dict[Step, StepState]:
    newest = session.scalars(
        select(StepChange)
        .where(StepChange.application_id == application.id)
        .order_by(StepChange.step, StepChange.id.desc())
        .ext(distinct_on(StepChange.step))
    )
    by_step = {change.step: change for change in newest}
    return {step: _state(step, by_step.get(step)) for step in Step}


def state(session: Session, application: Application, step: Step) -> StepState:
    return states(session, application)[step]


def history(session: Session, application: Application, step: Step) -> list[StepChange]:
    """The newest first."""
    return list(
        session.scalars(
            select(StepChange)
            .where(StepChange.application_id == application.id, StepChange.step == step)
            .order_by(StepChange.id.desc())
        )
    )


def change(
    session: Session,
    application: Application,
    step: Step,
    status: StepStatus,
    *,
    by: str,
    contact: Contact | None = None,
    answers: dict[str, str] | None = None,
    reason: str | None = None,
) -> StepChange:
    """Answers stay as they were where none are given; `contact` is None for the staff."""
    kept = state(session, application, step).answers if answers is None else answers
    row = StepChange(
        application_id=application.id,
        step=step,
        status=status,
        answers=kept,
        by=by,
        contact_id=contact.id if contact else None,
        at=clock.now(session),
        reason=reason,
    )
    session.add(row)
    session.flush()
    return row


def why_not_now(application: Application, step: Step) -> str | None:
    """closed, early or late; None where the brand may work on it."""
    if application.stage in _WORKED_ON[step]:
        return None
    if application.stage in (Stage.REJECTED, Stage.WITHDRAWN):
        return "closed"
    is_early = _ORDER.index(application.stage) < _ORDER.index(Stage.CONTRACT_AND_FEES)
    return "early" if is_early else "late"


def require_now(application: Application, step: Step) -> None:
    """Raises NotNow."""
    when = why_not_now(application, step)
    if when is not None:
        raise NotNow(step, when)


def require_unchanged(found: StepState, version: int | None) -> None:
    """Raises OpeningRefused where the page was opened before the last change."""
    if version is not None and version != found.version:
        raise OpeningRefused("changed")


def are_done(found: dict[Step, StepState], wanted: Collection[Step]) -> bool:
    return all(found[step].status is StepStatus.DONE for step in wanted)


def _state(step: Step, newest: StepChange | None) -> StepState:
    words = texts()["steps"][step]
    return StepState(
        step=step,
        title=words["title"],
        short=words["short"],
        hint=words["hint"],
        status=newest.status if newest else StepStatus.TO_DO,
        reason=newest.reason if newest and newest.status is StepStatus.PROBLEM else None,
        answers=dict(newest.answers) if newest else {},
        by=newest.by if newest else None,
        at=newest.at if newest else None,
        version=newest.id if newest else _NEVER_CHANGED,
    )
