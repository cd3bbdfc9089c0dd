"""How every answer is made: hear, ask the domain once, say; refusals are put into words in one place."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions import brands, followup, suggestions, team_note, wording
from actions.brands import WhichBrand
from actions.grave import grave_reason
from actions.refusals import LinkFirst, NotYourBrand, SignInFirst
from actions.registration_form import Form
from actions.tickets import call_person
from actions.turn import Heard, Turn
from conversations.context import asker, bound_session
from onboarding.errors import DomainError
from onboarding.models import Brand

_OTHERS_DATA = "ask_other_brand_data"
_REGISTRATION = "registration_start"
_ASKED_AGAIN = "utter_registration_question"
_BESIDE_SUGGESTIONS = 3


class Skill(Action, ABC):
    """Answers `intent`; `takes` are the entities with which a follow-up may name only what is different."""

    intent: ClassVar[str] = ""
    takes: ClassVar[frozenset[str]] = frozenset()
    is_topic: ClassVar[bool] = False
    is_live: ClassVar[bool] = False
    is_understood: ClassVar[bool] = True

    _by_intent: ClassVar[dict[str, "Skill"]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.intent:
            Skill._by_intent[cls.intent] = cls()

    @staticmethod
    def for_intent(intent: str) -> "Skill":
        """Questions without a skill of their own are answered from their article."""
        return Skill._by_intent.get(intent) or Skill._by_intent["article"]

    def name(self) -> str:
        return f"action_{self.intent}"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        with bound_session() as session:
            first, *others = Heard.each_of(tracker)
            who = asker(session, tracker.sender_id)
            turn = Turn(session, who, first, dict(tracker.slots), first.intent)
            team_note.tell(turn)
            self.take(turn)
            for question in others:
                if turn.changed.get("question"):
                    break  # what is asked back has to be answered first
                turn.go_on_with(question)
                Skill.for_intent(question.intent).take(turn)
            followup.keep_last_answer(turn)
            turn.remember(meant=turn.meant)
            turn.deliver(dispatcher)
            return turn.events()

    def take(self, turn: Turn) -> None:
        """What is said may belong to the question before, whatever it looks like by itself."""
        meant = followup.meant_instead(turn, self)
        skill = Skill.for_intent(meant) if meant else self
        turn.asks_about_times = "time_zone" in skill.takes
        turn.intent = meant or turn.intent
        turn.meant.append(followup.decided(turn, meant))
        turn.remember(question=None)
        if (grave := grave_reason(turn)) is not None:
            return call_person(turn, grave, turn.heard.text)
        if meant is None and suggestions.is_choice(turn):
            return suggestions.ask_which_is_meant(turn)
        skill.respond_safely(turn)
        _remind_of_registration(turn, skill)
        if skill.is_understood and (before := turn.slot("misunderstood")):
            turn.remember(misunderstood=before | {"in_a_row": 0})
        if skill.is_topic:
            _keep_topic(turn, skill.topic(turn))

    def topic(self, turn: Turn) -> str:
        return self.intent

    def takes_for(self, topic: str) -> frozenset[str]:
        return self.takes

    def respond_safely(self, turn: Turn) -> None:
        try:
            self.respond(turn)
        except WhichBrand as unclear:
            brands.ask_which(turn, self.intent, unclear.brands)
        except DomainError as refused:
            _put_into_words(turn, refused)

    @abstractmethod
    def respond(self, turn: Turn) -> None: ...


class LiveAction(Skill):
    """Answers from the asker's own data, for one brand, or for all of them where it gives an overview."""

    is_topic = True
    is_live = True
    is_overview: ClassVar[bool] = False

    def respond(self, turn: Turn) -> None:
        if turn.contact is None:
            raise LinkFirst if turn.is_on_channel else SignInFirst
        chosen = brands.chosen(turn, overview=self.is_overview)
        for brand in chosen:
            self.answer(turn, brand)
        brands.keep_in_mind(turn, chosen)

    @abstractmethod
    def answer(self, turn: Turn, brand: Brand) -> None: ...


def _remind_of_registration(turn: Turn, skill: Skill) -> None:
    """After a question in between, the registration is one press away."""
    form = Form.kept(turn)
    if form is None or form.is_paused or skill.intent == _REGISTRATION or not turn.said:
        return
    if turn.said[-1].response != _ASKED_AGAIN:
        turn.offer(_REGISTRATION, wording.phrase("button_go_on_registering"), most=_BESIDE_SUGGESTIONS)


def _keep_topic(turn: Turn, topic: str) -> None:
    before = turn.slot("topic")
    if before and before != topic:
        turn.remember(earlier_topic=before)
    turn.remember(topic=topic)


def _put_into_words(turn: Turn, refused: DomainError) -> None:
    if isinstance(refused, NotYourBrand):
        turn.meant[-1] = _OTHERS_DATA
    response = f"utter_refused_{refused.code}"
    if not wording.is_response(response):
        turn.say("utter_refused", reason=refused, what_to_do=refused.what_to_do)
        return
    turn.say(response, **getattr(refused, "values", {}))
    turn.suggest(*getattr(refused, "suggestions", ()), *suggestions.for_asker(turn))
