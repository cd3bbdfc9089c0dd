"""Files, checks, reviews and openings of documents"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_REASONS = [
    "EXPIRED",
    "NAME_MISMATCH",
    "CLASS_MISMATCH",
    "CHAIN_GAP",
    "NOT_SIGNED",
    "UNREADABLE",
    "NOT_ISSUED_BY_BANK",
    "TOO_OLD",
    "TRANSLATION_MISSING",
    "WRONG_DOCUMENT",
    "TEMPLATE_NOT_USED",
]


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    op.create_table(
        "document_files",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("stored_as", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("format", _one_of("format", "PDF", "JPG", "PNG", "XLSX", "CSV"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sent_by", sa.Uuid(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_document_files_sha256")),
        sa.CheckConstraint("size_bytes > 0", name=op.f("ck_document_files_not_empty")),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["document_submissions.id"],
            name=op.f("fk_document_files_submission_id_document_submissions"),
        ),
        sa.ForeignKeyConstraint(
            ["sent_by"], ["contacts.id"], name=op.f("fk_document_files_sent_by_contacts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_files")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_document_files_submission_id")),
        sa.UniqueConstraint("stored_as", name=op.f("uq_document_files_stored_as")),
    )
    op.create_index("ix_document_files_sha256", "document_files", ["sha256"])
    op.create_table(
        "document_openings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["document_files.id"], name=op.f("fk_document_openings_file_id_document_files")
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_document_openings_contact_id_contacts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_openings")),
    )
    op.create_index("ix_document_openings_of_file", "document_openings", ["file_id", "at"])
    op.create_table(
        "document_checks",
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("findings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["document_submissions.id"],
            name=op.f("fk_document_checks_submission_id_document_submissions"),
        ),
        sa.PrimaryKeyConstraint("submission_id", name=op.f("pk_document_checks")),
    )
    op.create_table(
        "document_reviews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("verdict", _one_of("verdict", "ACCEPTED", "REJECTED", "SECOND_LOOK"), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason_code", _one_of("reason_code", *_REASONS), nullable=True),
        sa.Column("reason_text", sa.Text(), nullable=True),
        sa.Column("send_instead", sa.Text(), nullable=True),
        sa.Column("deadline_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(verdict = 'ACCEPTED') = (reason_code IS NULL)",
            name=op.f("ck_document_reviews_reason_unless_accepted"),
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["document_submissions.id"],
            name=op.f("fk_document_reviews_submission_id_document_submissions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_reviews")),
    )
    op.create_index("ix_document_reviews_of_submission", "document_reviews", ["submission_id", "id"])


def downgrade() -> None:
    for table in ("document_reviews", "document_checks", "document_openings", "document_files"):
        op.drop_table(table)
