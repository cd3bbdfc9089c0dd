"""Greetings, thanks, goodbyes, and what the assistant is."""

from actions import suggestions
from actions.base import Skill
from actions.turn import Turn

_SPEAKS_OF_STATE = frozenset(("greet", "thanks", "bot_challenge"))


class ActionCourtesy(Skill):
    intent = "courtesy"

    def respond(self, turn: Turn) -> None:
        kind = turn.heard.intent
        if kind == "greet" and turn.contact:
            turn.say("utter_greet_contact", name=turn.contact.name.split()[0])
        else:
            turn.say(f"utter_{kind}")
        if kind in _SPEAKS_OF_STATE:
            turn.suggest(*suggestions.for_asker(turn))
