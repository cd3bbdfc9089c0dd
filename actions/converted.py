"""Amounts in the currency that was asked for: an indication, with rate and date."""

from actions import wording
from actions.turn import Turn
from onboarding import incubation as sales
from onboarding.incubation import CurrencyUnknown
from onboarding.money import CNY, Money, format_money
from onboarding.programme import programme
from onboarding.wording import listed


def converted(turn: Turn, money: Money) -> str:
    """One sentence for each other currency that was asked for, with rate and date."""
    return "".join(" " + _in_currency(turn, [money], code) for code in currencies_asked(turn))


def all_converted(turn: Turn, amounts: list[Money]) -> str:
    """One sentence for each other currency that was asked for, with all amounts and one rate."""
    return " ".join(_in_currency(turn, amounts, code) for code in currencies_asked(turn))


def currencies_asked(turn: Turn) -> list[str]:
    return [code for code in dict.fromkeys(turn.heard.entities.get("currency", ())) if code != CNY]


def _in_currency(turn: Turn, amounts: list[Money], code: str) -> str:
    try:
        there = [sales.convert(turn.session, money, code) for money in amounts]
    except CurrencyUnknown:
        known = listed(list(programme().incubation.shown_currencies.value))
        return wording.phrase("line_currency_unknown", currency=code, known=known)
    told = [format_money(there[0].money)] if len(amounts) == 1 else _side_by_side(amounts, there)
    return wording.phrase(
        "line_converted",
        amount=listed(told),
        rate=f"{there[0].rate.normalize():.2f}",
        currency=code,
        rate_date=turn.day(there[0].rate_date),
    )


def _side_by_side(amounts: list[Money], there: list[sales.Converted]) -> list[str]:
    return [
        wording.phrase("line_amount_beside", amount=format_money(converted.money), of=format_money(money))
        for money, converted in zip(amounts, there, strict=True)
    ]
