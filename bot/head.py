"""Which intent a sentence has, by witnesses who err differently: what it means, which known sentences it is like, which
words it has, and how these are spelt.
"""

import re
import warnings
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.encoder import Layers, Vector

Numbers = NDArray[np.float32]

# Measured by cross-validation of our own messages and on BANKING77's training messages: see docs/performance.md.
_LIKENESS_COUNTS = 0.8
_LIKENESS_SHARPENED, _TERMS_SHARPENED = 25.0, 2.0
_SURENESS = 0.5
_NEIGHBOURS = 2
# A small set is gone through more often, in smaller batches.
_ROUNDS, _STEPS = 20, 800
_SMALLEST_BATCH, _LARGEST_BATCH, _BATCHES = 32, 256, 12
_CANDIDATES = 10
_NEAREST_KNOWN = 3
_KNOWN_WORDS_COUNT = 0.3
_SIZES = (2, 3, 4)
_WORD = re.compile(r"\w+(?:['’]\w+)?")


@dataclass(frozen=True)
class Meaning:
    """Softmax regression over all pooled layers: `weights` (intents, layers x 384), `bias` (intents,)."""

    weights: Numbers
    bias: Numbers

    @classmethod
    def fitted(cls, sentences: Layers, intents: list[str]) -> "Meaning":
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.neural_network import MLPClassifier

        batch = int(np.clip(len(intents) // _BATCHES, _SMALLEST_BATCH, _LARGEST_BATCH))
        # Without a hidden layer it is softmax regression, in a sixth of the time of LogisticRegression.
        model = MLPClassifier(
            (),
            alpha=1e-6,
            batch_size=batch,
            learning_rate_init=0.05,
            max_iter=max(_ROUNDS, _STEPS * batch // len(intents)),
            random_state=0,
        )
        with warnings.catch_warnings():
            # More rounds than these only learn the examples by heart.
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(_flat(sentences), intents)
        return cls(model.coefs_[0].T.astype(np.float32), model.intercepts_[0].astype(np.float32))

    def scores(self, sentence: Layers) -> Numbers:
        return self.weights @ _flat(sentence[None])[0] + self.bias


@dataclass(frozen=True)
class Terms:
    """Linear support vectors over the terms that `found_in` finds in a message: `weights` (terms, intents), `rarity`
    (terms,), `bias` (intents,).
    """

    found_in: Callable[[str], list[str]]
    places: dict[str, int]
    rarity: Numbers
    weights: Numbers
    bias: Numbers

    @classmethod
    def fitted(
        cls,
        found_in: Callable[[str], list[str]],
        messages: list[str],
        intents: list[str],
        fewest_messages: int = 1,
    ) -> "Terms":
        """Terms of fewer messages than `fewest_messages` are left out."""
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.svm import LinearSVC

        vectorizer = TfidfVectorizer(
            analyzer=found_in, min_df=fewest_messages, sublinear_tf=True, dtype=np.float32
        )
        found = vectorizer.fit_transform(messages)
        model = LinearSVC(C=0.5, random_state=0).fit(found, intents)
        return cls(
            found_in,
            {term: int(place) for term, place in vectorizer.vocabulary_.items()},
            vectorizer.idf_.astype(np.float32),
            np.ascontiguousarray(model.coef_.T.astype(np.float32)),
            model.intercept_.astype(np.float32),
        )

    def scores(self, message: str) -> Numbers:
        counted = Counter(
            place for term in self.found_in(message) if (place := self.places.get(term)) is not None
        )
        if not counted:
            return self.bias
        places = np.fromiter(counted, dtype=np.int64)
        weight = (1 + np.log(np.fromiter(counted.values(), dtype=np.float32))) * self.rarity[places]
        scores: Numbers = (weight / np.linalg.norm(weight)) @ self.weights[places] + self.bias
        return scores

    def saved_as(self, name: str) -> dict[str, NDArray[Any]]:
        return {
            name: np.array(sorted(self.places, key=self.places.__getitem__)),
            f"{name}_rarity": self.rarity,
            f"{name}_weights": self.weights.astype(np.float16),
            f"{name}_bias": self.bias,
        }

    @classmethod
    def loaded(cls, found_in: Callable[[str], list[str]], name: str, kept: Mapping[str, Any]) -> "Terms":
        places = {str(term): place for place, term in enumerate(kept[name])}
        weights = kept[f"{name}_weights"].astype(np.float32)
        return cls(found_in, places, kept[f"{name}_rarity"], weights, kept[f"{name}_bias"])


@dataclass(frozen=True)
class Examples:
    """The training sentences, (sentences, 384) of unit length, intent after intent; `ends` (intents,) of each."""

    vectors: Vector
    ends: NDArray[np.int64]

    @classmethod
    def sorted(cls, vectors: Vector, intents: list[str]) -> "Examples":
        _, numbers = np.unique(intents, return_inverse=True)
        return cls(vectors[np.argsort(numbers, kind="stable")], np.cumsum(np.bincount(numbers)))

    def nearest(self, vector: Vector, intent: int) -> Numbers:
        """Cosines to the nearest examples of an intent, the nearest first."""
        start = self.ends[intent - 1] if intent else 0
        cosines: Numbers = self.vectors[start : self.ends[intent]] @ vector
        return np.sort(cosines)[::-1][:_NEAREST_KNOWN]


@dataclass(frozen=True)
class Ranked:
    """Intents with their shares, the likeliest first.

    `certainty` is low where the likeliest is not likely, not like its known sentences, or of other words than they.
    """

    shares: list[tuple[str, float]]
    certainty: float


@dataclass(frozen=True)
class Head:
    intents: list[str]
    meaning: Meaning
    words: Terms
    spelling: Terms
    examples: Examples

    @classmethod
    def fitted(cls, messages: list[str], sentences: Layers, intents: list[str]) -> "Head":
        """`sentences` is (messages, layers, 384)."""
        return cls(
            np.unique(intents).tolist(),
            Meaning.fitted(sentences, intents),
            Terms.fitted(_words_and_pairs, messages, intents),
            Terms.fitted(_pieces_of_words, messages, intents, fewest_messages=2),
            Examples.sorted(sentences[:, -1], intents),
        )

    def ranked(self, message: str, sentence: Layers) -> Ranked:
        """`sentence` is (layers, 384), the last layer the sentence's own vector."""
        words = self.words.scores(message)
        scores = _log_shares(self.meaning.scores(sentence))
        scores = scores + _log_shares(_TERMS_SHARPENED * words)
        scores = scores + _log_shares(_TERMS_SHARPENED * self.spelling.scores(message))
        candidates = np.argsort(-scores)[:_CANDIDATES]
        nearest = [self.examples.nearest(sentence[-1], int(place)) for place in candidates]
        alike = np.array([cosines[:_NEIGHBOURS].mean() for cosines in nearest], dtype=np.float32)
        total = scores[candidates] + _LIKENESS_COUNTS * _log_shares(_LIKENESS_SHARPENED * alike)
        shares = np.exp(_log_shares(_SURENESS * total))
        order = np.argsort(-shares)
        first = order[0]
        known_words = np.exp(_KNOWN_WORDS_COUNT * (words[candidates[first]] - 1))
        return Ranked(
            [(self.intents[candidates[place]], float(shares[place])) for place in order],
            float(np.sqrt(shares[first]) * nearest[first].mean() * known_words),
        )

    def save(self, path: Path) -> None:
        np.savez(
            path,
            intents=np.array(self.intents),
            meaning=self.meaning.weights,
            meaning_bias=self.meaning.bias,
            **self.words.saved_as("words"),
            **self.spelling.saved_as("spelling"),
            examples=self.examples.vectors.astype(np.float16),
            ends=self.examples.ends,
        )

    @classmethod
    def load(cls, path: Path) -> "Head":
        with np.load(path) as kept:
            return cls(
                kept["intents"].tolist(),
                Meaning(kept["meaning"], kept["meaning_bias"]),
                Terms.loaded(_words_and_pairs, "words", kept),
                Terms.loaded(_pieces_of_words, "spelling", kept),
                Examples(kept["examples"].astype(np.float32), kept["ends"]),
            )


def _words_and_pairs(message: str) -> list[str]:
    words = _WORD.findall(message.lower())
    return [*words, *(f"{one} {other}" for one, other in pairwise(words))]


def _pieces_of_words(message: str) -> list[str]:
    """Of two to four characters, the edges of words among them: a word that is mistyped keeps most of its pieces."""
    bounded = [f" {word} " for word in _WORD.findall(message.lower())]
    return [
        word[start : start + size]
        for word in bounded
        for size in _SIZES
        for start in range(len(word) - size + 1)
    ]


def _flat(sentences: Layers) -> Numbers:
    flat: Numbers = sentences.reshape(len(sentences), -1) / np.sqrt(np.float32(sentences.shape[1]))
    return flat


def _log_shares(scores: Numbers) -> Numbers:
    shifted = scores - scores.max()
    shares: Numbers = shifted - np.log(np.exp(shifted).sum())
    return shares
