"""The first days of an open store: sales against an even pace, tiers reached, benefits granted."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_CEILING, Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import brands, clock, dates
from onboarding.errors import DomainError
from onboarding.models import Benefit, Brand, ExchangeRate, GmvDay, Milestone
from onboarding.money import CNY, Money
from onboarding.names import Stage
from onboarding.programme import programme
from onboarding.programme_types import Tier
from onboarding.promise import opened_on

_ONE_YUAN = Money.of(1)


class CurrencyUnknown(DomainError):
    code = "currency_unknown"

    def __init__(self, currency: str) -> None:
        shown = ", ".join(programme().incubation.shown_currencies.value)
        super().__init__(
            f"There is no exchange rate for {currency}.", what_to_do=f"Ask for one of {shown}, or for RMB."
        )


@dataclass(frozen=True)
class ReachedTier:
    tier: Tier
    amount: Money
    reached_on: date


@dataclass(frozen=True)
class NextTier:
    tier: Tier
    amount: Money
    gap: Money


@dataclass(frozen=True)
class GrantedBenefit:
    tier: Tier
    granted_on: date


@dataclass(frozen=True)
class Benefits:
    """`reached` were earned, but may still have to be confirmed; `granted` hold."""

    reached: list[Tier]
    granted: list[GrantedBenefit]


@dataclass(frozen=True)
class Incubation:
    """Orders are counted for `complete_days`, days in China without a gap from the opening."""

    opened_on: date
    today: date
    days_total: int
    complete_days: int
    total: Money
    target: Money
    milestones: list[ReachedTier]
    next_tier: NextTier | None
    benefits: Benefits

    @property
    def last_day(self) -> date:
        return self.opened_on + timedelta(days=self.days_total - 1)

    @property
    def is_over(self) -> bool:
        return self.today > self.last_day

    @property
    def day(self) -> int:
        return min(self.days_total, (self.today - self.opened_on).days + 1)

    @property
    def days_left(self) -> int:
        """Today counts as one of them."""
        return max(0, (self.last_day - self.today).days + 1)

    @property
    def as_of(self) -> datetime:
        """The end of the last day whose orders are counted."""
        return dates.start_of_day_in_china(self.opened_on + timedelta(days=self.complete_days)).astimezone(
            UTC
        )

    @property
    def even_pace(self) -> Money:
        return self.target.times(Decimal(self.complete_days) / self.days_total)

    @property
    def ahead_by(self) -> Money:
        """Negative for a brand behind the even pace."""
        return self.total - self.even_pace

    @property
    def gap_to_target(self) -> Money:
        return self.target.gap_from(self.total)

    @property
    def daily_needed(self) -> Money:
        """From today to the last day, rounded up to whole yuan."""
        return self.gap_to_target.shared_by(self.days_left).rounded_up_to(_ONE_YUAN)

    @property
    def daily_average(self) -> Money:
        return self.total.shared_by(self.complete_days)

    @property
    def target_expected_on(self) -> date | None:
        """The day on which the target is reached if the average holds; None without sales."""
        if self.total.minor <= 0:
            return None
        days = Decimal(self.target.minor) * self.complete_days / self.total.minor
        return self.opened_on + timedelta(days=int(days.to_integral_value(ROUND_CEILING)) - 1)

    @property
    def percent(self) -> float:
        return round(self.total.minor / self.target.minor * 100, 2)


@dataclass(frozen=True)
class Converted:
    """An indication only: orders are counted in RMB."""

    money: Money
    rate: Decimal
    rate_date: date


def incubation(session: Session, brand: Brand) -> Incubation | None:
    """None for a brand without an open store."""
    start = _opened_on(session, brand)
    if start is None:
        return None
    rules = programme().incubation
    end = start + timedelta(days=rules.days.value)
    sales = [(day, fen) for day, fen in gmv_by_day(session, brand) if start <= day < end]
    total = Money(sum(fen for _, fen in sales))
    milestones = _milestones(session, brand)
    return Incubation(
        opened_on=start,
        today=clock.today_in_china(session),
        days_total=rules.days.value,
        complete_days=(sales[-1][0] - start).days + 1 if sales else 0,
        total=total,
        target=rules.target.value,
        milestones=milestones,
        next_tier=_next_tier(total, milestones),
        benefits=_benefits(session, brand, milestones),
    )


def gmv_by_day(session: Session, brand: Brand) -> list[tuple[date, int]]:
    """Complete days only, oldest first, in fen."""
    rows = session.execute(
        select(GmvDay.day, GmvDay.amount_fen)
        .where(GmvDay.brand_id == brand.id, GmvDay.day < clock.today_in_china(session))
        .order_by(GmvDay.day)
    )
    return [(day, fen) for day, fen in rows]


def convert(session: Session, money: Money, currency: str) -> Converted:
    """From RMB at the newest rate; raises CurrencyUnknown."""
    wanted = currency.upper()
    if wanted not in programme().incubation.shown_currencies.value or money.currency != CNY:
        raise CurrencyUnknown(wanted)
    newest = session.scalar(
        select(ExchangeRate)
        .where(ExchangeRate.currency == wanted, ExchangeRate.rate_date <= clock.today_in_china(session))
        .order_by(ExchangeRate.rate_date.desc())
        .limit(1)
    )
    if newest is None:
        raise CurrencyUnknown(wanted)
    return Converted(
        Money.of(money.amount / newest.cny_per_unit, wanted), newest.cny_per_unit, newest.rate_date
    )


def _opened_on(session: Session, brand: Brand) -> date | None:
    application = brands.application_of(session, brand)
    if application is None or application.stage is not Stage.OPEN:
        return None
    return opened_on(session, application)


def _milestones(session: Session, brand: Brand) -> list[ReachedTier]:
    rules = programme().incubation
    rows = session.scalars(select(Milestone).where(Milestone.brand_id == brand.id))
    reached = {row.tier: row.reached_on for row in rows}
    return [
        ReachedTier(tier, rules.tier_amount(tier), reached[tier.code])
        for tier in rules.tiers.value
        if tier.code in reached
    ]


def _next_tier(total: Money, milestones: list[ReachedTier]) -> NextTier | None:
    rules = programme().incubation
    reached = {milestone.tier.code for milestone in milestones}
    for tier in rules.tiers.value:
        if tier.code not in reached:
            amount = rules.tier_amount(tier)
            return NextTier(tier, amount, amount.gap_from(total))
    return None


def _benefits(session: Session, brand: Brand, milestones: list[ReachedTier]) -> Benefits:
    rows = session.scalars(select(Benefit).where(Benefit.brand_id == brand.id))
    granted_on = {row.code: row.granted_on for row in rows if row.granted_on is not None}
    return Benefits(
        reached=[milestone.tier for milestone in milestones],
        granted=[
            GrantedBenefit(tier, granted_on[tier.code])
            for tier in programme().incubation.tiers.value
            if tier.code in granted_on
        ],
    )
