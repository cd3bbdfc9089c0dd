"""Windows of channels: templates, who asked to stop, what was read, reports that came early"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_STATUSES = ["queued", "sent", "delivered", "read", "failed", "dead"]


def _status() -> sa.Enum:
    return sa.Enum(*_STATUSES, name="status", native_enum=False, create_constraint=True, length=40)


def _json(name: str, default: str) -> sa.Column[object]:
    return sa.Column(name, postgresql.JSONB(astext_type=sa.Text()), nullable=False, server_default=default)


def _moment(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _of_account(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["account_id"],
        ["channel_accounts.id"],
        name=op.f(f"fk_{table}_account_id_channel_accounts"),
        ondelete="CASCADE",
    )


def _may_be(statuses: list[str]) -> None:
    op.drop_constraint(op.f("ck_channel_deliveries_status"), "channel_deliveries", type_="check")
    named = ", ".join(f"'{status}'" for status in statuses)
    op.create_check_constraint(
        op.f("ck_channel_deliveries_status"), "channel_deliveries", f"status IN ({named})"
    )


def upgrade() -> None:
    _may_be(_STATUSES)
    op.add_column("channel_deliveries", _json("reports", "{}"))
    op.add_column("channel_identities", _moment("read_until"))
    op.add_column("channel_identities", _moment("stopped_at"))
    op.create_table(
        "channel_templates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("labels", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        _moment("created_at", nullable=False),
        _of_account("channel_templates"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_templates")),
    )
    op.create_index("ix_channel_templates_account_id", "channel_templates", ["account_id"])
    op.create_table(
        "channel_early_reports",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=False),
        sa.Column("status", _status(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        _moment("at", nullable=False),
        _of_account("channel_early_reports"),
        sa.PrimaryKeyConstraint("account_id", "provider_id", "status", name=op.f("pk_channel_early_reports")),
    )
    op.create_index("ix_channel_early_reports_at", "channel_early_reports", ["at"])


def downgrade() -> None:
    op.drop_table("channel_early_reports")
    op.drop_table("channel_templates")
    op.drop_column("channel_identities", "stopped_at")
    op.drop_column("channel_identities", "read_until")
    op.drop_column("channel_deliveries", "reports")
    op.execute("UPDATE channel_deliveries SET status = 'delivered' WHERE status = 'read'")
    _may_be([status for status in _STATUSES if status != "read"])
