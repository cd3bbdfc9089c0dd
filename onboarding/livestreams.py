"""The monthly livestream: when it is, and where a brand stands on its list."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.clock import CHINA
from onboarding.models import Brand, LivestreamEdition, LivestreamRanking
from onboarding.money import Money
from onboarding.names import ListStatus
from onboarding.programme import programme


@dataclass(frozen=True)
class LivestreamDate:
    """The day and the cut-off are days in China; the list closes at the end of the cut-off day."""

    held_on: date
    starts_at: datetime
    cut_off_on: date


@dataclass(frozen=True)
class Rank:
    """`gap_to_slot` is what is missing to the last slot, rounded up; None for a brand that has one."""

    rank: int
    cohort: int
    slots: int
    in_slots: bool
    list_status: ListStatus
    rank_as_of: date
    month: date
    held_on: date
    gap_to_slot: Money | None


def next_livestream(session: Session) -> LivestreamDate:
    """Today's until midnight in China."""
    today = clock.today_in_china(session)
    this_month = livestream_in(session, today)
    if today <= this_month.held_on:
        return this_month
    return livestream_in(session, _next_month(today))


def livestream_in(session: Session, month: date) -> LivestreamDate:
    """By any day of the month; what was set for an edition goes before the rule."""
    rules = programme().livestream
    edition = _edition(session, month)
    held_on = edition.held_on if edition else month.replace(day=rules.day.value)
    starts_at = datetime.combine(held_on, rules.start.value, CHINA).astimezone(UTC)
    return LivestreamDate(held_on, starts_at, month.replace(day=rules.cut_off_day.value))


def rank_of(session: Session, brand: Brand, month: date | None = None) -> Rank | None:
    """On the list of that month, else on that of the next livestream, or the newest the brand is on."""
    query = (
        select(LivestreamRanking, LivestreamEdition)
        .join(LivestreamEdition, LivestreamEdition.id == LivestreamRanking.edition_id)
        .where(LivestreamRanking.brand_id == brand.id)
    )
    latest = month or next_livestream(session).held_on
    query = query.where(LivestreamEdition.month <= latest.replace(day=1))
    if month is not None:
        query = query.where(LivestreamEdition.month == month.replace(day=1))
    found = session.execute(query.order_by(LivestreamEdition.month.desc()).limit(1)).first()
    return _rank(session, *found) if found else None


def _rank(session: Session, ranking: LivestreamRanking, edition: LivestreamEdition) -> Rank:
    slots = programme().livestream.slots.value
    in_slots = ranking.rank <= slots
    return Rank(
        rank=ranking.rank,
        cohort=edition.cohort_size,
        slots=slots,
        in_slots=in_slots,
        list_status=edition.status,
        rank_as_of=edition.rank_as_of,
        month=edition.month,
        held_on=edition.held_on,
        gap_to_slot=None if in_slots else _gap_to_slot(session, ranking, slots),
    )


def _gap_to_slot(session: Session, ranking: LivestreamRanking, slots: int) -> Money | None:
    last_in = session.scalar(
        select(LivestreamRanking.gmv_fen).where(
            LivestreamRanking.edition_id == ranking.edition_id, LivestreamRanking.rank == slots
        )
    )
    if last_in is None:
        return None
    step = programme().livestream.gap_rounded_up_to.value
    return Money(last_in - ranking.gmv_fen).rounded_up_to(step)


def _edition(session: Session, month: date) -> LivestreamEdition | None:
    return session.scalar(select(LivestreamEdition).where(LivestreamEdition.month == month.replace(day=1)))


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)
