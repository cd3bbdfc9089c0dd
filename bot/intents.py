"""Which intent a message has, which questions it asks, and a refusal to guess."""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.nlu.constants import (
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.decision import OUT_OF_SCOPE
from bot.encoder import Layers, sentence_encoder
from bot.head import Head
from bot.questions import Question, questions_in

_FILE = "head.npz"
_MOST_QUESTIONS = 3
_MOST_CHOICES = 3
QUESTIONS = "questions"
CLOSE = "close"
# The card of the opening answers all of them.
_ONE_CARD = frozenset(
    (
        "document_status", "store_opening_blockers", "store_opening_countdown", "store_opening_next_step",
        "store_opening_status",
    )
)  # fmt: skip
# What is said, not asked: it does not stand beside a question as a second one.
_NO_QUESTIONS = frozenset(
    (
        "affirm", "bot_challenge", "cancel", "correct", "deny", "go_back", "goodbye", "greet", "non_english",
        "out_of_scope", "repeat", "rephrase", "thanks",
    )
)  # fmt: skip


@dataclass(frozen=True)
class Understood:
    """A message, or a part of one from character `start`; `certainty` as in `Ranked`."""

    text: str
    start: int
    ranking: list[dict[str, Any]]
    certainty: float

    @property
    def intent(self) -> str:
        return str(self.ranking[0][INTENT_NAME_KEY])

    def as_json(self) -> dict[str, Any]:
        return {
            "start": self.start,
            "end": self.start + len(self.text),
            "intent": self.intent,
            "confidence": self.ranking[0][PREDICTED_CONFIDENCE_KEY],
        }


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class SentenceIntentClassifier(GraphComponent, IntentClassifier):
    """Rejects (nlu_fallback) where the certainty is below `reject_below`. The share of out_of_scope counts
    `refusal_counts` times, since a wrong answer costs more than a refusal.

    Questions in one message count where each has at least `sure_from` by itself; the only one counts instead of
    the message around it where the message's certainty is below `doubt_below` of its own. It is close between intents
    where the likeliest has less than `clear_from`, and others at least `close_from` of its share.
    """

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        head: Head | None = None,
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._head = head

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {
            "reject_below": 0.14,
            "refusal_counts": 2.0,
            "sure_from": 0.4,
            "doubt_below": 0.75,
            "clear_from": 0.45,
            "close_from": 0.7,
        }

    @staticmethod
    def required_packages() -> list[str]:
        return ["onnxruntime", "tokenizers", "sklearn"]

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "SentenceIntentClassifier":
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "SentenceIntentClassifier":
        with model_storage.read_from(resource) as folder:
            head = Head.load(folder / _FILE)
        sentence_encoder()
        return cls(config, model_storage, resource, head)

    def train(self, training_data: TrainingData) -> Resource:
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        messages = [example.get(TEXT) for example in examples]
        intents = [example.get(INTENT) for example in examples]
        self._head = Head.fitted(messages, encoded(messages), intents)
        with self._model_storage.write_to(self._resource) as folder:
            self._head.save(folder / _FILE)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            self._classify(message)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        return training_data

    def _classify(self, message: Message) -> None:
        text = message.get(TEXT)
        if not text or text.startswith("/") or self._head is None:
            return
        whole = self._understood(self._head, text)
        asked = self._asked(self._head, text)
        if len(asked) > 1:
            message.set(QUESTIONS, [question.as_json() for question in asked], add_to_output=True)
        if asked and (len(asked) > 1 or whole.certainty < asked[0].certainty * self._config["doubt_below"]):
            whole = asked[0]
        ranking = whole.ranking
        close = self._close(whole)
        if close:
            message.set(CLOSE, close, add_to_output=True)
        if whole.certainty < self._config["reject_below"]:
            ranking = [_prediction(DEFAULT_NLU_FALLBACK_INTENT_NAME, 1 - whole.certainty), *ranking]
        message.set(INTENT, ranking[0], add_to_output=True)
        message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)

    def _close(self, whole: Understood) -> list[str]:
        """The intents between which it is close, where their answers differ."""
        first = whole.ranking[0][PREDICTED_CONFIDENCE_KEY]
        near = [
            guess[INTENT_NAME_KEY]
            for guess in whole.ranking
            if guess[PREDICTED_CONFIDENCE_KEY] >= first * self._config["close_from"]
        ]
        doubtful = first < self._config["clear_from"] and not set(near) <= _ONE_CARD
        return near[:_MOST_CHOICES] if len(near) > 1 and doubtful else []

    def _asked(self, head: Head, text: str) -> list[Understood]:
        """The different questions of a message that are understood without doubt by themselves."""
        parts = questions_in(text)
        if not parts or [part.text for part in parts] == [text.strip()]:
            return []
        understood = [self._understood_with_lead(head, text, part) for part in parts]
        first_of_intent: dict[str, Understood] = {}
        for question in understood:
            if question.certainty >= self._config["sure_from"] and question.intent not in _NO_QUESTIONS:
                first_of_intent.setdefault(question.intent, question)
        return list(first_of_intent.values())[:_MOST_QUESTIONS]

    def _understood_with_lead(self, head: Head, text: str, part: Question) -> Understood:
        """By itself, else with what leads to it."""
        start = text.find(part.text)
        alone = self._understood(head, part.text, start)
        if alone.certainty >= self._config["sure_from"] or part.with_lead == part.text:
            return alone
        led_to = self._understood(head, part.with_lead)
        return replace(led_to, text=part.text, start=start) if led_to.certainty > alone.certainty else alone

    def _understood(self, head: Head, text: str, start: int = 0) -> Understood:
        ranked = head.ranked(text, sentence_encoder().encode(text))
        ranking = [_prediction(name, share) for name, share in self._refusing_first(ranked.shares)]
        return Understood(text, start, ranking, ranked.certainty)

    def _refusing_first(self, shares: list[tuple[str, float]]) -> list[tuple[str, float]]:
        """Out of scope at the head where its share counts as much as the likeliest one's."""
        refusal = next((share for share in shares if share[0] == OUT_OF_SCOPE), None)
        if refusal is None or refusal[1] * self._config["refusal_counts"] < shares[0][1]:
            return shares
        return [refusal, *(share for share in shares if share is not refusal)]


def encoded(sentences: list[str]) -> Layers:
    """(sentences, layers, 384), on all cores."""
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        return np.array(list(threads.map(sentence_encoder().encode, sentences)))


def _prediction(name: str, confidence: float) -> dict[str, Any]:
    return {INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: confidence}
