"""What the page of an open store shows: sales against the pace, targets, and the place in the livestream."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal

from sqlalchemy.orm import Session

from onboarding import clock, incubation, livestreams
from onboarding.clock import CHINA
from onboarding.incubation import Incubation
from onboarding.livestreams import LivestreamDate, Rank
from onboarding.models import Brand
from onboarding.money import Money
from onboarding.programme import programme
from onboarding.programme_types import IncubationRules
from web import drawing, pace_chart
from web.drawing import Ruler
from web.pace_chart import PaceChart


@dataclass(frozen=True)
class TableRow:
    day: int
    sales: Money
    even_pace: Money

    @property
    def difference(self) -> Money:
        return self.sales - self.even_pace


@dataclass(frozen=True)
class SalesPage:
    sales: Incubation
    rules: IncubationRules
    ruler: Ruler
    chart: PaceChart
    table: list[TableRow]
    livestream: LivestreamDate
    rank: Rank | None
    half_target: Money
    by_last_day: Money
    today: date
    on_air_here: datetime
    on_air_in_china: datetime


def read_sales(session: Session, brand: Brand, zone: tzinfo) -> SalesPage:
    sales = incubation.incubation(session, brand)
    assert sales is not None  # an application that is open has an open store
    added_up = _added_up(session, brand, sales)
    stream = livestreams.next_livestream(session)
    return SalesPage(
        sales=sales,
        rules=programme().incubation,
        ruler=_drawn(sales),
        chart=pace_chart.draw(sales, added_up),
        table=_table(sales, added_up),
        livestream=stream,
        rank=livestreams.rank_of(session, brand),
        half_target=sales.target.times(Decimal(1) / 2),
        by_last_day=sales.daily_average.times(Decimal(sales.days_total)),
        today=clock.today_in_china(session),
        on_air_here=stream.starts_at.astimezone(zone),
        on_air_in_china=stream.starts_at.astimezone(CHINA),
    )


def _drawn(sales: Incubation) -> Ruler:
    kinds = [drawing.US] * sales.days_total
    for index in range(sales.day - (0 if sales.is_over else 1), sales.days_total):
        kinds[index] = drawing.NEXT
    kinds[-1] = drawing.END
    if sales.is_over:
        return drawing.ruler(kinds)
    kinds[sales.day - 1] = drawing.YOU
    return drawing.ruler(kinds, today=sales.day - 1)


def _added_up(session: Session, brand: Brand, sales: Incubation) -> list[int]:
    """Fen at the end of each complete day; a day without orders keeps the sum."""
    by_day = dict(incubation.gmv_by_day(session, brand))
    sums = [0]
    for number in range(sales.complete_days):
        sums.append(sums[-1] + by_day.get(sales.opened_on + timedelta(days=number), 0))
    return sums


def _table(sales: Incubation, added_up: list[int]) -> list[TableRow]:
    """The end of each week, and the last complete day."""
    days = [*list(range(7, sales.complete_days, 7)), sales.complete_days]
    return [
        TableRow(day, Money(added_up[day]), sales.target.times(Decimal(day) / sales.days_total))
        for day in days
    ]
