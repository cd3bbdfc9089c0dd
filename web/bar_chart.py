"""Bars side by side, each of parts on top of each other, in percent of the drawing."""

from collections.abc import Sequence
from dataclasses import dataclass

_SHARE_OF_STEP = 0.7
_MOST_LABELS = 8


@dataclass(frozen=True)
class BarPart:
    kind: str
    y: str
    height: str


@dataclass(frozen=True)
class Bar:
    """`label` is missing where labels would stand too close; on narrow screens only those at the ends have room."""

    x: str
    middle: str
    parts: list[BarPart]
    label: str | None
    is_end: bool


@dataclass(frozen=True)
class BarChart:
    bars: list[Bar]
    width: str
    top: int


def draw(labels: Sequence[str], kinds: Sequence[str], amounts: Sequence[Sequence[int]]) -> BarChart:
    """One bar for each label; its amounts belong to the kinds, the first at the bottom."""
    top = max([sum(amount) for amount in amounts] + [1])
    step = 100 / max(1, len(labels))
    width = step * _SHARE_OF_STEP
    every = -(-len(labels) // _MOST_LABELS)
    last = (len(labels) - 1) // every * every
    bars = []
    for place, (label, amount) in enumerate(zip(labels, amounts, strict=True)):
        x = place * step + (step - width) / 2
        shown = label if place % every == 0 else None
        parts = _stacked(kinds, amount, top)
        bars.append(Bar(_percent(x), _percent(x + width / 2), parts, shown, place in (0, last)))
    return BarChart(bars, _percent(width), top)


def _stacked(kinds: Sequence[str], amount: Sequence[int], top: int) -> list[BarPart]:
    parts, below = [], 0
    for kind, one in zip(kinds, amount, strict=True):
        below += one
        if one:
            parts.append(BarPart(kind, _percent(100 - 100 * below / top), _percent(100 * one / top)))
    return parts


def _percent(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
