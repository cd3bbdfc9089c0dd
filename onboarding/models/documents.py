"""The files of documents, what the first check and the reviewers found, and who opened them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from onboarding.database import Base
from onboarding.models.columns import one_of
from onboarding.names import Channel, FileFormat, ReasonCode, Verdict


class DocumentFile(Base):
    """`name` is what the sender called the file, `stored_as` the random name under which it is kept.

    With a `virus`, by its name, the file itself was removed.
    """

    __tablename__ = "document_files"
    __table_args__ = (
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
        CheckConstraint("size_bytes > 0", name="not_empty"),
        Index("ix_document_files_sha256", "sha256"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    submission_id: Mapped[int] = mapped_column(ForeignKey("document_submissions.id"), unique=True)
    stored_as: Mapped[str] = mapped_column(Text, unique=True)
    sha256: Mapped[str] = mapped_column(Text)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    format: Mapped[FileFormat] = mapped_column(one_of(FileFormat, "format"))
    name: Mapped[str] = mapped_column(Text)
    sent_by: Mapped[UUID] = mapped_column(ForeignKey("contacts.id"))
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    channel: Mapped[Channel] = mapped_column(
        one_of(Channel, "channel"), default=Channel.PAGE, server_default=Channel.PAGE.value
    )
    virus: Mapped[str | None] = mapped_column(Text)


class DocumentOpening(Base):
    """Somebody opened a file; `contact_id` is missing where it was one of the staff."""

    __tablename__ = "document_openings"
    __table_args__ = (Index("ix_document_openings_of_file", "file_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[UUID] = mapped_column(ForeignKey("document_files.id"))
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contacts.id"))
    who: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class DocumentCheck(Base):
    """What was found before a person looked: codes with values, whose words are in onboarding/documents/words.yml.

    `facts` are figures only; what the paper says is not kept.
    """

    __tablename__ = "document_checks"

    submission_id: Mapped[int] = mapped_column(ForeignKey("document_submissions.id"), primary_key=True)
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    finished_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class DocumentReview(Base):
    """One look of a reviewer, in the order in which they were taken; those of before the desk have no `staff_id`."""

    __tablename__ = "document_reviews"
    __table_args__ = (
        CheckConstraint("(verdict = 'ACCEPTED') = (reason_code IS NULL)", name="reason_unless_accepted"),
        Index("ix_document_reviews_of_submission", "submission_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("document_submissions.id"))
    verdict: Mapped[Verdict] = mapped_column(one_of(Verdict, "verdict"))
    by: Mapped[str] = mapped_column(Text)
    staff_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"), index=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    reason_code: Mapped[ReasonCode | None] = mapped_column(one_of(ReasonCode, "reason_code"))
    reason_text: Mapped[str | None] = mapped_column(Text)
    send_instead: Mapped[str | None] = mapped_column(Text)
    deadline_on: Mapped[date | None]
