"""Livestream lists that follow from the sales: past ones final, the next one final once its cut-off is over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import insert
from sqlalchemy.orm import Session

from onboarding.clock import CHINA
from onboarding.demonstration.records import DemoBrand
from onboarding.demonstration.sales import sold_until
from onboarding.models import LivestreamEdition, LivestreamRanking
from onboarding.months import first_of_month
from onboarding.names import ListStatus, Stage
from onboarding.programme import programme

_PAST_EDITIONS = 5


@dataclass(frozen=True)
class _Edition:
    month: date
    held_on: date
    cut_off_on: date
    rank_as_of: date

    @property
    def status(self) -> ListStatus:
        return ListStatus.FINAL if self.rank_as_of == self.cut_off_on else ListStatus.PROVISIONAL


def write_rankings(
    session: Session, brand_ids: Sequence[int], brands: Sequence[DemoBrand], as_of: date
) -> None:
    stores = [(id_, brand) for id_, brand in zip(brand_ids, brands, strict=True) if brand.sales]
    for edition in _editions(as_of):
        _write(session, edition, _ranked(stores, edition.rank_as_of))


def _editions(as_of: date) -> list[_Edition]:
    """The next, and some before it."""
    day = programme().livestream.day.value
    month = as_of.replace(day=1) if as_of.day <= day else first_of_month(as_of, 1)
    editions = []
    for _ in range(1 + _PAST_EDITIONS):
        editions.append(_edition(month, as_of))
        month = (month - timedelta(days=1)).replace(day=1)
    return editions


def _edition(month: date, as_of: date) -> _Edition:
    rules = programme().livestream
    cut_off_on = month.replace(day=rules.cut_off_day.value)
    yesterday = as_of - timedelta(days=1)
    return _Edition(month, month.replace(day=rules.day.value), cut_off_on, min(cut_off_on, yesterday))


def _ranked(stores: list[tuple[int, DemoBrand]], last: date) -> list[tuple[int, int]]:
    """Brand and fen, the best first, of the stores that are in their first days on that day."""
    cohort = [(id_, sold_until(brand.sales, last)) for id_, brand in stores if _in_first_days(brand, last)]
    return sorted(cohort, key=lambda entry: (-entry[1], entry[0]))


def _in_first_days(brand: DemoBrand, day: date) -> bool:
    opened_at = brand.entered(Stage.OPEN)
    if opened_at is None:
        return False
    opened_on = opened_at.astimezone(CHINA).date()
    return opened_on <= day < opened_on + timedelta(days=programme().incubation.days.value)


def _write(session: Session, edition: _Edition, ranked: list[tuple[int, int]]) -> None:
    row = LivestreamEdition(
        month=edition.month,
        held_on=edition.held_on,
        status=edition.status,
        cohort_size=len(ranked),
        rank_as_of=edition.rank_as_of,
    )
    session.add(row)
    session.flush()
    rankings = [
        {"edition_id": row.id, "brand_id": brand_id, "rank": rank, "gmv_fen": fen}
        for rank, (brand_id, fen) in enumerate(ranked, start=1)
    ]
    if rankings:
        session.execute(insert(LivestreamRanking), rankings)
