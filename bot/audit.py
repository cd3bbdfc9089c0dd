"""`python -m bot.audit` looks over the training messages: near-duplicates, thin intents, likely label errors.

Exits 1 where a message stands under two intents, which is always an error.
"""

import sys
from collections import Counter
from dataclasses import dataclass

from bot.quiet import quiet

quiet()

import numpy as np

from bot.encoder import Layers, Vector
from bot.head import Head, Ranked
from bot.intents import encoded
from bot.training import examples

_THIN = 40
_NEARLY_THE_SAME = 0.97
_FOLDS = 5
_SURELY_ANOTHER = 0.8
_SHOWN = 40


@dataclass(frozen=True)
class Doubt:
    """`share` is the probability of the intent that a model trained without the message gives it."""

    message: str
    intent: str
    rather: str
    share: float


def main() -> int:
    messages, intents = examples()
    sentences = encoded(messages)
    twice = contradictions(messages, intents)
    _print("Thin intents", [f"{count:4} {intent}" for intent, count in thin(intents)])
    _print("Under two intents", [f"{message!r}: {', '.join(names)}" for message, names in twice])
    _print(
        "Nearly the same",
        [
            f"{messages[one]!r} and {messages[other]!r}"
            for one, other in near_duplicates(sentences[:, -1], intents)
        ],
    )
    _print(
        "Perhaps labelled wrongly",
        [
            f"{doubt.share:.2f} {doubt.rather:24} not {doubt.intent:24} {doubt.message!r}"
            for doubt in doubts(messages, sentences, intents)
        ],
    )
    return 1 if twice else 0


def thin(intents: list[str]) -> list[tuple[str, int]]:
    return sorted(
        (found for found in Counter(intents).items() if found[1] < _THIN), key=lambda found: found[1]
    )


def contradictions(messages: list[str], intents: list[str]) -> list[tuple[str, list[str]]]:
    by_message: dict[str, set[str]] = {}
    for message, intent in zip(messages, intents, strict=True):
        # Of signs alone, such as "??", each means something of its own.
        words = message.casefold().strip(" .!?")
        by_message.setdefault(words or message, set()).add(intent)
    return [(message, sorted(names)) for message, names in by_message.items() if len(names) > 1]


def near_duplicates(vectors: Vector, intents: list[str]) -> list[tuple[int, int]]:
    """Pairs within an intent: they cost training time and teach nothing."""
    found: list[tuple[int, int]] = []
    for intent in dict.fromkeys(intents):
        places = np.flatnonzero(np.array(intents) == intent)
        alike = np.triu(vectors[places] @ vectors[places].T, k=1) > _NEARLY_THE_SAME
        found += [
            (int(places[one]), int(places[other])) for one, other in zip(*np.nonzero(alike), strict=True)
        ]
    return found


def doubts(messages: list[str], sentences: Layers, intents: list[str]) -> list[Doubt]:
    """Messages that a model trained on the others would surely label otherwise, the surest first."""
    found: list[Doubt] = []
    for message, intent, ranked in zip(
        messages, intents, cross_validated(messages, sentences, intents), strict=True
    ):
        rather, share = ranked.shares[0]
        if rather != intent and share >= _SURELY_ANOTHER:
            found.append(Doubt(message, intent, rather, share))
    return sorted(found, key=lambda doubt: -doubt.share)


def cross_validated(messages: list[str], sentences: Layers, intents: list[str]) -> list[Ranked]:
    """What a model trained on the other folds makes of each message."""
    from sklearn.model_selection import StratifiedKFold

    ranked: dict[int, Ranked] = {}
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=0)
    for known, asked in folds.split(messages, intents):
        head = Head.fitted(
            [messages[place] for place in known], sentences[known], [intents[place] for place in known]
        )
        ranked |= {place: head.ranked(messages[place], sentences[place]) for place in asked}
    return [ranked[place] for place in range(len(messages))]


def _print(title: str, lines: list[str]) -> None:
    print(f"\n{title}: {len(lines)}")
    for line in lines[:_SHOWN]:
        print(f"  {line}")


if __name__ == "__main__":
    sys.exit(main())
