"""The monthly livestreams and the lists of brands ranked for them."""

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from onboarding.database import Base
from onboarding.models.columns import one_of
from onboarding.names import ListStatus


class LivestreamEdition(Base):
    """`month` is its first day; `rank_as_of` the last day that the ranking counts."""

    __tablename__ = "livestream_editions"
    __table_args__ = (
        CheckConstraint("extract(day from month) = 1", name="month"),
        CheckConstraint("cohort_size >= 0", name="cohort_size"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[date] = mapped_column(unique=True)
    held_on: Mapped[date]
    status: Mapped[ListStatus] = mapped_column(one_of(ListStatus, "status"))
    cohort_size: Mapped[int]
    rank_as_of: Mapped[date]


class LivestreamRanking(Base):
    """`gmv_fen` is what the rank was made from."""

    __tablename__ = "livestream_rankings"
    __table_args__ = (
        UniqueConstraint("edition_id", "rank"),
        CheckConstraint("rank >= 1", name="rank"),
    )

    edition_id: Mapped[int] = mapped_column(ForeignKey("livestream_editions.id"), primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brands.id"), primary_key=True, index=True)
    rank: Mapped[int]
    gmv_fen: Mapped[int] = mapped_column(BigInteger)
