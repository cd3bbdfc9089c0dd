from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from onboarding import clock, incubation
from onboarding.incubation import CurrencyUnknown, Incubation
from onboarding.models import Benefit, ExchangeRate, GmvDay
from onboarding.money import Money, format_money, format_whole
from tests.onboarding.people import brand


def kumo(session: Session) -> Incubation:
    found = incubation.incubation(session, brand(session, "Kumo"))
    assert found is not None
    return found


def test_sales_so_far_are_ahead_of_an_even_pace(session: Session) -> None:
    found = kumo(session)
    assert format_money(found.total) == "RMB 612,400"
    assert found.even_pace == Money(48888889)
    assert format_whole(found.ahead_by) == "RMB 123,511"
    assert found.as_of == datetime(2026, 5, 19, 16, tzinfo=UTC)
    assert found.percent == 61.24


def test_today_is_one_of_the_days_left(session: Session) -> None:
    found = kumo(session)
    assert (found.day, found.complete_days, found.days_left) == (45, 44, 46)
    assert (found.opened_on, found.last_day) == (date(2026, 4, 6), date(2026, 7, 4))


def test_the_gap_is_shared_by_the_days_left(session: Session) -> None:
    found = kumo(session)
    assert format_money(found.gap_to_target) == "RMB 387,600"
    assert format_money(found.daily_needed) == "RMB 8,427"
    assert format_whole(found.daily_average) == "RMB 13,918"


def test_the_average_says_when_the_target_is_reached(session: Session) -> None:
    assert kumo(session).target_expected_on == date(2026, 6, 16)


def test_the_first_tier_is_reached_and_its_benefit_still_to_be_granted(session: Session) -> None:
    found = kumo(session)
    assert [(reached.tier.code, reached.reached_on) for reached in found.milestones] == [
        ("TIER_50_PERCENT", date(2026, 5, 13))
    ]
    assert [tier.code for tier in found.benefits.reached] == ["TIER_50_PERCENT"]
    assert found.benefits.granted == []


def test_a_granted_benefit_has_its_date(session: Session) -> None:
    kumo_brand = brand(session, "Kumo")
    session.get_one(Benefit, (kumo_brand.id, "TIER_50_PERCENT")).granted_on = date(2026, 5, 20)
    session.flush()
    granted = kumo(session).benefits.granted
    assert [(found.tier.benefit, found.granted_on) for found in granted] == [
        ("0.5 points off commission", date(2026, 5, 20))
    ]


def test_the_next_tier_tells_its_gap(session: Session) -> None:
    following = kumo(session).next_tier
    assert following is not None
    assert (following.tier.code, following.amount) == ("TIER_100_PERCENT", Money.of(1_000_000))
    assert following.gap == Money.of(387_600)


def test_a_day_that_is_not_over_does_not_count(session: Session) -> None:
    session.add(GmvDay(brand_id=brand(session, "Kumo").id, day=date(2026, 5, 20), amount_fen=999_00))
    session.flush()
    assert kumo(session).total == Money.of(612_400)
    clock.freeze(session, datetime(2026, 5, 20, 16, tzinfo=UTC))
    assert kumo(session).total == Money.of(613_399)
    assert kumo(session).complete_days == 45


def test_figures_keep_their_date_while_no_newer_come_in(session: Session) -> None:
    clock.freeze(session, datetime(2026, 5, 26, 8, tzinfo=UTC))
    found = kumo(session)
    assert (found.day, found.days_left, found.complete_days) == (51, 40, 44)
    assert found.as_of == datetime(2026, 5, 19, 16, tzinfo=UTC)


def test_after_the_last_day_nothing_is_needed_any_more(session: Session) -> None:
    session.add(GmvDay(brand_id=brand(session, "Kumo").id, day=date(2026, 7, 5), amount_fen=100))
    clock.freeze(session, datetime(2026, 7, 8, tzinfo=UTC))
    found = kumo(session)
    assert (found.is_over, found.day, found.days_left) == (True, 90, 0)
    assert found.daily_needed == Money(0)
    assert found.total == Money.of(612_400)


def test_a_brand_without_an_open_store_has_no_incubation(session: Session) -> None:
    assert incubation.incubation(session, brand(session, "Nordlys Skincare")) is None


def test_sales_day_by_day_add_up(session: Session) -> None:
    days = incubation.gmv_by_day(session, brand(session, "Kumo"))
    assert (days[0][0], days[-1][0], len(days)) == (date(2026, 4, 6), date(2026, 5, 19), 44)
    assert sum(fen for _, fen in days) == 61_240_000


def test_another_currency_comes_with_rate_and_date(session: Session) -> None:
    found = incubation.convert(session, Money.of(612_400), "eur")
    assert format_money(found.money) == "EUR 78,512.82"
    assert (found.rate, found.rate_date) == (Decimal("7.8"), date(2026, 5, 19))


def test_a_rate_of_tomorrow_is_not_used(session: Session) -> None:
    session.add(ExchangeRate(currency="EUR", rate_date=date(2026, 5, 21), cny_per_unit=Decimal(9)))
    session.flush()
    assert incubation.convert(session, Money.of(78), "EUR").money == Money.of(10, "EUR")


@pytest.mark.parametrize("currency", ["JPY", "CHF", "RMB", ""])
def test_a_currency_without_a_rate_is_refused_with_those_there_are(session: Session, currency: str) -> None:
    with pytest.raises(CurrencyUnknown) as refusal:
        incubation.convert(session, Money.of(1), currency)
    assert "EUR, USD, GBP" in refusal.value.what_to_do
