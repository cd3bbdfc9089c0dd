"""Notes, read marks, files of agents and saved replies"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def _refers(table: str, column: str, to: str, *, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    constraint = op.f(f"fk_{table}_{column}_{to}")
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=constraint, ondelete=ondelete)


def upgrade() -> None:
    op.create_table(
        "desk_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("after_seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_notes")),
        _refers("desk_notes", "conversation_id", "conversations"),
        _refers("desk_notes", "staff_id", "staff"),
    )
    op.create_index("ix_desk_notes_of_conversation", "desk_notes", ["conversation_id", "id"])
    op.create_table(
        "desk_read_marks",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("staff_id", "conversation_id", name=op.f("pk_desk_read_marks")),
        _refers("desk_read_marks", "conversation_id", "conversations"),
        _refers("desk_read_marks", "staff_id", "staff"),
    )
    op.create_table(
        "desk_files",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("stored_as", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column(
            "format",
            sa.Enum(
                "PDF",
                "JPG",
                "PNG",
                "XLSX",
                "CSV",
                name="format",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_files")),
        sa.UniqueConstraint("stored_as", name=op.f("uq_desk_files_stored_as")),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_desk_files_sha256")),
        sa.CheckConstraint("size_bytes > 0", name=op.f("ck_desk_files_not_empty")),
        _refers("desk_files", "message_id", "messages", ondelete="SET NULL"),
        _refers("desk_files", "staff_id", "staff"),
    )
    op.create_index(op.f("ix_desk_files_message_id"), "desk_files", ["message_id"])
    op.create_table(
        "desk_saved_replies",
        sa.Column("shortcut", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("changed_by", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("shortcut", name=op.f("pk_desk_saved_replies")),
        sa.CheckConstraint("shortcut ~ '^[a-z0-9-]+$'", name=op.f("ck_desk_saved_replies_shortcut")),
        _refers("desk_saved_replies", "changed_by", "staff"),
    )


def downgrade() -> None:
    for table in ("desk_saved_replies", "desk_files", "desk_read_marks", "desk_notes"):
        op.drop_table(table)
