"""What is not answered: others' data, other subjects, other languages."""

from actions import brands, suggestions, wording
from actions.base import Skill
from actions.misunderstanding import Misunderstanding, Times
from actions.refusals import LinkFirst, NotForVisitors, NotYourBrand, SignInFirst
from actions.turn import Turn


class ActionAskOtherBrandData(Skill):
    """Refuses; where the number is of the asker's own application, tells how that stands."""

    intent = "ask_other_brand_data"

    def respond(self, turn: Turn) -> None:
        if turn.contact is None:
            if not turn.heard.entity("application_no"):
                raise NotForVisitors
            raise LinkFirst if turn.is_on_channel else SignInFirst
        if not brands.named_in(turn):
            raise NotYourBrand
        Skill.for_intent("store_opening_status").respond(turn)


class ActionOutOfScope(Misunderstanding):
    intent = "out_of_scope"

    def ask_again(self, turn: Turn, times: Times) -> None:
        turn.say(wording.numbered("utter_out_of_scope", times.ever))
        turn.suggest(*suggestions.for_asker(turn))

    def offer_a_person(self, turn: Turn, times: Times) -> None:
        turn.say(wording.numbered("utter_out_of_scope_again", times.ever))
        turn.suggest("handoff_human")


class ActionNonEnglish(Skill):
    intent = "non_english"
    is_understood = False

    def respond(self, turn: Turn) -> None:
        turn.say("utter_english_only")
        turn.suggest("handoff_human")
        turn.remember(question=turn.slots.get("question"))
