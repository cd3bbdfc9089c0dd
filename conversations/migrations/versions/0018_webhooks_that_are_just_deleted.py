"""A webhook that is just being deleted is waited for, so that its end never undoes what it would have been told of"""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_NOTE = """
CREATE OR REPLACE FUNCTION note_webhook_event(
    brand integer, contact uuid, kind text, details jsonb, moment timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    told uuid[] = ARRAY(
        SELECT endpoint.id FROM webhook_endpoints AS endpoint
        WHERE endpoint.disabled_at IS NULL AND kind = ANY (endpoint.events)
        AND (endpoint.brand_id = brand OR (endpoint.contact_id = contact AND EXISTS (
            SELECT FROM memberships AS membership
            WHERE membership.brand_id = endpoint.brand_id AND membership.contact_id = contact)))
        {held});
    event uuid = gen_random_uuid();
BEGIN
    IF cardinality(told) = 0 THEN
        RETURN;
    END IF;
    INSERT INTO webhook_events (id, type, data, at) VALUES (event, kind, details, moment);
    WITH noted AS (
        INSERT INTO webhook_deliveries (endpoint_id, event_id) SELECT unnest(told), event RETURNING id)
    INSERT INTO procrastinate_jobs (queue_name, task_name, args)
    SELECT 'webhooks', 'webhooks.deliver', jsonb_build_object('delivery_id', id, 'attempt', 1, 'step', 0)
    FROM noted;
END $$
"""
# As strong as what a foreign key takes: it waits for whoever deletes the row, and for nobody else.
_HELD = "FOR KEY SHARE OF endpoint"


def upgrade() -> None:
    op.execute(_NOTE.format(held=_HELD))


def downgrade() -> None:
    op.execute(_NOTE.format(held=""))
