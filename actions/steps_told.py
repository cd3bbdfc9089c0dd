"""The steps between approval and opening that wait for the brand, each with a link to its page."""

from actions import wording
from actions.turn import Turn
from conversations import links
from onboarding.models import Application, Brand
from onboarding.names import Stage
from onboarding.names import Turn as Side
from onboarding.opening import steps
from onboarding.opening.names import BEFORE_SETUP, SET_UP, Step
from onboarding.opening.steps import StepState

# Setting up may begin earlier, but nobody has to.
_ASKED_IN = {Stage.CONTRACT_AND_FEES: BEFORE_SETUP, Stage.STORE_SETUP: SET_UP}


def lines(turn: Turn, brand: Brand, application: Application) -> list[str]:
    asked = _ASKED_IN.get(application.stage, ())
    if not asked:
        return []
    states = steps.states(turn.session, application)
    waiting = [states[step] for step in asked if states[step].turn is Side.BRAND]
    if not waiting and application.stage is Stage.STORE_SETUP:
        return [wording.phrase("line_hand_over", path=_path(turn, brand, Step.FINAL_CHECK))]
    return [_line(turn, brand, state) for state in waiting]


def _line(turn: Turn, brand: Brand, state: StepState) -> str:
    kind = "line_step_problem" if state.reason else "line_step"
    path = _path(turn, brand, state.step)
    return wording.phrase(kind, title=state.title, path=path, status=state.label, reason=state.reason)


def _path(turn: Turn, brand: Brand, step: Step) -> str:
    assert turn.contact is not None
    return links.step_page(turn.session, turn.contact, brand.id, step)
