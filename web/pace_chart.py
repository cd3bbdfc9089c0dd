"""Sales added up day by day against an even pace, as lines in percent of the drawing."""

from collections.abc import Sequence
from dataclasses import dataclass

from onboarding.incubation import Incubation

_HEADROOM = 1.1
_FEN_IN_YUAN = 100


@dataclass(frozen=True)
class Point:
    x: str
    y: str
    leans: str  # where its label stands: "start", "middle" or "end"


@dataclass(frozen=True)
class PaceChart:
    """Paths are in days and yuan below the top of the box; points in percent. `forecast` ends where the target is
    reached, or on the last day; it is missing once the target is reached or nothing was sold."""

    width: int
    height: int
    line: str
    area: str
    even: str
    forecast: str | None
    forecast_end: Point | None
    now: Point
    even_now: Point
    target_y: str
    half_y: str


def draw(sales: Incubation, added_up: Sequence[int]) -> PaceChart:
    """`added_up`: fen at the end of each complete day, the first entry being the start."""
    box = _Box(sales, max(added_up))
    days = len(added_up) - 1
    forecast_day, forecast_fen = _forecast(sales)
    goes_on = sales.total.minor > 0 and sales.total.minor < sales.target.minor and not sales.is_over
    line = "M" + " L".join(box.place(day, fen) for day, fen in enumerate(added_up))
    return PaceChart(
        width=box.days,
        height=box.height,
        line=line,
        area=f"{line} L{days} {box.height} L0 {box.height} Z",
        even=f"M0 {box.height} L{box.place(box.days, sales.target.minor)}",
        forecast=f"M{box.place(days, added_up[-1])} L{box.place(forecast_day, forecast_fen)}"
        if goes_on
        else None,
        forecast_end=box.point(forecast_day, forecast_fen) if goes_on else None,
        now=box.point(days, added_up[-1]),
        even_now=box.point(days, sales.even_pace.minor),
        target_y=box.point(0, sales.target.minor).y,
        half_y=box.point(0, sales.target.minor / 2).y,
    )


class _Box:
    def __init__(self, sales: Incubation, highest: int) -> None:
        self.days = sales.days_total
        self.height = round(max(sales.target.minor, highest) * _HEADROOM / _FEN_IN_YUAN)

    def place(self, day: float, fen: float) -> str:
        return f"{day:g} {self.height - fen / _FEN_IN_YUAN:.0f}"

    def point(self, day: float, fen: float) -> Point:
        x = 100 * day / self.days
        y = 100 - 100 * fen / _FEN_IN_YUAN / self.height
        return Point(f"{x:.2f}", f"{y:.2f}", "start" if x < 20 else "end" if x > 80 else "middle")


def _forecast(sales: Incubation) -> tuple[float, float]:
    """Where the average leads: the day on which the target is reached, or the sales on the last day."""
    average = sales.daily_average.minor
    if not average:
        return 0, 0
    day = sales.target.minor / average
    if day <= sales.days_total:
        return round(day, 2), sales.target.minor
    return sales.days_total, average * sales.days_total
