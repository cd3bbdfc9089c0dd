"""The rows of the table: design.md's, each with what it must reach."""

import statistics
from dataclasses import dataclass
from typing import Any

from bench.side_by_side.measures import CROWDS, PLACES, Figures


@dataclass(frozen=True)
class Row:
    """`stock` names another row to compare with; `most_ratio` and `least_ratio` hold ours / stock, `most` ours."""

    name: str
    unit: str
    stock: str | None = None
    most_ratio: float | None = None
    least_ratio: float | None = None
    most: float | None = None


ROWS = [
    Row("greeting p50", "ms", most_ratio=0.5),
    Row("greeting p95", "ms"),
    Row("answer from the database p50", "ms", stock="greeting p50", most_ratio=0.65),
    Row("answer from the database p95", "ms", stock="greeting p95"),
    *(Row(f"message {place}", "ms") for place in PLACES),
    Row("message 400 / message 10", "times", most=1.1),
    *(Row(f"messages a second, {crowd} conversations, 1 worker", "1/s") for crowd in CROWDS),
    *(
        Row(
            f"messages a second, {crowd} conversations, 2 workers",
            "1/s",
            stock=f"messages a second, {crowd} conversations, 1 worker",
            least_ratio=3.5 if crowd == 8 else None,
        )
        for crowd in CROWDS
    ),
    Row("messages a CPU second, 1 worker", "1/s"),
    Row("messages a CPU second, 2 workers", "1/s", stock="messages a CPU second, 1 worker"),
    Row("start until the site answers", "s", most=2.0),
    Row("start until the assistant answers", "s", most=5.0),
    Row("training", "s", most=30.0),
    Row("memory, 1 worker", "MB", most=500.0),
    Row("disk", "MB"),
]


def result(row: Row, stock: Figures, ours: Figures) -> dict[str, Any]:
    """Medians over the rounds; what was not measured is None, and so is `met` where nothing is asked."""
    theirs, own = _median(stock.get(row.stock or row.name)), _median(ours.get(row.name))
    ratio = own / theirs if own is not None and theirs else None
    return {
        "name": row.name,
        "unit": row.unit,
        "stock": theirs,
        "ours": own,
        "ratio": ratio,
        "target": _target(row),
        "met": _met(row, own, ratio),
        "stock_spread": _spread(stock.get(row.stock or row.name)),
        "ours_spread": _spread(ours.get(row.name)),
    }


def _median(figures: list[float] | None) -> float | None:
    return statistics.median(figures) if figures else None


def _spread(figures: list[float] | None) -> list[float] | None:
    return [min(figures), max(figures)] if figures else None


def _target(row: Row) -> str | None:
    if row.most_ratio is not None:
        return f"at most {row.most_ratio:g} of stock"
    if row.least_ratio is not None:
        return f"at least {row.least_ratio:g} times stock"
    return f"at most {row.most:g} {row.unit}" if row.most is not None else None


def _met(row: Row, ours: float | None, ratio: float | None) -> bool | None:
    if row.most is not None:
        return None if ours is None else ours <= row.most
    if ratio is None or (row.most_ratio is None and row.least_ratio is None):
        return None
    return ratio <= row.most_ratio if row.most_ratio is not None else ratio >= (row.least_ratio or 0)
