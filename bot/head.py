"""Which intent a sentence has, by three witnesses who err differently: what it means, which known sentences it is
like, and which words it has.
"""

import re
import warnings
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.encoder import Layers, Vector

Numbers = NDArray[np.float32]

# Measured by cross-validation of our own messages and on BANKING77's training messages: see docs/performance.md.
_LIKENESS_COUNTS, _WORDS_COUNT = 0.8, 0.6
_LIKENESS_SHARPENED, _WORDS_SHARPENED = 25.0, 2.0
_SURENESS = 0.6
_NEIGHBOURS = 3
_ROUNDS, _BATCH = 20, 256
# A small set is gone through more often.
_STEPS = 800
_CANDIDATES = 10
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

        # Without a hidden layer it is softmax regression, in a sixth of the time of LogisticRegression.
        model = MLPClassifier(
            (),
            alpha=1e-6,
            batch_size=_BATCH,
            learning_rate_init=0.05,
            max_iter=max(_ROUNDS, _STEPS * _BATCH // len(intents)),
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
class Words:
    """Linear support vectors over words and pairs: `weights` (terms, intents), `rarity` (terms,), `bias` (intents,)."""

    terms: dict[str, int]
    rarity: Numbers
    weights: Numbers
    bias: Numbers

    @classmethod
    def fitted(cls, messages: list[str], intents: list[str]) -> "Words":
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.svm import LinearSVC

        vectorizer = TfidfVectorizer(analyzer=_terms, sublinear_tf=True, dtype=np.float32)
        found = vectorizer.fit_transform(messages)
        model = LinearSVC(C=0.5, random_state=0).fit(found, intents)
        return cls(
            {term: int(place) for term, place in vectorizer.vocabulary_.items()},
            vectorizer.idf_.astype(np.float32),
            np.ascontiguousarray(model.coef_.T.astype(np.float32)),
            model.intercept_.astype(np.float32),
        )

    def scores(self, message: str) -> Numbers:
        counted = Counter(place for term in _terms(message) if (place := self.terms.get(term)) is not None)
        if not counted:
            return self.bias
        places = np.fromiter(counted, dtype=np.int64)
        weight = (1 + np.log(np.fromiter(counted.values(), dtype=np.float32))) * self.rarity[places]
        scores: Numbers = (weight / np.linalg.norm(weight)) @ self.weights[places] + self.bias
        return scores


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
        """Cosines to the nearest examples of an intent, ascending."""
        start = self.ends[intent - 1] if intent else 0
        cosines: Numbers = self.vectors[start : self.ends[intent]] @ vector
        return np.sort(cosines)[-_NEIGHBOURS:]


@dataclass(frozen=True)
class Ranked:
    """Intents with their shares, the likeliest first; `nearness` is the cosine to the nearest known sentence."""

    shares: list[tuple[str, float]]
    nearness: float

    @property
    def certainty(self) -> float:
        return self.shares[0][1] * self.nearness


@dataclass(frozen=True)
class Head:
    intents: list[str]
    meaning: Meaning
    words: Words
    examples: Examples

    @classmethod
    def fitted(cls, messages: list[str], sentences: Layers, intents: list[str]) -> "Head":
        """`sentences` is (messages, layers, 384)."""
        return cls(
            np.unique(intents).tolist(),
            Meaning.fitted(sentences, intents),
            Words.fitted(messages, intents),
            Examples.sorted(sentences[:, -1], intents),
        )

    def ranked(self, message: str, sentence: Layers) -> Ranked:
        """`sentence` is (layers, 384), the last layer the sentence's own vector."""
        scores = _log_shares(self.meaning.scores(sentence))
        scores = scores + _WORDS_COUNT * _log_shares(_WORDS_SHARPENED * self.words.scores(message))
        candidates = np.argsort(-scores)[:_CANDIDATES]
        nearest = [self.examples.nearest(sentence[-1], int(place)) for place in candidates]
        alike = np.array([cosines.mean() for cosines in nearest], dtype=np.float32)
        total = scores[candidates] + _LIKENESS_COUNTS * _log_shares(_LIKENESS_SHARPENED * alike)
        shares = np.exp(_log_shares(_SURENESS * total))
        order = np.argsort(-shares)
        return Ranked(
            [(self.intents[candidates[place]], float(shares[place])) for place in order],
            max(float(cosines[-1]) for cosines in nearest),
        )

    def save(self, path: Path) -> None:
        np.savez(
            path,
            intents=np.array(self.intents),
            meaning=self.meaning.weights,
            meaning_bias=self.meaning.bias,
            terms=np.array(sorted(self.words.terms, key=self.words.terms.__getitem__)),
            rarity=self.words.rarity,
            words=self.words.weights.astype(np.float16),
            words_bias=self.words.bias,
            examples=self.examples.vectors.astype(np.float16),
            ends=self.examples.ends,
        )

    @classmethod
    def load(cls, path: Path) -> "Head":
        with np.load(path) as kept:
            terms = {str(term): place for place, term in enumerate(kept["terms"])}
            return cls(
                kept["intents"].tolist(),
                Meaning(kept["meaning"], kept["meaning_bias"]),
                Words(terms, kept["rarity"], kept["words"].astype(np.float32), kept["words_bias"]),
                Examples(kept["examples"].astype(np.float32), kept["ends"]),
            )


def _terms(message: str) -> Iterable[str]:
    words = _WORD.findall(message.lower())
    return [*words, *(f"{one} {other}" for one, other in pairwise(words))]


def _flat(sentences: Layers) -> Numbers:
    flat: Numbers = sentences.reshape(len(sentences), -1) / np.sqrt(np.float32(sentences.shape[1]))
    return flat


def _log_shares(scores: Numbers) -> Numbers:
    shifted = scores - scores.max()
    shares: Numbers = shifted - np.log(np.exp(shifted).sum())
    return shares
