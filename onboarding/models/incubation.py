"""What the first days after the opening bring: sales, milestones and the benefits granted for them."""

from datetime import date
from decimal import Decimal

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Numeric, Text
from sqlalchemy.orm import Mapped, mapped_column

from onboarding.database import Base


class GmvDay(Base):
    """Paid orders of one complete day in China."""

    __tablename__ = "gmv_days"

    brand_id: Mapped[int] = mapped_column(ForeignKey("brands.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    amount_fen: Mapped[int] = mapped_column(BigInteger)


class Milestone(Base):
    """A tier that was reached."""

    __tablename__ = "milestones"

    brand_id: Mapped[int] = mapped_column(ForeignKey("brands.id"), primary_key=True)
    tier: Mapped[str] = mapped_column(Text, primary_key=True)
    reached_on: Mapped[date]


class Benefit(Base):
    """What a tier brings, named by the tier's code; without `granted_on` it is still being confirmed."""

    __tablename__ = "benefits"

    brand_id: Mapped[int] = mapped_column(ForeignKey("brands.id"), primary_key=True)
    code: Mapped[str] = mapped_column(Text, primary_key=True)
    granted_on: Mapped[date | None]


class ExchangeRate(Base):
    __tablename__ = "exchange_rates"
    __table_args__ = (
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        CheckConstraint("cny_per_unit > 0", name="positive"),
    )

    currency: Mapped[str] = mapped_column(Text, primary_key=True)
    rate_date: Mapped[date] = mapped_column(primary_key=True)
    cny_per_unit: Mapped[Decimal] = mapped_column(Numeric(12, 6))
