"""Staff, their sessions and second factors, audit, office hours, blocking, search and alerts"""

from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _refers(table: str, column: str, to: str = "staff") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def upgrade() -> None:
    op.create_table(
        "staff",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("role", _one_of("role", "agent", "reviewer", "lead", "operator"), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("totp_secret", sa.Text(), nullable=True),
        _moment("totp_confirmed_at", nullable=True),
        sa.Column("totp_last_step", sa.BigInteger(), nullable=True),
        sa.Column("wrong_codes", sa.Integer(), nullable=False),
        _moment("codes_blocked_until", nullable=True),
        sa.Column("is_away", sa.Boolean(), nullable=False),
        sa.Column("shortcuts_on", sa.Boolean(), nullable=False),
        sa.Column("sound_on", sa.Boolean(), nullable=False),
        sa.Column("alerts", _one_of("alerts", "NEVER", "BROKEN", "AT_RISK"), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("is_demonstration", sa.Boolean(), nullable=False),
        _moment("created_at"),
        _moment("left_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("email", name=op.f("uq_staff_email")),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_staff_email_lowercase")),
        sa.CheckConstraint(
            "totp_confirmed_at IS NULL OR totp_secret IS NOT NULL", name=op.f("ck_staff_confirmed_secret")
        ),
    )
    op.create_table(
        "staff_sessions",
        sa.Column("key_hash", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        _moment("created_at"),
        _moment("last_seen_at"),
        _moment("expires_at"),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("signed_in_by", _one_of("signed_in_by", "link", "password"), nullable=False),
        _moment("second_factor_at", nullable=True),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_staff_sessions")),
        _refers("staff_sessions", "staff_id"),
    )
    op.create_index("ix_staff_sessions_of_staff", "staff_sessions", ["staff_id", "last_seen_at"])
    op.create_table(
        "staff_links",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        _moment("created_at"),
        _moment("expires_at"),
        _moment("used_at", nullable=True),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_staff_links")),
        _refers("staff_links", "staff_id"),
    )
    op.create_index("ix_staff_links_of_staff", "staff_links", ["staff_id", "expires_at"])
    op.create_table(
        "staff_recovery_codes",
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        _moment("used_at", nullable=True),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_staff_recovery_codes")),
        _refers("staff_recovery_codes", "staff_id"),
    )
    op.create_index(op.f("ix_staff_recovery_codes_staff_id"), "staff_recovery_codes", ["staff_id"])
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.BigInteger(), nullable=False),
        _moment("at"),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject_type", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("detail", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
        _refers("audit_entries", "staff_id"),
    )
    op.create_index("ix_audit_entries_of_staff", "audit_entries", ["staff_id", "at"])
    op.create_index("ix_audit_entries_of_subject", "audit_entries", ["subject_type", "subject_id", "at"])
    op.create_index("ix_audit_entries_at", "audit_entries", ["at"])
    op.create_table(
        "office_hours_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("days", postgresql.JSONB(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.Column("first_reply_working_hours", sa.Integer(), nullable=False),
        sa.Column("holidays", postgresql.JSONB(), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=False),
        _moment("changed_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_hours_changes")),
        _refers("office_hours_changes", "changed_by"),
        sa.CheckConstraint("opens < closes", name=op.f("ck_office_hours_changes_opens_before_it_closes")),
    )
    op.create_table(
        "staff_alerts",
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        _moment("promised_by"),
        _moment("sent_at"),
        sa.PrimaryKeyConstraint("conversation_id", "promised_by", name=op.f("pk_staff_alerts")),
        _refers("staff_alerts", "conversation_id", "conversations"),
    )
    op.add_column("conversations", _moment("blocked_at", nullable=True))
    op.add_column("conversations", sa.Column("blocked_by", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_conversations_blocked_by_staff"), "conversations", "staff", ["blocked_by"], ["id"]
    )
    op.create_index(
        "ix_messages_words",
        "messages",
        [sa.text("to_tsvector('english', text)")],
        postgresql_using="gin",
    )


def downgrade() -> None:
    op.drop_index("ix_messages_words", "messages")
    op.drop_constraint(op.f("fk_conversations_blocked_by_staff"), "conversations")
    op.drop_column("conversations", "blocked_by")
    op.drop_column("conversations", "blocked_at")
    for table in (
        "staff_alerts",
        "office_hours_changes",
        "audit_entries",
        "staff_recovery_codes",
        "staff_links",
        "staff_sessions",
        "staff",
    ):
        op.drop_table(table)
