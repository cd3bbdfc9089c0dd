"""Who was invited to act for a brand, who asked for it, and every change of who may do what."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from onboarding.database import Base
from onboarding.models.columns import one_of
from onboarding.names import AccessReason, PeopleEvent, Role


class Invitation(Base):
    """Bound to the address it was mailed to; only the hash of its link is kept."""

    __tablename__ = "invitations"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_lowercase"),
        Index(
            "ix_invitations_open",
            "brand_id",
            "email",
            unique=True,
            postgresql_where=text("accepted_at IS NULL AND withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    token_hash: Mapped[str] = mapped_column(Text, unique=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brands.id"))
    email: Mapped[str] = mapped_column(Text, index=True)
    role: Mapped[Role] = mapped_column(one_of(Role, "role"))
    invited_by: Mapped[UUID] = mapped_column(ForeignKey("contacts.id"))
    invited_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    accepted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    withdrawn_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class PeopleChange(Base):
    """Append-only. `by_id` (None: the programme's people) acted on `contact_id`.

    An invited person who is not a contact yet is named by `email`.
    """

    __tablename__ = "people_changes"
    __table_args__ = (Index("ix_people_changes_of_brand", "brand_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brands.id"))
    event: Mapped[PeopleEvent] = mapped_column(one_of(PeopleEvent, "event"))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("contacts.id"), index=True)
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contacts.id"), index=True)
    email: Mapped[str | None] = mapped_column(Text)
    old_role: Mapped[Role | None] = mapped_column(one_of(Role, "old_role"))
    new_role: Mapped[Role | None] = mapped_column(one_of(Role, "new_role"))


class AccessRequest(Base):
    """`brand_id` is None where what was named is not one brand of ours, which the person who asks never learns.

    `passed_on_at` is when the programme's people got it to decide, beside the owners or in their place.
    """

    __tablename__ = "access_requests"
    __table_args__ = (
        Index(
            "ix_access_requests_open",
            "contact_id",
            "brand_id",
            unique=True,
            postgresql_where=text("decided_at IS NULL"),
        ),
        Index("ix_access_requests_of_brand", "brand_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contacts.id"))
    brand_id: Mapped[int | None] = mapped_column(ForeignKey("brands.id"))
    named: Mapped[str] = mapped_column(Text)
    reason: Mapped[AccessReason] = mapped_column(one_of(AccessReason, "reason"))
    note: Mapped[str | None] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    passed_on_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("contacts.id"))
    granted_role: Mapped[Role | None] = mapped_column(one_of(Role, "granted_role"))
