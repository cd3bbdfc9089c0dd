"""The stages from approved to open: what each one needs stands here and nowhere else, for pages and desk alike."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from onboarding import requirements, stages
from onboarding.models import Application
from onboarding.names import Stage, Turn
from onboarding.opening import steps
from onboarding.opening.names import BEFORE_SETUP, SET_UP, Step, StepStatus
from onboarding.opening.wording import Blocked, reason, texts, title
from onboarding.programme import programme

_COMES_AFTER = {
    Stage.CONTRACT_AND_FEES: Stage.APPROVED,
    Stage.STORE_SETUP: Stage.CONTRACT_AND_FEES,
    Stage.FINAL_CHECK: Stage.STORE_SETUP,
    Stage.OPEN: Stage.FINAL_CHECK,
}
_STEPS_NEEDED: Mapping[Stage, tuple[Step, ...]] = {
    Stage.CONTRACT_AND_FEES: (),
    Stage.STORE_SETUP: BEFORE_SETUP,
    Stage.FINAL_CHECK: BEFORE_SETUP + SET_UP,
    Stage.OPEN: (*BEFORE_SETUP, *SET_UP, Step.FINAL_CHECK),
}


def what_blocks(session: Session, application: Application, stage: Stage) -> list[str]:
    """Sentences that say what stands against this stage; none where it may be entered now."""
    words = texts()["blockers"]
    if application.stage is not _COMES_AFTER[stage]:
        names = programme().stages
        return [words["stage"].format(needed=names[_COMES_AFTER[stage]], stage=names[application.stage])]
    found = steps.states(session, application)
    return [
        words["documents"].format(label=item.label) for item in _documents_open(session, application, stage)
    ] + [
        words.get(step) or words["step"].format(title=title(step))
        for step in _STEPS_NEEDED[stage]
        if found[step].status is not StepStatus.DONE
    ]


def enter(session: Session, application: Application, stage: Stage, *, by: str, reason: str) -> None:
    """Raises Blocked with everything that is missing. The application must be locked."""
    blockers = what_blocks(session, application, stage)
    if blockers:
        raise Blocked(blockers)
    stages.move(session, application, stage, by=by, reason=reason)


def follow(session: Session, application: Application, *, by: str) -> None:
    """What a change of a step or a document brings about by itself. The application must be locked.

    Once contract, payment and papers are settled, the set-up begins; until then the turn is ours while all that is
    left lies with us, so that those days are not counted as the brand's.
    """
    if application.stage is not Stage.CONTRACT_AND_FEES:
        return
    if not what_blocks(session, application, Stage.STORE_SETUP):
        stages.move(session, application, Stage.STORE_SETUP, by=by, reason=reason("to_set_up"))
    elif _brand_has_to_act(session, application):
        stages.pass_turn(session, application, Turn.BRAND, by=by, reason=reason("brand_again"))
    else:
        stages.pass_turn(session, application, Turn.PLATFORM, by=by, reason=reason("brand_done"))


def _brand_has_to_act(session: Session, application: Application) -> bool:
    found = steps.states(session, application)
    turns = {found[step].turn for step in BEFORE_SETUP}
    turns |= {item.turn for item in _documents_open(session, application, Stage.STORE_SETUP)}
    return Turn.BRAND in turns


def _documents_open(
    session: Session, application: Application, stage: Stage
) -> list[requirements.ChecklistItem]:
    return requirements.checklist(session, application).unsettled_for(stage)
