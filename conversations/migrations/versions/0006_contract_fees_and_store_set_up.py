"""Contract, fees, steps of the set-up, appeals, and whose turn it is within a stage"""

from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_STEPS = [
    "CONTRACT",
    "FEES",
    "ALIPAY",
    "OPERATION",
    "PRODUCTS",
    "RETURN_ADDRESS",
    "DESIGN",
    "LOGISTICS",
    "CUSTOMER_SERVICE",
    "FINAL_CHECK",
]


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def upgrade() -> None:
    op.add_column("stage_changes", sa.Column("turn", sa.String(40), nullable=True))
    op.create_check_constraint(
        op.f("ck_stage_changes_turn"), "stage_changes", "turn IN ('brand', 'platform')"
    )
    op.create_table(
        "opening_step_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("step", _one_of("step", *_STEPS), nullable=False),
        sa.Column("status", _one_of("status", "TO_DO", "WITH_US", "PROBLEM", "DONE"), nullable=False),
        sa.Column("answers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        _moment("at"),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "status <> 'PROBLEM' OR reason IS NOT NULL",
            name=op.f("ck_opening_step_changes_problem_with_reason"),
        ),
        _refers("opening_step_changes", "application_id", "applications"),
        _refers("opening_step_changes", "contact_id", "contacts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_step_changes")),
    )
    op.create_index(
        "ix_opening_step_changes_newest",
        "opening_step_changes",
        ["application_id", "step", sa.text("id DESC")],
    )
    op.create_table(
        "contract_acceptances",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        _moment("at"),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_contract_acceptances_sha256")),
        _refers("contract_acceptances", "application_id", "applications"),
        _refers("contract_acceptances", "contact_id", "contacts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_acceptances")),
        sa.UniqueConstraint("application_id", name=op.f("uq_contract_acceptances_application_id")),
    )
    op.create_table(
        "invoices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("deposit_fen", sa.BigInteger(), nullable=False),
        sa.Column("annual_fen", sa.BigInteger(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("received_by", sa.Text(), nullable=True),
        _moment("confirmed_at", nullable=True),
        sa.CheckConstraint("deposit_fen >= 0 AND annual_fen >= 0", name=op.f("ck_invoices_amounts")),
        sa.CheckConstraint(
            "(received_on IS NULL) = (received_by IS NULL) AND (received_on IS NULL) = (confirmed_at IS NULL)",
            name=op.f("ck_invoices_received"),
        ),
        _refers("invoices", "application_id", "applications"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoices")),
        sa.UniqueConstraint("application_id", name=op.f("uq_invoices_application_id")),
        sa.UniqueConstraint("number", name=op.f("uq_invoices_number")),
    )
    op.create_table(
        "payment_proofs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Integer(), nullable=False),
        sa.Column("stored_as", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("format", _one_of("format", "PDF", "JPG", "PNG", "XLSX", "CSV"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sent_by", sa.Uuid(), nullable=False),
        _moment("received_at"),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_payment_proofs_sha256")),
        sa.CheckConstraint("size_bytes > 0", name=op.f("ck_payment_proofs_not_empty")),
        _refers("payment_proofs", "invoice_id", "invoices"),
        _refers("payment_proofs", "sent_by", "contacts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_proofs")),
        sa.UniqueConstraint("stored_as", name=op.f("uq_payment_proofs_stored_as")),
    )
    op.create_index("ix_payment_proofs_of_invoice", "payment_proofs", ["invoice_id", "received_at"])
    op.create_table(
        "product_checks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("source", _one_of("source", "FILE", "PASTED"), nullable=False),
        sa.Column("products", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("faults", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        _moment("at"),
        _refers("product_checks", "application_id", "applications"),
        _refers("product_checks", "contact_id", "contacts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_checks")),
    )
    op.create_index(
        "ix_product_checks_of_application", "product_checks", ["application_id", sa.text("id DESC")]
    )
    op.create_table(
        "appeals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        _moment("at"),
        sa.Column("ticket", sa.Text(), nullable=True),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        _moment("decided_at", nullable=True),
        sa.CheckConstraint(
            "(granted IS NULL) = (decided_at IS NULL) AND (granted IS NULL) = (decided_by IS NULL)"
            " AND (granted IS NULL) = (answer IS NULL)",
            name=op.f("ck_appeals_decided"),
        ),
        _refers("appeals", "application_id", "applications"),
        _refers("appeals", "contact_id", "contacts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeals")),
        sa.UniqueConstraint("application_id", name=op.f("uq_appeals_application_id")),
    )


def downgrade() -> None:
    tables = ("appeals", "product_checks", "payment_proofs", "invoices", "contract_acceptances")
    for table in (*tables, "opening_step_changes"):
        op.drop_table(table)
    op.drop_constraint(op.f("ck_stage_changes_turn"), "stage_changes")
    op.drop_column("stage_changes", "turn")
