"""Money in whole minor units, and how every surface writes it."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

CNY = "CNY"
_SHOWN_AS = {CNY: "RMB"}
_MINOR_IN_MAJOR = 100


class CurrenciesDiffer(TypeError):
    pass


@dataclass(frozen=True)
class Money:
    """`minor` counts fen, cents or pence."""

    minor: int
    currency: str = CNY

    @classmethod
    def of(cls, amount: Decimal | int, currency: str = CNY) -> "Money":
        """From whole units, such as yuan; a half fen is rounded away from zero."""
        return cls(_rounded(Decimal(amount) * _MINOR_IN_MAJOR), currency)

    @property
    def amount(self) -> Decimal:
        return Decimal(self.minor) / _MINOR_IN_MAJOR

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._minor_of(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._minor_of(other), self.currency)

    def __abs__(self) -> "Money":
        return Money(abs(self.minor), self.currency)

    def times(self, factor: Decimal) -> "Money":
        return Money(_rounded(self.minor * factor), self.currency)

    def shared_by(self, parts: int) -> "Money":
        """Nothing, where there is nobody to share it."""
        return Money(_rounded(Decimal(self.minor) / parts) if parts else 0, self.currency)

    def gap_from(self, reached: "Money") -> "Money":
        return Money(max(0, self.minor - self._minor_of(reached)), self.currency)

    def rounded_up_to(self, step: "Money") -> "Money":
        steps = Decimal(self.minor) / self._minor_of(step)
        return Money(int(steps.to_integral_value(ROUND_CEILING)) * step.minor, self.currency)

    def _minor_of(self, other: "Money") -> int:
        if other.currency != self.currency:
            raise CurrenciesDiffer(f"{self.currency} and {other.currency}")
        return other.minor


def format_money(money: Money) -> str:
    """ "RMB 612,400", "EUR 78,512.82"."""
    digits = 0 if money.minor % _MINOR_IN_MAJOR == 0 else 2
    return f"{_SHOWN_AS.get(money.currency, money.currency)} {money.amount:,.{digits}f}".replace("-", "−")


def format_whole(money: Money) -> str:
    """Rounded to whole units, for figures whose fen say nothing: "RMB 488,889"."""
    return format_money(Money.of(_rounded(money.amount), money.currency))


def _rounded(amount: Decimal) -> int:
    return int(amount.to_integral_value(ROUND_HALF_UP))
