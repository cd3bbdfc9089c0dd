"""Some hundred made-up brands in every stage, always the same for the same day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from onboarding.demonstration.calendar import WRITTEN_AS_OF, Calendar
from onboarding.demonstration.documents import Folder
from onboarding.demonstration.journeys import journey
from onboarding.demonstration.people import NameMaker
from onboarding.demonstration.records import Change, DemoBrand
from onboarding.demonstration.sales import Sales, benefits_granted, sales_of
from onboarding.names import Category, Declares, Stage, StoreType
from onboarding.programme import programme
from onboarding.requirements import rules_for

_SEED = 21
# Stage, how many brands, least and most days they have been in it.
_CROWD = (
    (Stage.DRAFT, 24, 1, 40),
    (Stage.SUBMITTED, 8, 1, 1),
    (Stage.BRAND_REVIEW, 18, 1, 3),
    (Stage.DOCUMENT_REVIEW, 34, 1, 7),
    (Stage.CORRECTION_NEEDED, 30, 1, 12),
    (Stage.APPROVED, 5, 1, 1),
    (Stage.CONTRACT_AND_FEES, 20, 1, 6),
    (Stage.STORE_SETUP, 22, 1, 7),
    (Stage.FINAL_CHECK, 10, 1, 2),
    (Stage.REJECTED, 9, 5, 60),
    (Stage.WITHDRAWN, 9, 5, 60),
)
# Stores whose first days are over are out of every ranking that is still to come.
_GRADUATED = (48, 100, 380)
# Ranks around Kumo's, whichever of the last seven days the ranking counts to: yuan sold until then.
_AHEAD_OF_KUMO = (1_480_000, 1_190_000, 1_020_000, 905_000, 801_000, 722_000)
_BEHIND_KUMO = (489_000, 462_000, 441_000, 428_000, 402_000, 371_000)
_REST_OF_COHORT = 51
_COUNTED_UNTIL = 7
_NUMBERS_A_DAY = 38
_NUMBER_AT_START = 5_000

_STORE_TYPES = (*[StoreType.FLAGSHIP] * 12, *[StoreType.SPECIALTY] * 3, *list(StoreType))


def generated_brands(as_of: Calendar) -> list[DemoBrand]:
    maker = _Maker(Random(_SEED), as_of)
    return [*maker.crowd(), *maker.graduated(), *maker.cohort()]


@dataclass
class _Plan:
    """What is known of a brand before its name is."""

    category: Category
    store_type: StoreType
    declares: Declares
    changes: tuple[Change, ...]


class _Maker:
    def __init__(self, random: Random, calendar: Calendar) -> None:
        self._random = random
        self._calendar = calendar
        self._names = NameMaker(random)
        self._numbers: set[str] = set()

    def crowd(self) -> Iterator[DemoBrand]:
        for stage, count, least, most in _CROWD:
            for _ in range(count):
                yield self._brand(stage, self._random.randint(least, most))

    def graduated(self) -> Iterator[DemoBrand]:
        count, least, most = _GRADUATED
        for _ in range(count):
            yield self._open_store(self._random.randint(least, most), self._random.randint(90, 1_900) * 1000)

    def cohort(self) -> Iterator[DemoBrand]:
        """With Kumo the brands in their first days: all that the next livestream ranks."""
        for total in _AHEAD_OF_KUMO:
            days = self._random.randint(48, 80)
            # Ahead already at the earliest day that may be counted to.
            yield self._open_store(days, round(total * days / (days - _COUNTED_UNTIL)))
        for total in _BEHIND_KUMO:
            yield self._open_store(self._random.randint(40, 80), total)
        for _ in range(_REST_OF_COHORT):
            days = self._random.randint(9, 80)
            yield self._open_store(days, self._random.randint(300, 4_500) * days)

    def _open_store(self, days_open: int, total_yuan: int) -> DemoBrand:
        counted = min(days_open, programme().incubation.days.value)
        opened_on = self._calendar.on(days_open)
        sales = sales_of(self._random, opened_on, counted, total_yuan)
        return self._brand(Stage.OPEN, days_open, sales)

    def _brand(self, stage: Stage, days_in_stage: int, sales: Sales = ()) -> DemoBrand:
        plan = self._plan(stage, days_in_stage)
        names = self._names.names(plan.category)
        created_at = plan.changes[0].at - timedelta(minutes=self._random.choice([0, 0, 55, 60 * 26]))
        needed = rules_for(plan.store_type, plan.category, names.country, plan.declares)
        folder = Folder(self._random, self._calendar, created_at, plan.changes)
        half_filled = stage is Stage.DRAFT and self._random.random() < 0.5
        return DemoBrand(
            name=names.brand,
            category=plan.category,
            company=names.company,
            country=names.country,
            people=names.people,
            number=self._new_number(created_at),
            store_type=None if half_filled else plan.store_type,
            declares=None if half_filled else plan.declares,
            created_at=created_at,
            changes=plan.changes,
            documents=folder.documents(needed),
            sales=tuple(sales),
            granted=benefits_granted(self._random, sales, self._calendar.as_of),
        )

    def _plan(self, stage: Stage, days_in_stage: int) -> _Plan:
        store_type = self._random.choice(_STORE_TYPES)
        return _Plan(
            category=self._random.choice(list(Category)),
            store_type=store_type,
            declares=self._declares(store_type),
            changes=journey(self._random, self._calendar, stage, days_in_stage),
        )

    def _declares(self, store_type: StoreType) -> Declares:
        if store_type is StoreType.FLAGSHIP:
            return self._random.choice([Declares.OWNER, Declares.OWNER, Declares.EXCLUSIVE_LICENSEE])
        if store_type is StoreType.MALL_FLAGSHIP:
            return Declares.RETAILER
        return Declares.DISTRIBUTOR

    def _new_number(self, created_at: datetime) -> str:
        """Numbers rise with the days; those written down in brands.yml lie in between."""
        days_ago = (self._calendar.at(0) - created_at).days
        year = (WRITTEN_AS_OF - timedelta(days=days_ago)).year
        count = max(1, _NUMBER_AT_START - days_ago * _NUMBERS_A_DAY) if year == WRITTEN_AS_OF.year else 9_000
        while (number := f"BD-{year}-{count + self._random.randint(0, 900):06}") in self._numbers | _WRITTEN:
            pass
        self._numbers.add(number)
        return number


_WRITTEN = {"BD-2026-004217", "BD-2026-001502", "BD-2026-003777"}
