"""The results as a table for people, JSON for programs, and a drawing for the documentation."""

import json
from pathlib import Path
from typing import Any

Result = dict[str, Any]

_MOST_ROWS_DRAWN = 12


def table(results: list[Result]) -> str:
    lines = [_line("what", "stock", "(spread)", "ours", "(spread)", "ratio", "target", "")]
    lines += [
        _line(
            f"{found['name']}, {found['unit']}",
            _number(found["stock"]),
            _spread(found["stock_spread"]),
            _number(found["ours"]),
            _spread(found["ours_spread"]),
            _number(found["ratio"]),
            found["target"] or "",
            {True: "met", False: "MISSED", None: ""}[found["met"]],
        )
        for found in results
    ]
    return "\n".join(lines)


def write_json(results: list[Result], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


def draw(results: list[Result], path: Path) -> None:
    """Ours as a share of stock Rasa's, one bar a row; a tick where the row's target is."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams |= {"svg.hashsalt": "brand-desk", "font.family": "sans-serif", "font.size": 9}
    from matplotlib import pyplot

    drawn = [found for found in results if found["ratio"]][:_MOST_ROWS_DRAWN]
    figure, axes = pyplot.subplots(figsize=(7.6, 0.36 * len(drawn) + 1.0))
    names = [found["name"] for found in drawn]
    axes.barh(names, [found["ratio"] for found in drawn], color="#1f4fd8", height=0.6)
    axes.axvline(1, color="#5b6472", linewidth=1)
    for place, found in enumerate(drawn):
        axes.annotate(f" {found['ratio']:.2f}", (found["ratio"], place), va="center")
    axes.invert_yaxis()
    axes.set_xscale("log")
    axes.set_xlabel("Brand Desk / stock Rasa (1: the same)")
    axes.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


def _line(*cells: str) -> str:
    widths = (54, 9, 19, 9, 19, 7, 24, 6)
    return "  ".join(cell.ljust(width) if place == 0 else cell.rjust(width) for place, (cell, width) in
                     enumerate(zip(cells, widths, strict=True))).rstrip()  # fmt: skip


def _number(figure: float | None) -> str:
    if figure is None:
        return "-"
    return (
        f"{figure:,.2f}" if abs(figure) < 10 else f"{figure:,.1f}" if abs(figure) < 1000 else f"{figure:,.0f}"
    )


def _spread(spread: list[float] | None) -> str:
    return f"{_number(spread[0])} - {_number(spread[1])}" if spread else ""
