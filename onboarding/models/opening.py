"""What is agreed, paid and set up between approval and opening, and appeals against a refusal."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from onboarding.database import Base
from onboarding.models.columns import one_of
from onboarding.names import FileFormat
from onboarding.opening.names import ListSource, Step, StepStatus


class StepChange(Base):
    """Append-only, and the newest of a step counts; `contact_id` is missing where it was one of the staff.

    `reason` says what was wrong, or why it changed; `answers` are what the brand filled in.
    """

    __tablename__ = "opening_step_changes"
    __table_args__ = (
        CheckConstraint("status <> 'PROBLEM' OR reason IS NOT NULL", name="problem_with_reason"),
        Index("ix_opening_step_changes_newest", "application_id", "step", text("id DESC")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    step: Mapped[Step] = mapped_column(one_of(Step, "step"))
    status: Mapped[StepStatus] = mapped_column(one_of(StepStatus, "status"))
    answers: Mapped[dict[str, str]] = mapped_column(JSONB)
    by: Mapped[str] = mapped_column(Text)
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contacts.id"))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    reason: Mapped[str | None] = mapped_column(Text)


class ContractAcceptance(Base):
    """The very words that were accepted, so that later versions change nothing; no address of a device is kept."""

    __tablename__ = "contract_acceptances"
    __table_args__ = (CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), unique=True)
    version: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    position: Mapped[str] = mapped_column(Text)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contacts.id"))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Invoice(Base):
    """Amounts as they were on the day of issue, in fen.

    Without billing details it is made out to the company as it applied. One that was replaced keeps its number, and
    the newest of an application counts.
    """

    __tablename__ = "invoices"
    __table_args__ = (
        CheckConstraint("deposit_fen >= 0 AND annual_fen >= 0", name="amounts"),
        CheckConstraint(
            "(received_on IS NULL) = (received_by IS NULL) AND (received_on IS NULL) = (confirmed_at IS NULL)",
            name="received",
        ),
        CheckConstraint("(replaced_at IS NULL) = (replaced_by IS NULL)", name="replaced"),
        Index(
            "ix_invoices_current_of_application",
            "application_id",
            unique=True,
            postgresql_where=text("replaced_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    number: Mapped[str] = mapped_column(Text, unique=True)
    deposit_fen: Mapped[int] = mapped_column(BigInteger)
    annual_fen: Mapped[int] = mapped_column(BigInteger)
    issued_on: Mapped[date]
    due_on: Mapped[date]
    received_on: Mapped[date | None]
    received_by: Mapped[str | None] = mapped_column(Text)
    confirmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    billing_name: Mapped[str | None] = mapped_column(Text)
    billing_address: Mapped[str | None] = mapped_column(Text)
    vat_number: Mapped[str | None] = mapped_column(Text)
    replaced_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    replaced_by: Mapped[str | None] = mapped_column(Text)


class PaymentProof(Base):
    """A file among those of the documents; `name` is what the sender called it."""

    __tablename__ = "payment_proofs"
    __table_args__ = (
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
        CheckConstraint("size_bytes > 0", name="not_empty"),
        Index("ix_payment_proofs_of_invoice", "invoice_id", "received_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoices.id"))
    stored_as: Mapped[str] = mapped_column(Text, unique=True)
    sha256: Mapped[str] = mapped_column(Text)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    format: Mapped[FileFormat] = mapped_column(one_of(FileFormat, "format"))
    name: Mapped[str] = mapped_column(Text)
    sent_by: Mapped[UUID] = mapped_column(ForeignKey("contacts.id"))
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class ProofOpening(Base):
    """Somebody opened a proof of payment; `contact_id` is missing where it was one of the staff."""

    __tablename__ = "payment_proof_openings"
    __table_args__ = (Index("ix_payment_proof_openings_of_proof", "proof_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proof_id: Mapped[UUID] = mapped_column(ForeignKey("payment_proofs.id"))
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contacts.id"))
    who: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class ProductCheck(Base):
    """One look at a product list: the rows as they came, and what is wrong with them, by codes of words.yml."""

    __tablename__ = "product_checks"
    __table_args__ = (Index("ix_product_checks_of_application", "application_id", text("id DESC")),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    source: Mapped[ListSource] = mapped_column(one_of(ListSource, "source"))
    products: Mapped[list[list[str]]] = mapped_column(JSONB)
    faults: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    by: Mapped[str] = mapped_column(Text)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contacts.id"))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Appeal(Base):
    """Against a refusal, once; `ticket` is the reference under which a person answers."""

    __tablename__ = "appeals"
    __table_args__ = (
        CheckConstraint(
            "(granted IS NULL) = (decided_at IS NULL) AND (granted IS NULL) = (decided_by IS NULL)"
            " AND (granted IS NULL) = (answer IS NULL)",
            name="decided",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), unique=True)
    text: Mapped[str] = mapped_column(Text)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contacts.id"))
    by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ticket: Mapped[str | None] = mapped_column(Text)
    granted: Mapped[bool | None]
    answer: Mapped[str | None] = mapped_column(Text)
    decided_by: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
