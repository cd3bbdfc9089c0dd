"""Expiry of documents, reminders, new addresses, files of the chat and with a virus, and invoices that replace others"""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def upgrade() -> None:
    _let_documents_expire()
    _add_reminders()
    _add_email_changes()
    _let_invoices_be_replaced()
    _note_who_opens_proofs()


def _let_documents_expire() -> None:
    op.add_column("document_submissions", sa.Column("valid_until", sa.Date(), nullable=True))
    op.create_index(
        "ix_document_submissions_valid_until",
        "document_submissions",
        ["valid_until"],
        postgresql_where=sa.text("status = 'APPROVED' AND valid_until IS NOT NULL"),
    )
    op.add_column(
        "document_files", sa.Column("channel", sa.String(40), nullable=False, server_default="PAGE")
    )
    op.create_check_constraint(
        op.f("ck_document_files_channel"), "document_files", "channel IN ('PAGE', 'CHAT', 'PLANNER')"
    )
    op.add_column("document_files", sa.Column("virus", sa.Text(), nullable=True))


def _add_reminders() -> None:
    op.create_table(
        "reminders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("kind", _one_of("kind", "DRAFT_LEFT", "DEADLINE_NEAR", "DEADLINE_PASSED"), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        _moment("at"),
        _refers("reminders", "application_id", "applications"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminders")),
        sa.UniqueConstraint("application_id", "kind", "about", name=op.f("uq_reminders_application_id")),
    )
    op.create_table(
        "reminder_stops",
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        _moment("at"),
        _refers("reminder_stops", "application_id", "applications"),
        _refers("reminder_stops", "contact_id", "contacts"),
        sa.PrimaryKeyConstraint("application_id", "contact_id", name=op.f("pk_reminder_stops")),
    )


def _add_email_changes() -> None:
    op.create_table(
        "email_changes",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("old_email", sa.Text(), nullable=False),
        _moment("created_at"),
        _moment("expires_at"),
        _moment("used_at", nullable=True),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_email_changes_email_lowercase")),
        _refers("email_changes", "contact_id", "contacts"),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_email_changes")),
    )
    op.create_index("ix_email_changes_of_contact", "email_changes", ["contact_id", "expires_at"])


def _let_invoices_be_replaced() -> None:
    for column in ("billing_name", "billing_address", "vat_number", "replaced_by"):
        op.add_column("invoices", sa.Column(column, sa.Text(), nullable=True))
    op.add_column("invoices", _moment("replaced_at", nullable=True))
    op.create_check_constraint(
        op.f("ck_invoices_replaced"), "invoices", "(replaced_at IS NULL) = (replaced_by IS NULL)"
    )
    op.drop_constraint(op.f("uq_invoices_application_id"), "invoices", type_="unique")
    op.create_index(
        "ix_invoices_current_of_application",
        "invoices",
        ["application_id"],
        unique=True,
        postgresql_where=sa.text("replaced_at IS NULL"),
    )


def _note_who_opens_proofs() -> None:
    op.create_table(
        "payment_proof_openings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proof_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("who", sa.Text(), nullable=False),
        _moment("at"),
        _refers("payment_proof_openings", "proof_id", "payment_proofs"),
        _refers("payment_proof_openings", "contact_id", "contacts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_proof_openings")),
    )
    op.create_index("ix_payment_proof_openings_of_proof", "payment_proof_openings", ["proof_id", "at"])


def downgrade() -> None:
    for table in ("payment_proof_openings", "email_changes", "reminder_stops", "reminders"):
        op.drop_table(table)
    op.drop_index("ix_invoices_current_of_application", "invoices")
    op.execute("DELETE FROM invoices WHERE replaced_at IS NOT NULL")
    op.create_unique_constraint(op.f("uq_invoices_application_id"), "invoices", ["application_id"])
    op.drop_constraint(op.f("ck_invoices_replaced"), "invoices")
    for column in ("billing_name", "billing_address", "vat_number", "replaced_by", "replaced_at"):
        op.drop_column("invoices", column)
    op.drop_column("document_files", "virus")
    op.drop_constraint(op.f("ck_document_files_channel"), "document_files")
    op.drop_column("document_files", "channel")
    op.drop_index("ix_document_submissions_valid_until", "document_submissions")
    op.drop_column("document_submissions", "valid_until")
