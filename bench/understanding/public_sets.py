"""BANKING77 and CLINC150 through the components that ship: encoder, head and refusal.

Thresholds are chosen on validation messages; the test messages are only scored.
"""

import csv
import json
import random
import statistics
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from bot.encoder import Layers
from bot.head import Head, Ranked
from bot.intents import encoded

_SHOTS = 10
_SEEDS = (0, 1, 2)
_OUT_OF_SCOPE = "oos"
# The published make-up of the test: 1,000 of its 5,500 messages are out of scope, of the validation set 100 of 3,100.
_BEYOND = 1000 / 5500


@dataclass(frozen=True)
class Labelled:
    messages: list[str]
    sentences: Layers
    intents: list[str]

    def only(self, places: list[int]) -> "Labelled":
        return Labelled(
            [self.messages[place] for place in places],
            self.sentences[places],
            [self.intents[place] for place in places],
        )

    def head(self) -> Head:
        return Head.fitted(self.messages, self.sentences, self.intents)

    def ranked_by(self, head: Head) -> list[Ranked]:
        return [head.ranked(*pair) for pair in zip(self.messages, self.sentences, strict=True)]


def banking77(folder: Path) -> dict[str, float]:
    """Accuracy with all training messages, and with ten an intent (mean and spread over three draws)."""
    known, asked = _csv(folder / "banking77" / "train.csv"), _csv(folder / "banking77" / "test.csv")
    few = [_accuracy(known.only(_draw(known.intents, seed)).head(), asked) for seed in _SEEDS]
    return {
        "BANKING77, all training messages": _accuracy(known.head(), asked),
        "BANKING77, 10 an intent, mean": statistics.fmean(few),
        "BANKING77, 10 an intent, spread": max(few) - min(few),
    }


def clinc150(folder: Path) -> dict[str, float]:
    parts = json.loads((folder / "clinc150" / "data_full.json").read_text(encoding="utf-8"))
    head = _rows(parts["train"] + parts["oos_train"]).head()
    refusal = _best_refusal(head, _rows(parts["val"]), _rows(parts["oos_val"]))
    asked = _rows(parts["test"] + parts["oos_test"])
    pairs = refusal.decided(asked.ranked_by(head), asked.intents)
    beyond = [pair for pair in pairs if pair[1] == _OUT_OF_SCOPE]
    refused = [pair for pair in pairs if pair[0] == _OUT_OF_SCOPE]
    return {
        "CLINC150, overall": _share_of_right(pairs),
        "CLINC150, in scope": _share_of_right([pair for pair in pairs if pair[1] != _OUT_OF_SCOPE]),
        "CLINC150, out-of-scope recall": _share_of_right(beyond),
        "CLINC150, out-of-scope precision": _share_of_right(refused),
    }


@dataclass(frozen=True)
class Refusal:
    """As in `bot.intents`: below `threshold`, or where out of scope counts most when counted `counts` times."""

    threshold: float
    counts: float

    def decided(self, ranked: list[Ranked], intents: list[str]) -> list[tuple[str, str]]:
        """Pairs of what is decided and what is right."""
        return [(self._decided(one), intent) for one, intent in zip(ranked, intents, strict=True)]

    def _decided(self, ranked: Ranked) -> str:
        if ranked.certainty < self.threshold:
            return _OUT_OF_SCOPE
        beyond = dict(ranked.shares).get(_OUT_OF_SCOPE, 0.0)
        return _OUT_OF_SCOPE if beyond * self.counts >= ranked.shares[0][1] else ranked.shares[0][0]


def _best_refusal(head: Head, within: Labelled, beyond: Labelled) -> Refusal:
    ranked_within, ranked_beyond = within.ranked_by(head), beyond.ranked_by(head)

    def right(refusal: Refusal) -> float:
        share_within = _share_of_right(refusal.decided(ranked_within, within.intents))
        share_beyond = _share_of_right(refusal.decided(ranked_beyond, beyond.intents))
        return (1 - _BEYOND) * share_within + _BEYOND * share_beyond

    return max(
        (Refusal(step / 100, counts) for step in range(60) for counts in (1.0, 2.0, 4.0, 8.0)), key=right
    )


def _accuracy(head: Head, asked: Labelled) -> float:
    decided = [ranked.shares[0][0] for ranked in asked.ranked_by(head)]
    return _share_of_right(list(zip(decided, asked.intents, strict=True)))


def _share_of_right(pairs: list[tuple[str, str]]) -> float:
    return sum(decided == intent for decided, intent in pairs) / len(pairs)


def _draw(intents: list[str], seed: int) -> list[int]:
    by_intent: dict[str, list[int]] = defaultdict(list)
    for place, intent in enumerate(intents):
        by_intent[intent].append(place)
    draw = random.Random(seed)
    return [place for intent in sorted(by_intent) for place in draw.sample(by_intent[intent], _SHOTS)]


def _csv(path: Path) -> Labelled:
    with path.open(encoding="utf-8", newline="") as lines:
        return _rows([(row["text"], row["category"]) for row in csv.DictReader(lines)])


def _rows(rows: list[tuple[str, str]]) -> Labelled:
    messages = [row[0] for row in rows]
    return Labelled(messages, encoded(messages), [row[1] for row in rows])
