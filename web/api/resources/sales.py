"""Milestones, sales by day, and the monthly livestream."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock, livestreams
from onboarding.incubation import Incubation, incubation
from onboarding.livestreams import Rank
from onboarding.models import GmvDay
from onboarding.money import Money
from onboarding.programme import programme
from web.api import models
from web.api.models import SalesQuery
from web.api.operations import Call


def milestones(session: Session, call: Call) -> models.Milestones:
    found = incubation(session, call.caller.brand)
    reached = {one.tier.code: one.reached_on for one in found.milestones} if found else {}
    granted = {one.tier.code: one.granted_on for one in found.benefits.granted} if found else {}
    rules = programme().incubation
    return models.Milestones(
        incubation=_shown(found) if found else None,
        milestones=[
            models.Milestone(
                tier=tier.code,
                amount=_money(rules.tier_amount(tier)),
                reached_on=reached.get(tier.code),
                granted_on=granted.get(tier.code),
            )
            for tier in rules.tiers.value
        ],
    )


def sales_days(session: Session, call: Call) -> models.SalesPage:
    """Complete days only, the oldest first."""
    asked = call.query
    assert isinstance(asked, SalesQuery)
    query = select(GmvDay).where(
        GmvDay.brand_id == call.caller.brand.id, GmvDay.day < clock.today_in_china(session)
    )
    if asked.since is not None:
        query = query.where(GmvDay.day >= asked.since)
    if asked.until is not None:
        query = query.where(GmvDay.day <= asked.until)
    if call.after is not None:
        query = query.where(GmvDay.day > date.fromisoformat(call.after))
    found = session.scalars(query.order_by(GmvDay.day).limit(call.limit + 1)).all()
    shown, next_cursor = call.page(found, lambda one: one.day.isoformat())
    return models.SalesPage(
        data=[models.SalesDay(day=one.day, amount=_money(Money(one.amount_fen))) for one in shown],
        next_cursor=next_cursor,
    )


def livestream(session: Session, call: Call) -> models.Livestream:
    coming = livestreams.next_livestream(session)
    rank = livestreams.rank_of(session, call.caller.brand)
    return models.Livestream(
        held_on=coming.held_on,
        starts_at=coming.starts_at,
        cut_off_on=coming.cut_off_on,
        rank=_rank(rank) if rank else None,
    )


def _shown(found: Incubation) -> models.Incubation:
    return models.Incubation(
        opened_on=found.opened_on,
        last_day=found.last_day,
        days_left=found.days_left,
        total=_money(found.total),
        target=_money(found.target),
        as_of=found.as_of,
    )


def _rank(rank: Rank) -> models.Rank:
    return models.Rank(
        rank=rank.rank,
        cohort=rank.cohort,
        slots=rank.slots,
        in_slots=rank.in_slots,
        list_status=rank.list_status,
        rank_as_of=rank.rank_as_of,
        held_on=rank.held_on,
        gap_to_slot=_money(rank.gap_to_slot) if rank.gap_to_slot else None,
    )


def _money(money: Money) -> models.Money:
    return models.Money(minor=money.minor, currency=money.currency)
