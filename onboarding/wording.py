"""How figures of the programme are written inside a sentence."""

import re
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any

from onboarding import dates
from onboarding.money import Money, format_money
from onboarding.programme_types import PercentRange

_KEEPS_ITS_CAPITAL = re.compile("[A-Z]{2}|Alipay")


def in_words(value: Any, last: str = "and") -> str:
    """ "25,000", "RMB 150,000 or 300,000", "2 to 5", "EUR, USD and GBP"."""
    match value:
        case bool():
            return "yes" if value else "no"
        case int():
            return f"{value:,}"
        case Decimal():
            return f"{value.normalize():f}"
        case Money():
            return format_money(value)
        case PercentRange(low, high):
            return in_words(low) if low == high else f"{in_words(low)} to {in_words(high)}"
        case time():
            return f"{value:%H:%M}"
        case date():
            return dates.day(value)
        case Mapping():
            return _spread(list(value.values()))
        case tuple():
            return listed([in_words(item) for item in value], last)
    return str(value)


def listed(words: list[str], last: str = "and") -> str:
    """ "EUR, USD and GBP"."""
    return f" {last} ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def inside_a_sentence(label: str) -> str:
    """ "Trademark certificate" begins small; "ID of your representative" and "Alipay merchant account" do not."""
    return label if _KEEPS_ITS_CAPITAL.match(label) else label[0].lower() + label[1:]


def _spread(values: list[Any]) -> str:
    """All that a table by category can come to."""
    if all(isinstance(value, Money) for value in values):
        amounts = [format_money(money) for money in sorted(set(values), key=lambda money: money.minor)]
        return listed([amounts[0], *(amount.partition(" ")[2] for amount in amounts[1:])], "or")
    if all(isinstance(value, PercentRange) for value in values):
        return in_words(PercentRange(min(v.low for v in values), max(v.high for v in values)))
    return listed([in_words(value) for value in values])
