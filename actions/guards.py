"""What is not answered: others' data, other subjects, other languages."""

from actions import brands, suggestions
from actions.base import Skill
from actions.refusals import NotForVisitors, NotYourBrand, SignInFirst
from actions.turn import Turn

_OFFERS_A_PERSON_AT = 2


class ActionAskOtherBrandData(Skill):
    """Refuses, unless the brand or the number turns out to be the asker's own."""

    intent = "ask_other_brand_data"

    def respond(self, turn: Turn) -> None:
        if turn.contact is None:
            raise SignInFirst if turn.heard.entity("application_no") else NotForVisitors
        own = brands.named_in(turn)
        if not own:
            raise NotYourBrand
        Skill.for_intent("store_opening_status").respond(turn)


class ActionOutOfScope(Skill):
    """Counts as not understood: whoever asks again gets other words and the way to a person."""

    intent = "out_of_scope"
    is_understood = False

    def respond(self, turn: Turn) -> None:
        times = int(turn.slot("misunderstood") or 0) + 1
        turn.remember(misunderstood=min(times, _OFFERS_A_PERSON_AT))
        if times < _OFFERS_A_PERSON_AT:
            turn.say("say_out_of_scope")
            turn.suggest(*suggestions.for_asker(turn))
        else:
            turn.say("say_out_of_scope_again")
            turn.suggest("handoff_human")


class ActionNonEnglish(Skill):
    intent = "non_english"

    def respond(self, turn: Turn) -> None:
        turn.say("say_english_only")
        turn.suggest("handoff_human")
        turn.remember(question=turn.slots.get("question"))
