"""Applications, the stages they went through, and the documents sent for them."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.database import Base
from onboarding.models.brands import Brand, Company
from onboarding.models.columns import one_of
from onboarding.names import (
    Category,
    Declares,
    DocumentStatus,
    DocumentType,
    ReasonCode,
    Stage,
    StoreType,
    Turn,
)


class Application(Base):
    """Only a draft, or one withdrawn as a draft, may leave questions unanswered."""

    __tablename__ = "applications"
    __table_args__ = (
        CheckConstraint("number ~ '^BD-[0-9]{4}-[0-9]{6}$'", name="number"),
        CheckConstraint(
            "stage IN ('DRAFT', 'WITHDRAWN') OR (submitted_at IS NOT NULL AND store_type IS NOT NULL"
            " AND category IS NOT NULL AND declares IS NOT NULL)",
            name="complete_when_submitted",
        ),
        CheckConstraint("(stage = 'WITHDRAWN') = (withdrawn_at IS NOT NULL)", name="withdrawn"),
        Index(
            "ix_applications_running_of_brand",
            "brand_id",
            unique=True,
            postgresql_where=text("stage NOT IN ('REJECTED', 'WITHDRAWN')"),
        ),
        Index("ix_applications_of_brand", "brand_id", "id"),
        Index("ix_applications_stage", "stage"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(Text, unique=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brands.id"))
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"), index=True)
    store_type: Mapped[StoreType | None] = mapped_column(one_of(StoreType, "store_type"))
    category: Mapped[Category | None] = mapped_column(one_of(Category, "category"))
    declares: Mapped[Declares | None] = mapped_column(one_of(Declares, "declares"))
    stage: Mapped[Stage] = mapped_column(one_of(Stage, "stage"), default=Stage.DRAFT)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    submitted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    withdrawn_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    # Joined, because pages read both after the transaction has ended.
    brand: Mapped[Brand] = relationship(lazy="joined", innerjoin=True)
    company: Mapped[Company] = relationship(lazy="joined", innerjoin=True)


class StageChange(Base):
    """A stage owns the days in China from `started_on` to the next change.

    `turn` says whose move it is where that is not as usual for the stage.
    """

    __tablename__ = "stage_changes"
    __table_args__ = (Index("ix_stage_changes_of_application", "application_id", "at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    stage: Mapped[Stage] = mapped_column(one_of(Stage, "stage"))
    started_on: Mapped[date]
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    by: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    turn: Mapped[Turn | None] = mapped_column(one_of(Turn, "turn"))

    @property
    def whose_turn(self) -> Turn:
        return self.turn or self.stage.turn


class DocumentSubmission(Base):
    """Append-only, and the newest counts. A row that is MISSING asks for a document by `deadline_on`.

    `valid_until` is the last day in China on which an accepted paper counts, where it names one.
    """

    __tablename__ = "document_submissions"
    __table_args__ = (
        CheckConstraint("(status = 'REJECTED') = (reason_code IS NOT NULL)", name="rejected_with_reason"),
        CheckConstraint("(reason_code IS NULL) = (reason_text IS NULL)", name="reason_in_words"),
        Index("ix_document_submissions_newest", "application_id", "document_type", text("id DESC")),
        Index(
            "ix_document_submissions_valid_until",
            "valid_until",
            postgresql_where=text("status = 'APPROVED' AND valid_until IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    document_type: Mapped[DocumentType] = mapped_column(one_of(DocumentType, "document_type"))
    status: Mapped[DocumentStatus] = mapped_column(one_of(DocumentStatus, "status"))
    submitted_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    reason_code: Mapped[ReasonCode | None] = mapped_column(one_of(ReasonCode, "reason_code"))
    reason_text: Mapped[str | None] = mapped_column(Text)
    send_instead: Mapped[str | None] = mapped_column(Text)
    deadline_on: Mapped[date | None]
    valid_until: Mapped[date | None]
