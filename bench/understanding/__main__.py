"""`python -m bench.understanding` cross-validates our own messages, and scores the public sets in BENCH_DATA."""

import os
import statistics
import sys
from pathlib import Path
from time import perf_counter

from sklearn.metrics import f1_score

from bench.understanding import public_sets
from bot.audit import cross_validated
from bot.encoder import Layers, sentence_encoder
from bot.head import Head
from bot.intents import encoded
from bot.training import examples

_OUT_OF_SCOPE = "out_of_scope"
_TIMED = 500


def main() -> int:
    messages, intents = examples()
    sentences = encoded(messages)
    _print(own_messages(messages, sentences, intents))
    head = Head.fitted(messages, sentences, intents)
    _print({"milliseconds to understand one, p50": milliseconds(head, messages[:: len(messages) // _TIMED])})
    folder = os.environ.get("BENCH_DATA")
    if not folder:
        print("Set BENCH_DATA to the folder of banking77/ and clinc150/ to score the public sets.")
        return 0
    _print(public_sets.banking77(Path(folder)))
    _print(public_sets.clinc150(Path(folder)))
    return 0


def own_messages(messages: list[str], sentences: Layers, intents: list[str]) -> dict[str, float]:
    decided = [ranked.shares[0][0] for ranked in cross_validated(messages, sentences, intents)]
    pairs = list(zip(decided, intents, strict=True))
    return {
        "our messages": float(len(messages)),
        "our messages, accuracy": statistics.fmean(one == other for one, other in pairs),
        "our messages, macro F1": float(f1_score(intents, decided, average="macro")),
        "our messages, out-of-scope recall": statistics.fmean(
            one == other for one, other in pairs if other == _OUT_OF_SCOPE
        ),
        "our messages, out-of-scope false alarms": statistics.fmean(
            one == _OUT_OF_SCOPE for one, other in pairs if other != _OUT_OF_SCOPE
        ),
    }


def milliseconds(head: Head, messages: list[str]) -> float:
    """Encoder and head, one message at a time, on one thread."""
    taken = []
    for message in messages:
        began = perf_counter()
        head.ranked(message, sentence_encoder().encode(message))
        taken.append((perf_counter() - began) * 1000)
    return statistics.median(taken)


def _print(figures: dict[str, float]) -> None:
    for name, figure in figures.items():
        print(f"{name:42} {figure:.4f}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
