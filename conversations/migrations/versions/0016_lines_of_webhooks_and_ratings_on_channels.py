"""A line before each webhook, a trigger that ends early where nobody listens, and names of people on channels"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_BODY = """
CREATE OR REPLACE FUNCTION note_message() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    person uuid = (SELECT contact_id FROM conversations WHERE id = NEW.conversation_id);
BEGIN
    IF person IS NOT NULL {and_listens} THEN
        PERFORM note_webhook_event(NULL, person, 'message.created', jsonb_build_object(
            'conversation', NEW.conversation_id, 'message', NEW.seq, 'role', NEW.speaker,
            'channel', NEW.channel), NEW.at);
    END IF;
    RETURN NULL;
END $$
"""
_LISTENS = "AND EXISTS (SELECT FROM webhook_endpoints WHERE contact_id = person)"


def upgrade() -> None:
    op.execute(_BODY.format(and_listens=_LISTENS))
    op.add_column("webhook_deliveries", sa.Column("sending_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("webhook_deliveries", sa.Column("waits_at_step", sa.Integer(), nullable=True))
    op.add_column("channel_identities", sa.Column("named_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_webhook_deliveries_waiting",
        "webhook_deliveries",
        ["endpoint_id", "id"],
        unique=False,
        postgresql_where=sa.text("waits_at_step IS NOT NULL"),
    )
    op.create_index(
        "ix_webhook_deliveries_sending",
        "webhook_deliveries",
        ["endpoint_id"],
        unique=False,
        postgresql_where=sa.text("sending_until IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_webhook_deliveries_sending", table_name="webhook_deliveries")
    op.drop_index("ix_webhook_deliveries_waiting", table_name="webhook_deliveries")
    op.drop_column("channel_identities", "named_at")
    op.drop_column("webhook_deliveries", "waits_at_step")
    op.drop_column("webhook_deliveries", "sending_until")
    op.execute(_BODY.format(and_listens=""))
