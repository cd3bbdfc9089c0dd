from decimal import Decimal

import pytest

from onboarding.money import CurrenciesDiffer, Money, format_money, format_whole


def test_yuan_are_shown_as_rmb_without_empty_decimals() -> None:
    assert format_money(Money(61240000)) == "RMB 612,400"


def test_other_currencies_keep_their_code_and_their_cents() -> None:
    assert format_money(Money(7851282, "EUR")) == "EUR 78,512.82"


def test_less_than_nothing_has_a_real_minus_sign() -> None:
    assert format_money(Money(-2158100)) == "RMB −21,581"


def test_a_figure_whose_fen_say_nothing_is_rounded() -> None:
    assert format_whole(Money(48888889)) == "RMB 488,889"


def test_half_a_fen_is_rounded_up() -> None:
    assert Money.of(Decimal("0.005")) == Money(1)


def test_amounts_are_rounded_up_to_a_step() -> None:
    assert Money(842609).rounded_up_to(Money.of(1)) == Money.of(8427)
    assert Money.of(8427).rounded_up_to(Money.of(1)) == Money.of(8427)


def test_a_gap_is_never_negative() -> None:
    assert Money.of(100).gap_from(Money.of(130)) == Money(0)


def test_nothing_is_left_for_nobody() -> None:
    assert Money.of(100).shared_by(0) == Money(0)


def test_currencies_are_not_mixed() -> None:
    with pytest.raises(CurrenciesDiffer):
        Money(1, "CNY") + Money(1, "EUR")
