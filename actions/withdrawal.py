"""Taking an application back: named with its consequence first, done after a clear yes only."""

import re

from actions import wording
from actions.base import LiveAction
from actions.brands import without_application
from actions.turn import Turn
from onboarding.models import Application, Brand
from onboarding.names import Stage
from onboarding.permissions import RoleTooLow
from onboarding.withdrawal import check_withdrawable, withdraw

_YES = re.compile(
    r"\W*(?:(?:oh|ok|okay|well|then|so)[\s,]+)*(?:yes|yeah|yep|yup|sure|confirm(?:ed)?|i confirm|we confirm|agreed"
    r"|absolutely|definitely|certainly|of course|go ahead|do it|please do|ok|okay|correct|right)\b",
    re.IGNORECASE,
)
_NOT_CLEAR = re.compile(
    r"\b(?:maybe|perhaps|not|no|don'?t|but|if|later|wait|think|unsure|probably|possibly|guess)\b|\?",
    re.IGNORECASE,
)


class ActionRegistrationWithdraw(LiveAction):
    intent = "registration_withdraw"

    def answer(self, turn: Turn, brand: Brand) -> None:
        turn.require_our_pages()
        application = turn.application_of(brand)
        if application is None:
            raise without_application(turn, brand)
        assert turn.contact is not None
        try:
            check_withdrawable(turn.session, turn.contact, application)
        except RoleTooLow as refused:
            turn.say(
                "utter_withdraw_not_yours",
                brand=brand.name,
                number=application.number,
                reason=refused,
                what_to_do=refused.what_to_do,
            )
            return
        if self._is_agreed(turn, application):
            withdraw(turn.session, turn.contact, application)
            turn.say("utter_withdrawn", brand=brand.name, number=application.number)
            turn.suggest("registration_start", "handoff_human")
            return
        _ask(turn, brand, application)

    def _is_agreed(self, turn: Turn, application: Application) -> bool:
        asked = turn.slots.get("question") or {}
        is_asked = asked.get("for") == self.intent and asked.get("number") == application.number
        return is_asked and _is_clear_yes(turn)


def _is_clear_yes(turn: Turn) -> bool:
    """The button, or a yes without a but: "maybe yes" and a typed payload are none."""
    if turn.heard.is_button:
        return turn.heard.intent == "affirm"
    return bool(_YES.match(turn.heard.text)) and not _NOT_CLEAR.search(turn.heard.text)


def _ask(turn: Turn, brand: Brand, application: Application) -> None:
    response = "utter_withdraw_draft" if application.stage is Stage.DRAFT else "utter_withdraw_submitted"
    turn.say(response, brand=brand.name, number=application.number)
    turn.offer("affirm", wording.phrase("button_yes_withdraw"), about=ActionRegistrationWithdraw.intent)
    turn.offer("deny", wording.phrase("button_no_keep"), about=ActionRegistrationWithdraw.intent)
    turn.remember(
        question={"asks": "yes", "for": ActionRegistrationWithdraw.intent, "number": application.number},
        brand=brand.name,
    )
