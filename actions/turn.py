"""One turn as an action sees it: who asks, what was heard, what is kept in mind, what is said."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from actions import wording
from actions.refusals import OnOurPages
from conversations.context import Asker
from onboarding import clock, dates
from onboarding.brands import application_of, brands_of
from onboarding.models import Application, Brand, Contact

_MOST_SUGGESTIONS = 2
NOT_UNDERSTOOD = "nlu_fallback"

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Heard:
    """`text` is what was typed, or the payload of a button of ours; `beside` is what no entity covers; `close` are the
    intents between which it is close.
    """

    text: str
    intent: str
    entities: Mapping[str, tuple[str, ...]]
    ranking: tuple[str, ...] = ()
    beside: str = ""
    close: tuple[str, ...] = ()
    confidence: float = 1.0

    @classmethod
    def of(cls, tracker: Tracker) -> "Heard":
        message = tracker.latest_message or {}
        entities = _by_name(message.get("entities", []))
        ranking = tuple(guess["name"] for guess in message.get("intent_ranking", []))
        guess = message.get("intent") or {}
        intent = guess.get("name") or ""
        text = message.get("text") or ""
        beside = _beside_entities(text, message.get("entities", []))
        close = tuple(message.get("close") or ())
        confidence = 0.0 if intent == NOT_UNDERSTOOD else float(guess.get("confidence") or 0.0)
        return cls(text, intent, entities, ranking, beside, close, confidence)

    @classmethod
    def each_of(cls, tracker: Tracker) -> list["Heard"]:
        """The questions of a message that asks several, else the message itself."""
        message = tracker.latest_message or {}
        questions = message.get("questions") or []
        return [cls._question(message, asked) for asked in questions] or [cls.of(tracker)]

    @classmethod
    def _question(cls, message: dict[str, Any], asked: dict[str, Any]) -> "Heard":
        start, end = asked["start"], asked["end"]
        inside = [
            found | {"start": found["start"] - start, "end": found["end"] - start}
            for found in message.get("entities", [])
            if start <= found["start"] and found["end"] <= end
        ]
        text = str(message["text"])[start:end]
        return cls(
            text,
            asked["intent"],
            _by_name(inside),
            (asked["intent"],),
            _beside_entities(text, inside),
            confidence=asked["confidence"],
        )

    def entity(self, name: str) -> str | None:
        return next(iter(self.entities.get(name, ())), None)

    @property
    def is_button(self) -> bool:
        return self.text.startswith("/")


def _by_name(found: list[dict[str, Any]]) -> dict[str, tuple[str, ...]]:
    entities: dict[str, tuple[str, ...]] = {}
    for entity in found:
        entities[entity["entity"]] = (*entities.get(entity["entity"], ()), str(entity["value"]))
    return entities


def _beside_entities(text: str, entities: list[dict[str, Any]]) -> str:
    """Entities may overlap, as the month does in a date."""
    spans = [range(found.get("start", 0), found.get("end", 0)) for found in entities]
    covered = {place for span in spans for place in span}
    return "".join(" " if place in covered else letter for place, letter in enumerate(text))


@dataclass
class Said:
    response: str
    values: dict[str, str]
    buttons: list[dict[str, str]] = field(default_factory=list)


@dataclass
class Turn:
    """`intent` is what is meant, which a follow-up may leave to the question before; `meant` keeps it of each question
    of the message, for whoever asks why this was answered.
    """

    session: Session
    asker: Asker
    heard: Heard
    slots: dict[str, Any]
    intent: str
    said: list[Said] = field(default_factory=list)
    changed: dict[str, Any] = field(default_factory=dict)
    meant: list[str] = field(default_factory=list)
    asks_about_times: bool = False
    is_data_out_of_reach: bool = False
    _applications: dict[int, Application | None] = field(default_factory=dict)

    @property
    def contact(self) -> Contact | None:
        return self.asker.contact

    @property
    def is_on_channel(self) -> bool:
        """Not on the website."""
        conversation = self.asker.conversation
        return conversation is not None and conversation.answered_on is not None

    @property
    def zone(self) -> ZoneInfo:
        """The place that is asked about, where the question is about times; else the asker's own."""
        named = self.heard.entity("time_zone") if self.asks_about_times else None
        return ZoneInfo(named) if named else self.asker.zone

    @cached_property
    def own_brands(self) -> list[Brand]:
        """Of the person who is signed in, by name; none of a visitor, and none while data is out of reach."""
        if self.contact is None:
            return []
        try:
            with self.session.begin_nested():
                return brands_of(self.session, self.contact)
        except OperationalError:
            # Static answers need no data: only what asks for it is refused.
            _log.exception("the onboarding data is out of reach")
            self.is_data_out_of_reach = True
            return []

    def require_our_pages(self) -> None:
        """Raises OnOurPages."""
        if self.asker.is_by_proxy:
            raise OnOurPages

    def forget_brands(self) -> None:
        """To be read anew, since one was added."""
        self.__dict__.pop("own_brands", None)

    def application_of(self, brand: Brand) -> Application | None:
        if brand.id not in self._applications:
            self._applications[brand.id] = application_of(self.session, brand)
        return self._applications[brand.id]

    def go_on_with(self, heard: Heard) -> None:
        """The next question of the same message: what is suggested belongs under the last answer."""
        for said in self.said:
            said.buttons = []
        self.heard, self.intent = heard, heard.intent

    def say(self, response: str, **values: object) -> None:
        self.said.append(Said(response, {name: str(value) for name, value in values.items()}))

    def suggest(self, *intents: str) -> None:
        """At most two next questions, as buttons under what was said last."""
        for intent in intents:
            self.offer(intent, wording.button(intent))

    def offer(self, intent: str, title: str, most: int = _MOST_SUGGESTIONS, **entities: str) -> None:
        buttons = self.said[-1].buttons
        payload = f"/{intent}{json.dumps(entities) if entities else ''}"
        if len(buttons) < most and all(button["payload"] != payload for button in buttons):
            buttons.append({"title": title, "payload": payload})

    def slot(self, name: str) -> Any:
        return self.changed.get(name, self.slots.get(name))

    def remember(self, **slots: Any) -> None:
        self.changed.update(slots)

    def day(self, day: Any) -> str:
        return dates.day(day)

    def moment(self, at: datetime, zone: ZoneInfo | None = None) -> str:
        return dates.moment(at, zone or self.zone)

    @property
    def as_of(self) -> str:
        return self.moment(clock.now(self.session))

    def deliver(self, dispatcher: CollectingDispatcher) -> None:
        for said in self.said:
            dispatcher.utter_message(response=said.response, buttons=said.buttons, **said.values)

    def events(self) -> list[EventType]:
        return [SlotSet(name, value) for name, value in self.changed.items() if value != self.slots.get(name)]
