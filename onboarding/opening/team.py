"""What the team may do with an application at its stage, with what stands against each move."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from sqlalchemy.orm import Session

from onboarding import clock, dates
from onboarding.models import Application
from onboarding.names import Stage
from onboarding.opening import brand_review, fees, moves, refusal, steps
from onboarding.opening.names import SET_UP, Step, StepStatus
from onboarding.opening.wording import FieldsRefused, texts

SHORTEST_WORDS, LONGEST_WORDS = 10, 1000
_YES = "yes"


class TeamMove(StrEnum):
    BEGIN_REVIEW = "BEGIN_REVIEW"
    PASS_REVIEW = "PASS_REVIEW"
    APPROVE = "APPROVE"
    OFFER = "OFFER"
    FEE_RECEIVED = "FEE_RECEIVED"
    FEE_NOT_RECEIVED = "FEE_NOT_RECEIVED"
    BEGIN_SET_UP = "BEGIN_SET_UP"
    HAND_OVER = "HAND_OVER"
    PASS_FINAL_CHECK = "PASS_FINAL_CHECK"
    SEND_BACK = "SEND_BACK"
    OPEN = "OPEN"
    REFUSE = "REFUSE"
    DECIDE_APPEAL = "DECIDE_APPEAL"

    @property
    def is_ours(self) -> bool:
        """The others are shown for what they wait for."""
        return self is not TeamMove.HAND_OVER


_M = TeamMove
_AT_STAGE: Mapping[Stage, tuple[TeamMove, ...]] = {
    Stage.SUBMITTED: (_M.BEGIN_REVIEW, _M.REFUSE),
    Stage.BRAND_REVIEW: (_M.PASS_REVIEW, _M.REFUSE),
    Stage.DOCUMENT_REVIEW: (_M.APPROVE, _M.REFUSE),
    Stage.CORRECTION_NEEDED: (_M.APPROVE, _M.REFUSE),
    Stage.APPROVED: (_M.OFFER,),
    Stage.CONTRACT_AND_FEES: (_M.FEE_RECEIVED, _M.FEE_NOT_RECEIVED, _M.BEGIN_SET_UP),
    Stage.STORE_SETUP: (_M.HAND_OVER,),
    Stage.FINAL_CHECK: (_M.PASS_FINAL_CHECK, _M.OPEN, _M.SEND_BACK, _M.REFUSE),
    Stage.REJECTED: (_M.DECIDE_APPEAL,),
}


@dataclass(frozen=True)
class Possible:
    """`unmet` says in sentences what stands against it; `yes` is what is confirmed where it cannot be undone."""

    move: TeamMove
    title: str
    then: str
    yes: str | None
    unmet: list[str]

    @property
    def may_be_made(self) -> bool:
        return self.move.is_ours and not self.unmet


@dataclass(frozen=True)
class Given:
    """What was filled in for a move; each move takes what is its own."""

    words: str = ""
    day: date | None = None
    steps: dict[Step, str] = field(default_factory=dict)
    granted: bool = False


def possible(session: Session, application: Application) -> list[Possible]:
    """An appeal that nobody made is not named."""
    at_stage = _AT_STAGE.get(application.stage, ())
    if refusal.appeal_of(session, application) is None:
        at_stage = tuple(move for move in at_stage if move is not TeamMove.DECIDE_APPEAL)
    return [described(session, application, move) for move in at_stage]


def described(session: Session, application: Application, move: TeamMove) -> Possible:
    words = texts()["team_moves"][move]
    return Possible(
        move, words["title"], words["then"], words.get("confirm"), _unmet(session, application, move)
    )


def given(session: Session, application: Application, move: TeamMove, typed: Mapping[str, str]) -> Given:
    """What was typed, read and judged. Raises FieldsRefused by the names of the fields."""
    errors: dict[str, str] = {}
    found = _READ.get(move, _nothing)(session, application, typed, errors)
    if texts()["team_moves"][move].get("confirm") and typed.get("yes") != _YES:
        errors["yes"] = texts()["team_words"]["missing_yes"]
    if errors:
        raise FieldsRefused(errors)
    return found


def _unmet(session: Session, application: Application, move: TeamMove) -> list[str]:
    words = texts()["blockers"]
    match move:
        case TeamMove.BEGIN_REVIEW:
            return brand_review.blocks_beginning(application)
        case TeamMove.PASS_REVIEW:
            return brand_review.blocks_passing(session, application)
        case TeamMove.APPROVE:
            return brand_review.blocks_approval(session, application)
        case TeamMove.FEE_RECEIVED | TeamMove.FEE_NOT_RECEIVED:
            return _against_payment(session, application, words)
        case TeamMove.PASS_FINAL_CHECK | TeamMove.SEND_BACK:
            return _against_final_check(session, application, move, words)
        case TeamMove.REFUSE:
            return refusal.what_blocks(application)
        case TeamMove.DECIDE_APPEAL:
            return _against_answer(session, application, words)
    return moves.what_blocks(session, application, _ENTERS[move])


_ENTERS = {
    TeamMove.OFFER: Stage.CONTRACT_AND_FEES,
    TeamMove.BEGIN_SET_UP: Stage.STORE_SETUP,
    TeamMove.HAND_OVER: Stage.FINAL_CHECK,
    TeamMove.OPEN: Stage.OPEN,
}


def _against_payment(session: Session, application: Application, words: dict[str, str]) -> list[str]:
    invoice = fees.invoice_of(session, application)
    if invoice is None:
        return [words["no_invoice"]]
    return [words["paid"]] if invoice.received_on else []


def _against_final_check(
    session: Session, application: Application, move: TeamMove, words: dict[str, str]
) -> list[str]:
    if application.stage is not Stage.FINAL_CHECK:
        return [words["handed_over"]]
    is_passed = steps.state(session, application, Step.FINAL_CHECK).status is StepStatus.DONE
    return [words["passed"]] if is_passed and move is TeamMove.PASS_FINAL_CHECK else []


def _against_answer(session: Session, application: Application, words: dict[str, str]) -> list[str]:
    made = refusal.appeal_of(session, application)
    return [] if made is not None and made.granted is None else [words["appeal"]]


type _Reads = Callable[[Session, Application, Mapping[str, str], dict[str, str]], Given]


def _nothing(_: Session, __: Application, ___: Mapping[str, str], ____: dict[str, str]) -> Given:
    return Given()


def _words(_: Session, __: Application, typed: Mapping[str, str], errors: dict[str, str]) -> Given:
    said = " ".join(typed.get("words", "").split())
    if wrong := _wrong_words(said, must_be_there=True):
        errors["words"] = wrong
    return Given(words=said)


def _answer(
    session: Session, application: Application, typed: Mapping[str, str], errors: dict[str, str]
) -> Given:
    found = _words(session, application, typed, errors)
    if typed.get("granted") not in ("yes", "no"):
        errors["granted"] = texts()["team_words"]["missing_answer"]
    return Given(words=found.words, granted=typed.get("granted") == _YES)


def _day(
    session: Session, application: Application, typed: Mapping[str, str], errors: dict[str, str]
) -> Given:
    words, last = texts()["team_words"], clock.today_in_china(session)
    invoice = fees.invoice_of(session, application)
    first = invoice.issued_on if invoice else last
    try:
        day = date.fromisoformat(typed.get("day", "").strip())
    except ValueError:
        errors["day"] = words["missing_day"]
        return Given()
    if not first <= day <= last:
        errors["day"] = words["wrong_day"].format(first=dates.day(first), last=dates.day(last))
    return Given(day=day)


def _found_in_check(_: Session, __: Application, typed: Mapping[str, str], errors: dict[str, str]) -> Given:
    said = {step: " ".join(typed.get(step, "").split()) for step in SET_UP}
    for step, what in said.items():
        if wrong := _wrong_words(what, must_be_there=False):
            errors[step] = wrong
    if not any(said.values()):
        errors[SET_UP[0]] = texts()["team_words"]["missing_steps"]
    return Given(steps={step: what for step, what in said.items() if what})


def _wrong_words(said: str, *, must_be_there: bool) -> str | None:
    words = texts()["team_words"]
    if not said:
        return str(words["missing_words"]) if must_be_there else None
    if len(said) < SHORTEST_WORDS:
        return str(words["short_words"]).format(shortest=SHORTEST_WORDS)
    return str(words["long_words"]).format(longest=LONGEST_WORDS) if len(said) > LONGEST_WORDS else None


_READ: Mapping[TeamMove, _Reads] = {
    TeamMove.FEE_RECEIVED: _day,
    TeamMove.FEE_NOT_RECEIVED: _words,
    TeamMove.SEND_BACK: _found_in_check,
    TeamMove.REFUSE: _words,
    TeamMove.DECIDE_APPEAL: _answer,
}
