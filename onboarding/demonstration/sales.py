"""Made-up sales: a slow start, stronger weekends, and a total that is set beforehand."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import accumulate
from random import Random

from onboarding.programme import programme
from onboarding.programme_types import Tier

_WEEKDAYS = (0.88, 0.9, 0.95, 0.98, 1.08, 1.2, 1.14)

Sales = Sequence[tuple[date, int]]


def sales_of(random: Random, opened_on: date, days: int, total_yuan: int) -> tuple[tuple[date, int], ...]:
    calendar = [opened_on + timedelta(days=place) for place in range(days)]
    weights = [
        (0.6 + place / days) * _WEEKDAYS[day.weekday()] * random.uniform(0.85, 1.15)
        for place, day in enumerate(calendar)
    ]
    share = total_yuan * 100 / sum(weights)
    return tuple((day, round(weight * share)) for day, weight in zip(calendar, weights, strict=True))


def sold_until(sales: Sales, last: date) -> int:
    """In fen, that day included."""
    return sum(fen for day, fen in sales if day <= last)


def tiers_reached(sales: Sales) -> list[tuple[Tier, date]]:
    rules = programme().incubation
    totals = list(accumulate(fen for _, fen in sales))
    reached = []
    for tier in rules.tiers.value:
        amount = rules.tier_amount(tier).minor
        day = next((day for (day, _), total in zip(sales, totals, strict=True) if total >= amount), None)
        if day is not None:
            reached.append((tier, day))
    return reached


def benefits_granted(random: Random, sales: Sales, as_of: date) -> Mapping[str, date | None]:
    """A few days after a tier was reached, where that is past already."""
    granted = {tier.code: day + timedelta(days=random.randint(3, 6)) for tier, day in tiers_reached(sales)}
    return {code: day if day < as_of else None for code, day in granted.items()}
