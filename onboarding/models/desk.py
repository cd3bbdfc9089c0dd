"""What the desk keeps of its own about applications: who looks after each."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from onboarding.database import Base


class Assignment(Base):
    """Append-only, and the newest counts: without `staff_id` nobody looks after the application any more."""

    __tablename__ = "application_assignments"
    __table_args__ = (Index("ix_application_assignments_newest", "application_id", text("id DESC")),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    staff_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"), index=True)
    by_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
