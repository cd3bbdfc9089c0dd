"""The people at the desk: accounts, sessions, second factors, and what each of them did."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from onboarding.database import Base
from onboarding.models.columns import one_of
from onboarding.names import AlertWish, SignedInBy, StaffRole


class Staff(Base):
    """`totp_secret` is closed by a Vault. `totp_last_step` is the newest half minute whose code was used: it and all
    before are refused.

    `wrong_codes` counts in a row; `codes_blocked_until` is set when there were too many.
    """

    __tablename__ = "staff"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_lowercase"),
        CheckConstraint("totp_confirmed_at IS NULL OR totp_secret IS NOT NULL", name="confirmed_secret"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str] = mapped_column(Text)
    email: Mapped[str] = mapped_column(Text, unique=True)
    role: Mapped[StaffRole] = mapped_column(one_of(StaffRole, "role"))
    password_hash: Mapped[str | None] = mapped_column(Text)
    totp_secret: Mapped[str | None] = mapped_column(Text)
    totp_confirmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    totp_last_step: Mapped[int | None] = mapped_column(BigInteger)
    wrong_codes: Mapped[int] = mapped_column(default=0)
    codes_blocked_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    is_away: Mapped[bool] = mapped_column(default=False)
    shortcuts_on: Mapped[bool] = mapped_column(default=True)
    sound_on: Mapped[bool] = mapped_column(default=True)
    alerts: Mapped[AlertWish] = mapped_column(one_of(AlertWish, "alerts"), default=AlertWish.NEVER)
    time_zone: Mapped[str] = mapped_column(Text)
    is_demonstration: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    left_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    @property
    def has_second_factor(self) -> bool:
        return self.totp_confirmed_at is not None


class StaffSession(Base):
    """`second_factor_at` is missing until a code was entered in this session."""

    __tablename__ = "staff_sessions"
    __table_args__ = (Index("ix_staff_sessions_of_staff", "staff_id", "last_seen_at"),)

    key_hash: Mapped[str] = mapped_column(Text, primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    last_seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    device: Mapped[str] = mapped_column(Text)
    signed_in_by: Mapped[SignedInBy] = mapped_column(one_of(SignedInBy, "signed_in_by"))
    second_factor_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class StaffLink(Base):
    """Opens an account once: mailed at sign-in and with an invitation, printed for the first operator."""

    __tablename__ = "staff_links"
    __table_args__ = (Index("ix_staff_links_of_staff", "staff_id", "expires_at"),)

    token_hash: Mapped[str] = mapped_column(Text, primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class RecoveryCode(Base):
    """Stands in once for a code of the app that was lost."""

    __tablename__ = "staff_recovery_codes"

    code_hash: Mapped[str] = mapped_column(Text, primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class AuditEntry(Base):
    """Append-only. `staff_id` is missing where the command line or the clock acted."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_of_staff", "staff_id", "at"),
        Index("ix_audit_entries_of_subject", "subject_type", "subject_id", "at"),
        Index("ix_audit_entries_at", "at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    staff_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    action: Mapped[str] = mapped_column(Text)
    subject_type: Mapped[str] = mapped_column(Text)
    subject_id: Mapped[str] = mapped_column(Text)
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)


class OfficeHoursChange(Base):
    """The hours from a day on, in China; append-only, and of two for one day the later one counts.

    `days` are those of the week, Monday 1; `holidays` are `[first, last, name]` each.
    """

    __tablename__ = "office_hours_changes"
    __table_args__ = (CheckConstraint("opens < closes", name="opens_before_it_closes"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    valid_from: Mapped[date]
    days: Mapped[list[int]] = mapped_column(JSONB)
    opens: Mapped[time]
    closes: Mapped[time]
    first_reply_working_hours: Mapped[int]
    holidays: Mapped[list[list[str]]] = mapped_column(JSONB)
    changed_by: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
