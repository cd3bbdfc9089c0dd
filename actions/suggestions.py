"""The next questions that fit where the asker stands."""

from actions import wording
from actions.turn import Turn
from onboarding.models import Brand
from onboarding.names import Stage

_FOR_VISITORS = ("document_requirements", "registration_steps", "livestream_date")
_ON_THE_WAY = ("store_opening_countdown", "store_opening_blockers", "document_status")
_BY_STAGE = {
    Stage.DRAFT: ("document_requirements", "store_opening_next_step", "ask_fees"),
    Stage.CORRECTION_NEEDED: ("document_rejection_reason", "store_opening_next_step", "document_deadline"),
    Stage.CONTRACT_AND_FEES: ("store_opening_next_step", "ask_fees", "store_opening_countdown"),
    Stage.STORE_SETUP: ("store_opening_next_step", "store_opening_countdown", "livestream_prepare"),
    Stage.OPEN: ("incubation_progress", "livestream_rank", "livestream_date"),
    Stage.REJECTED: ("handoff_human", "ask_eligibility"),
}
_WITHOUT_APPLICATION = ("registration_start", "document_requirements")


def for_brand(turn: Turn, brand: Brand, besides: str = "") -> list[str]:
    application = turn.application_of(brand)
    if application is None:
        return _without(besides, _WITHOUT_APPLICATION)
    return _without(besides, _BY_STAGE.get(application.stage, _ON_THE_WAY))


def for_asker(turn: Turn, besides: str = "") -> list[str]:
    own = turn.own_brands
    if not own:
        return _without(besides, _FOR_VISITORS)
    if len(own) > 1 and besides != "store_opening_status":
        return ["store_opening_status", "handoff_human"]
    return for_brand(turn, own[0], besides)


def is_choice(turn: Turn) -> bool:
    """Whether it is close between questions that can be offered for choice."""
    return len(turn.heard.close) > 1 and all(wording.has_button(intent) for intent in turn.heard.close)


def ask_which_is_meant(turn: Turn) -> None:
    turn.say("utter_which_is_meant")
    for intent in turn.heard.close:
        turn.offer(intent, wording.button(intent), most=len(turn.heard.close))


def guesses(turn: Turn) -> list[str]:
    """What the message may have meant, the likeliest first, among what can be asked."""
    return [intent for intent in turn.heard.ranking if wording.has_button(intent)]


def _without(besides: str, intents: tuple[str, ...]) -> list[str]:
    return [intent for intent in intents if intent != besides]
