"""What a draft has been told, answer by answer, and the brands that two companies claim."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from onboarding.database import Base
from onboarding.models.columns import one_of
from onboarding.names import Channel, ClaimStatus, ReminderKind


class DraftAnswer(Base):
    """Append-only: of each field the highest version counts. An empty value withdraws an optional answer."""

    __tablename__ = "draft_answers"
    __table_args__ = (
        UniqueConstraint("application_id", "field", "version"),
        CheckConstraint("version >= 1", name="version"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    field: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    value: Mapped[str] = mapped_column(Text)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contacts.id"))
    by: Mapped[str] = mapped_column(Text)
    channel: Mapped[Channel] = mapped_column(one_of(Channel, "channel"))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class BrandClaim(Base):
    """`application_id` names a brand that `against_id` applied for before; a person decides.

    It ends when it is decided, or when the newer application names another brand.
    """

    __tablename__ = "brand_claims"
    __table_args__ = (
        CheckConstraint("application_id <> against_id", name="two_applications"),
        CheckConstraint("(status = 'OPEN') = (ended_at IS NULL)", name="ended"),
        Index(
            "ix_brand_claims_open",
            "application_id",
            "against_id",
            unique=True,
            postgresql_where=text("status = 'OPEN'"),
        ),
        Index("ix_brand_claims_against", "against_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    against_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    brand_name: Mapped[str] = mapped_column(Text)
    same_company: Mapped[bool]
    status: Mapped[ClaimStatus] = mapped_column(one_of(ClaimStatus, "status"), default=ClaimStatus.OPEN)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    by: Mapped[str] = mapped_column(Text)
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_by: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)


class Reminder(Base):
    """Told once: `about` names the submission, or counts the reminders of a draft."""

    __tablename__ = "reminders"
    __table_args__ = (UniqueConstraint("application_id", "kind", "about"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    kind: Mapped[ReminderKind] = mapped_column(one_of(ReminderKind, "kind"))
    about: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class ReminderStop(Base):
    """A person who wants no more reminders of this draft."""

    __tablename__ = "reminder_stops"

    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), primary_key=True)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contacts.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
