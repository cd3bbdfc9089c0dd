"""Who asked for the erasure of their data, and what became of it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from onboarding.database import Base


class ErasureRequest(Base):
    """Kept afterwards as the proof that it was done: by then the contact is anonymous."""

    __tablename__ = "erasure_requests"
    __table_args__ = (
        Index(
            "ix_erasure_requests_open",
            "contact_id",
            unique=True,
            postgresql_where=text("cancelled_at IS NULL AND done_at IS NULL"),
        ),
        Index("ix_erasure_requests_due", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contacts.id"))
    asked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    due_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    cancelled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    done_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
