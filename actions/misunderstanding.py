"""What is not understood, or is no subject of ours, is asked again, then a person is offered, then one is called."""

from abc import abstractmethod
from dataclasses import asdict, dataclass

from actions.base import Skill
from actions.brands import mentioned, names_another
from actions.refusals import NotYourBrand
from actions.tickets import call_person
from actions.turn import Turn
from conversations.names import HandoffReason

_OFFERS_A_PERSON_AT = 2
_CALLS_A_PERSON_AT = 3


@dataclass(frozen=True)
class Times:
    """`ever` only goes up, so that the words change each time."""

    in_a_row: int = 0
    ever: int = 0


class Misunderstanding(Skill):
    is_understood = False

    def respond(self, turn: Turn) -> None:
        if turn.contact and not mentioned(turn.heard.text, turn.own_brands) and names_another(turn):
            raise NotYourBrand
        before = Times(**(turn.slot("misunderstood") or {}))
        times = Times(before.in_a_row + 1, before.ever + 1)
        turn.remember(misunderstood=asdict(times))
        if times.in_a_row < _OFFERS_A_PERSON_AT:
            self.ask_again(turn, times)
        elif times.in_a_row < _CALLS_A_PERSON_AT:
            self.offer_a_person(turn, times)
            turn.remember(question={"asks": "yes", "for": "handoff_human"})
        else:
            call_person(turn, HandoffReason.MISUNDERSTOOD)

    @abstractmethod
    def ask_again(self, turn: Turn, times: Times) -> None: ...

    @abstractmethod
    def offer_a_person(self, turn: Turn, times: Times) -> None: ...
