"""Geometry of the drawings, in percent, so that they fit any width without inline styles."""

from collections.abc import Sequence
from dataclasses import dataclass

US, YOU, NEXT, END = "us", "you", "next", "end"
_DENSE_ABOVE = 40
_SHARE_OF_STEP = 0.59
_LABEL_MARGIN = 4  # percent of the width within which the label leans inwards


@dataclass(frozen=True)
class Tick:
    kind: str
    x: str
    y: int
    height: int


@dataclass(frozen=True)
class Ruler:
    ticks: list[Tick]
    width: str
    dense: bool
    today_x: str | None
    today_anchor: str


def ruler(kinds: Sequence[str], today: int | None = None) -> Ruler:
    """One tick a day; `today` is the index of the tick below that word."""
    dense = len(kinds) > _DENSE_ABOVE
    width = 100 * _SHARE_OF_STEP / len(kinds)
    step = (100 - width) / max(1, len(kinds) - 1)
    return Ruler(
        ticks=[_tick(kind, index * step, dense) for index, kind in enumerate(kinds)],
        width=_percent(width),
        dense=dense,
        today_x=None if today is None else _percent(today * step + width / 2),
        today_anchor="middle" if today is None else _anchor(today * step),
    )


def _tick(kind: str, x: float, dense: bool) -> Tick:
    y = {US: 30, NEXT: 58 if dense else 30}.get(kind, 0)
    return Tick(kind, _percent(x), y, 100 - y)


def _anchor(x: float) -> str:
    if x < _LABEL_MARGIN:
        return "start"
    return "end" if x > 100 - _LABEL_MARGIN else "middle"


def _percent(number: float) -> str:
    return f"{number:.3f}".rstrip("0").rstrip(".")
