"""Indexes for reports of what was read, for erasures, and for what waits on a channel that is switched off"""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_channel_deliveries_identity_id"), "channel_deliveries", ["identity_id"])
    op.create_index(op.f("ix_conversations_answered_on"), "conversations", ["answered_on"])


def downgrade() -> None:
    op.drop_index(op.f("ix_conversations_answered_on"), "conversations")
    op.drop_index(op.f("ix_channel_deliveries_identity_id"), "channel_deliveries")
