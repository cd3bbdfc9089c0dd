"""Taking an application back: named with its consequence first, done after a clear yes only."""

from actions import wording
from actions.base import LiveAction
from actions.refusals import NoApplication
from actions.turn import Turn
from onboarding.models import Application, Brand
from onboarding.names import Stage
from onboarding.withdrawal import check_withdrawable, withdraw


class ActionRegistrationWithdraw(LiveAction):
    intent = "registration_withdraw"

    def answer(self, turn: Turn, brand: Brand) -> None:
        application = turn.application_of(brand)
        if application is None:
            raise NoApplication(brand=brand.name)
        assert turn.contact is not None
        if self._is_agreed(turn, application):
            withdraw(turn.session, turn.contact, application)
            turn.say("utter_withdrawn", brand=brand.name, number=application.number)
            turn.suggest("registration_start", "handoff_human")
            return
        check_withdrawable(turn.session, turn.contact, application)
        _ask(turn, brand, application)

    def _is_agreed(self, turn: Turn, application: Application) -> bool:
        asked = turn.slots.get("question") or {}
        return (
            turn.heard.intent == "affirm"
            and asked.get("for") == self.intent
            and asked.get("number") == application.number
        )


def _ask(turn: Turn, brand: Brand, application: Application) -> None:
    response = "utter_withdraw_draft" if application.stage is Stage.DRAFT else "utter_withdraw_submitted"
    turn.say(response, brand=brand.name, number=application.number)
    turn.offer("affirm", wording.phrase("button_yes_withdraw"), about=ActionRegistrationWithdraw.intent)
    turn.offer("deny", wording.phrase("button_no_keep"), about=ActionRegistrationWithdraw.intent)
    turn.remember(
        question={"asks": "yes", "for": ActionRegistrationWithdraw.intent, "number": application.number},
        brand=brand.name,
    )
