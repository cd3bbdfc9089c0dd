"""Which intent a sentence has: a linear head over sentence vectors, and a refusal to guess."""

import os
from bisect import bisect_left
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
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

from bot.encoder import Vector, sentence_encoder
from bot.questions import questions_in

_FILE = "head.npz"
_RANKING_LENGTH = 10
_LIKELY_INTENTS = 3
_MOST_QUESTIONS = 3
QUESTIONS = "questions"
# What is said, not asked: it does not stand beside a question as a second one.
_NO_QUESTIONS = frozenset(
    (
        "affirm", "bot_challenge", "cancel", "correct", "deny", "go_back", "goodbye", "greet", "non_english",
        "out_of_scope", "repeat", "rephrase", "thanks",
    )
)  # fmt: skip


class Head:
    """Multinomial logistic regression, and the training sentences to measure nearness by.

    `weights` is (intents, 384), `bias` (intents,), `examples` (sentences, 384) of unit length, intent after intent,
    and `ends` (intents,) where the examples of each intent end.
    """

    STRENGTH = 64.0

    def __init__(
        self,
        intents: list[str],
        weights: NDArray[np.float32],
        bias: NDArray[np.float32],
        examples: Vector,
        ends: NDArray[np.int64],
    ) -> None:
        self.intents = intents
        self.weights = weights
        self.bias = bias
        self.examples = examples
        self.ends = ends

    @classmethod
    def fitted(cls, vectors: Vector, labels: list[str], strength: float) -> "Head":
        from sklearn.linear_model import LogisticRegression

        model = LogisticRegression(C=strength, max_iter=1000, class_weight="balanced").fit(vectors, labels)
        intents, numbers = np.unique(labels, return_inverse=True)
        by_intent = np.argsort(numbers, kind="stable")
        return cls(
            intents.tolist(),
            model.coef_.astype(np.float32),
            model.intercept_.astype(np.float32),
            vectors[by_intent],
            np.cumsum(np.bincount(numbers)),
        )

    def ranking(self, vector: Vector) -> list[tuple[str, float]]:
        scores = self.weights @ vector + self.bias
        shares = np.exp(scores - scores.max())
        shares /= shares.sum()
        return [(self.intents[place], float(shares[place])) for place in np.argsort(-shares)]

    def nearness(self, vector: Vector, intents: list[str]) -> float:
        """Cosine to the nearest training sentence of these intents: low for what resembles none of them."""
        return max(float((self._examples_of(intent) @ vector).max()) for intent in intents)

    def _examples_of(self, intent: str) -> Vector:
        place = bisect_left(self.intents, intent)
        return self.examples[self.ends[place - 1] if place else 0 : self.ends[place]]


@dataclass(frozen=True)
class Understood:
    """A message, or a part of one from character `start`; `certainty` is probability x nearness."""

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
    """Rejects (nlu_fallback) where the certainty is below `reject_below`.

    Questions in one message count where each has at least `sure_from` by itself; the only one counts instead of
    the message around it where the message's certainty is below `doubt_below` of its own.
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
        return {"strength": Head.STRENGTH, "reject_below": 0.2, "sure_from": 0.45, "doubt_below": 0.6}

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
        with model_storage.read_from(resource) as folder, np.load(folder / _FILE) as kept:
            head = Head(
                kept["intents"].tolist(),
                kept["weights"],
                kept["bias"],
                kept["examples"].astype(np.float32),
                kept["ends"],
            )
        sentence_encoder()
        return cls(config, model_storage, resource, head)

    def train(self, training_data: TrainingData) -> Resource:
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        vectors = encoded([example.get(TEXT) for example in examples])
        labels = [example.get(INTENT) for example in examples]
        self._head = Head.fitted(vectors, labels, self._config["strength"])
        self._persist(self._head)
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
        if whole.certainty < self._config["reject_below"]:
            ranking = [_prediction(DEFAULT_NLU_FALLBACK_INTENT_NAME, 1 - whole.certainty), *ranking]
        message.set(INTENT, ranking[0], add_to_output=True)
        message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)

    def _asked(self, head: Head, text: str) -> list[Understood]:
        """The different questions of a message that are understood without doubt by themselves."""
        parts = questions_in(text)
        if not parts or parts == [text.strip()]:
            return []
        understood = [self._understood(head, part, text.find(part)) for part in parts]
        first_of_intent: dict[str, Understood] = {}
        for question in understood:
            if question.certainty >= self._config["sure_from"] and question.intent not in _NO_QUESTIONS:
                first_of_intent.setdefault(question.intent, question)
        return list(first_of_intent.values())[:_MOST_QUESTIONS]

    def _understood(self, head: Head, text: str, start: int = 0) -> Understood:
        vector = sentence_encoder().encode(text)
        ranking = [_prediction(name, share) for name, share in head.ranking(vector)[:_RANKING_LENGTH]]
        likely = [guess[INTENT_NAME_KEY] for guess in ranking[:_LIKELY_INTENTS]]
        certainty = ranking[0][PREDICTED_CONFIDENCE_KEY] * head.nearness(vector, likely)
        return Understood(text, start, ranking, certainty)

    def _persist(self, head: Head) -> None:
        with self._model_storage.write_to(self._resource) as folder:
            np.savez(
                folder / _FILE,
                intents=np.array(head.intents),
                weights=head.weights,
                bias=head.bias,
                examples=head.examples.astype(np.float16),
                ends=head.ends,
            )


def encoded(sentences: list[str]) -> Vector:
    """(sentences, 384), on all cores."""
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        return np.array(list(threads.map(sentence_encoder().encode, sentences)))


def _prediction(name: str, confidence: float) -> dict[str, Any]:
    return {INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: confidence}
