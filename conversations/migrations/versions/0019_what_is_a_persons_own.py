"""What a site calls somebody counts once it is confirmed, and webhooks of one brand hear of no other brand's people

Names entered before wait for an owner as well.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

# Of a conversation that is about another brand as well from now on, and of one whose person left: no code that adds or
# removes people can forget it, and should they come back, it is asked for anew.
_FORGET = """
CREATE FUNCTION forget_conversation_events() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    person uuid = CASE TG_OP WHEN 'DELETE' THEN OLD.contact_id ELSE NEW.contact_id END;
BEGIN
    UPDATE webhook_endpoints
    SET events = array_remove(array_remove(events, 'message.created'), 'handoff.changed')
    WHERE contact_id = person AND (events && ARRAY['message.created', 'handoff.changed'])
    AND CASE TG_OP WHEN 'DELETE' THEN brand_id = OLD.brand_id ELSE brand_id <> NEW.brand_id END;
    RETURN NULL;
END $$;
CREATE TRIGGER forget_conversation_events AFTER INSERT OR DELETE ON memberships
FOR EACH ROW EXECUTE FUNCTION forget_conversation_events();
"""


def upgrade() -> None:
    op.add_column("chat_site_people", sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(_FORGET)


def downgrade() -> None:
    op.execute("DROP TRIGGER forget_conversation_events ON memberships")
    op.execute("DROP FUNCTION forget_conversation_events")
    op.drop_column("chat_site_people", "confirmed_at")
