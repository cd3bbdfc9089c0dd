"""What the desk keeps of its own about applications: who looks after each, and who opened which proof of payment."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, Text, text
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


class ProofOpening(Base):
    """One of the staff opened a proof of payment."""

    __tablename__ = "payment_proof_openings"
    __table_args__ = (Index("ix_payment_proof_openings_of_proof", "proof_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proof_id: Mapped[UUID] = mapped_column(ForeignKey("payment_proofs.id"))
    who: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
