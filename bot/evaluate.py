"""`python -m bot.evaluate FILE.tsv` scores the assistant's decisions on single messages."""

import argparse
import asyncio
import json
import statistics
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from bot.quiet import quiet

quiet()

from bot.brain import Brain
from bot.decision import OUT_OF_SCOPE, decision
from bot.training import newest_model

_WORST_CONFUSIONS = 15


@dataclass(frozen=True)
class Judged:
    message: str
    expected: str
    got: str
    confidence: float
    milliseconds: float
    accepted: frozenset[str]

    @property
    def is_right(self) -> bool:
        return self.got == self.expected


def main() -> int:
    options = _options()
    brain = Brain.load(newest_model())
    judged = asyncio.run(judge(brain, options.file, options.soft))
    report = summary(judged)
    _print(report, judged)
    _write_errors(options.errors or options.file.with_suffix(".errors.tsv"), report["errors"])
    if options.json:
        options.json.write_text(json.dumps(report, indent=2, ensure_ascii=False))
    return 0


def summary(judged: list[Judged]) -> dict[str, Any]:
    count = len(judged)
    beyond = [row for row in judged if row.expected == OUT_OF_SCOPE]
    within = [row for row in judged if row.expected != OUT_OF_SCOPE]
    return {
        "n": count,
        "accuracy": _share(sum(row.is_right for row in judged), count),
        "accuracy_soft": _share(sum(row.got in row.accepted for row in judged), count),
        "macro_f1": _macro_f1(judged),
        "oos_recall": _share(sum(row.is_right for row in beyond), len(beyond)),
        "oos_false_alarms": _share(sum(row.got == OUT_OF_SCOPE for row in within), len(within)),
        "ms_p50": round(statistics.median(row.milliseconds for row in judged), 2),
        "errors": [
            {"message": row.message, "expected": row.expected, "got": row.got, "confidence": row.confidence}
            for row in judged
            if not row.is_right
        ],
    }


async def judge(brain: Brain, file: Path, soft_labels: Path | None = None) -> list[Judged]:
    soft = _soft_labels(soft_labels) if soft_labels else {}
    return [await _judged(brain, text, expected, soft.get(text, set())) for text, expected in _rows(file)]


async def _judged(brain: Brain, text: str, expected: str, soft: set[str]) -> Judged:
    started = perf_counter()
    got, confidence = decision(await brain.parse(text))
    milliseconds = (perf_counter() - started) * 1000
    return Judged(text, expected, got, round(confidence, 4), milliseconds, frozenset(soft | {expected}))


def _macro_f1(judged: list[Judged]) -> float:
    scores = []
    for intent in {row.expected for row in judged}:
        right = sum(row.expected == row.got == intent for row in judged)
        named = sum(row.got == intent for row in judged) + sum(row.expected == intent for row in judged)
        scores.append(2 * right / named)
    return round(statistics.fmean(scores), 4)


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _rows(path: Path) -> list[tuple[str, str]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    pairs = [line.rsplit("\t", 1) for line in lines if line.strip()]
    return [(text, label.strip()) for text, label in pairs]


def _soft_labels(path: Path) -> dict[str, set[str]]:
    labels: dict[str, set[str]] = defaultdict(set)
    for text, allowed in _rows(path):
        labels[text].update(allowed.split("|"))
    return labels


def _print(report: dict[str, Any], judged: list[Judged]) -> None:
    for name, value in report.items():
        if name != "errors":
            print(f"{name:18} {value}")
    confusions = Counter((row.expected, row.got) for row in judged if not row.is_right)
    for (expected, got), times in confusions.most_common(_WORST_CONFUSIONS):
        print(f"{times:4d}  {expected} taken for {got}")


def _write_errors(path: Path, errors: list[dict[str, Any]]) -> None:
    lines = [f"{row['message']}\t{row['expected']}\t{row['got']}\t{row['confidence']}" for row in errors]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(errors)} wrong rows are in {path}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bot.evaluate", description=__doc__)
    parser.add_argument("file", type=Path, metavar="FILE.tsv")
    parser.add_argument("--soft", type=Path, metavar="FILE", help="further labels that are right as well")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the report here")
    parser.add_argument("--errors", type=Path, metavar="FILE", help="write the wrong rows here")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
