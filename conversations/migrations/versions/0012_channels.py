"""Channels: accounts at providers, who writes there, what is on its way"""

from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0010"
branch_labels = None
depends_on = None

_KINDS = [
    "slack",
    "telegram",
    "twilio-whatsapp",
    "twilio-sms",
    "messenger",
    "whatsapp-cloud",
    "teams",
    "email",
]

_FILE_STATES = ["waiting", "asked", "sent", "told", "refused", "aside"]


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _moment(name: str, *, nullable: bool = True) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _words(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _json(name: str, *, default: str | None = None, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, postgresql.JSONB(astext_type=sa.Text()), nullable=nullable, server_default=default)


def _refers(table: str, column: str, to: str, *, goes_along: bool = False) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column],
        [f"{to}.id"],
        name=op.f(f"fk_{table}_{column}_{to}"),
        ondelete="CASCADE" if goes_along else None,
    )


def upgrade() -> None:
    op.create_table(
        "channel_accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        _words("public_id"),
        sa.Column("kind", _one_of("kind", *_KINDS), nullable=False),
        _words("name"),
        sa.Column("state", _one_of("state", "active", "paused"), nullable=False),
        _json("settings"),
        _words("secrets", nullable=True),
        _words("previous_secrets", nullable=True),
        _moment("overlap_until"),
        _json("cursor", nullable=True),
        _moment("paused_until"),
        _moment("created_at", nullable=False),
        _moment("last_in_at"),
        _moment("last_out_at"),
        _words("last_error", nullable=True),
        _moment("last_error_at"),
        sa.Column("refused_count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_accounts")),
        sa.UniqueConstraint("public_id", name=op.f("uq_channel_accounts_public_id")),
    )
    op.create_table(
        "channel_identities",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        _words("external_user"),
        _words("place"),
        _words("workspace"),
        _json("address"),
        _words("display_name"),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        _moment("warned_at"),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        _moment("linked_at"),
        sa.Column("tries", sa.Integer(), nullable=False),
        _moment("tries_since"),
        _moment("sending_until"),
        _moment("created_at", nullable=False),
        _moment("last_in_at"),
        _refers("channel_identities", "account_id", "channel_accounts", goes_along=True),
        _refers("channel_identities", "conversation_id", "conversations"),
        _refers("channel_identities", "contact_id", "contacts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_identities")),
        sa.UniqueConstraint(
            "account_id", "external_user", "place", name=op.f("uq_channel_identities_account_id")
        ),
    )
    op.create_index("ix_channel_identities_conversation_id", "channel_identities", ["conversation_id"])
    op.create_index("ix_channel_identities_contact_id", "channel_identities", ["contact_id"])
    op.create_table(
        "channel_deliveries",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("identity_id", sa.Integer(), nullable=False),
        sa.Column(
            "status", _one_of("status", "queued", "sent", "delivered", "failed", "dead"), nullable=False
        ),
        _json("settings", default="{}"),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("parts_sent", sa.Integer(), nullable=False, server_default="0"),
        _json("provider_ids", default="[]"),
        _moment("next_try_at"),
        _moment("give_up_at"),
        _words("error_code", nullable=True),
        _json("steps", default="[]"),
        _moment("created_at", nullable=False),
        _moment("sent_at"),
        _refers("channel_deliveries", "message_id", "messages", goes_along=True),
        _refers("channel_deliveries", "identity_id", "channel_identities", goes_along=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_deliveries")),
        sa.UniqueConstraint("message_id", "identity_id", name=op.f("uq_channel_deliveries_message_id")),
    )
    op.create_index(
        "ix_channel_deliveries_queued",
        "channel_deliveries",
        ["identity_id", "id"],
        postgresql_where=sa.text("status = 'queued'"),
    )
    op.create_index(
        "ix_channel_deliveries_provider_ids",
        "channel_deliveries",
        ["provider_ids"],
        postgresql_using="gin",
    )
    op.create_table(
        "channel_receipts",
        sa.Column("account_id", sa.Integer(), nullable=False),
        _words("external_id"),
        _moment("at", nullable=False),
        _refers("channel_receipts", "account_id", "channel_accounts", goes_along=True),
        sa.PrimaryKeyConstraint("account_id", "external_id", name=op.f("pk_channel_receipts")),
    )
    op.create_index("ix_channel_receipts_at", "channel_receipts", ["at"])
    op.create_table(
        "channel_link_codes",
        _words("code_hash"),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("identity_id", sa.Integer(), nullable=True),
        _moment("created_at", nullable=False),
        _moment("expires_at", nullable=False),
        _moment("sent_at"),
        _refers("channel_link_codes", "contact_id", "contacts"),
        _refers("channel_link_codes", "identity_id", "channel_identities", goes_along=True),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_channel_link_codes")),
    )
    op.create_index("ix_channel_link_codes_contact_id", "channel_link_codes", ["contact_id"])
    op.create_table(
        "channel_files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("identity_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        _json("reference"),
        _words("name"),
        _words("caption"),
        sa.Column("size_bytes", sa.BigInteger(), nullable=True),
        sa.Column("state", _one_of("state", *_FILE_STATES), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=True),
        _moment("created_at", nullable=False),
        _refers("channel_files", "identity_id", "channel_identities", goes_along=True),
        _refers("channel_files", "message_id", "messages", goes_along=True),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["document_submissions.id"],
            name=op.f("fk_channel_files_submission_id_document_submissions"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_files")),
    )
    op.create_index("ix_channel_files_identity_id", "channel_files", ["identity_id"])
    op.create_index("ix_channel_files_submission_id", "channel_files", ["submission_id"])
    op.create_index("ix_channel_files_message_id", "channel_files", ["message_id"])
    op.add_column("conversations", sa.Column("answered_on", sa.Integer(), nullable=True))
    op.create_foreign_key(
        op.f("fk_conversations_answered_on_channel_identities"),
        "conversations",
        "channel_identities",
        ["answered_on"],
        ["id"],
        ondelete="SET NULL",
    )


def downgrade() -> None:
    op.drop_column("conversations", "answered_on")
    for table in ("files", "link_codes", "receipts", "deliveries", "identities", "accounts"):
        op.drop_table(f"channel_{table}")
