"""A webhook that is being deleted is waited for, and what a visitor wrote is told when their conversation is joined"""

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

_MESSAGE = """
CREATE OR REPLACE FUNCTION note_message() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    person uuid = (SELECT contact_id FROM conversations WHERE id = NEW.conversation_id);
BEGIN
    IF person IS NOT NULL AND EXISTS (SELECT FROM webhook_endpoints WHERE contact_id = person) THEN
        PERFORM note_webhook_event(NULL, person, 'message.created', jsonb_build_object(
            'conversation', NEW.conversation_id, 'message', NEW.seq, 'role', NEW.speaker,
            'channel', NEW.channel), {moment});
    END IF;
    RETURN NULL;
END $$
"""
_WHEN_IT_CAME = "CASE TG_OP WHEN 'INSERT' THEN NEW.at ELSE clock_now() END"
_JOINED = """
CREATE TRIGGER note_webhook_event_of_joining AFTER UPDATE OF conversation_id ON messages
FOR EACH ROW WHEN (OLD.conversation_id IS DISTINCT FROM NEW.conversation_id) EXECUTE FUNCTION note_message()
"""


def upgrade() -> None:
    op.execute(_NOTE.format(held=_HELD))
    op.execute(_MESSAGE.format(moment=_WHEN_IT_CAME))
    op.execute(_JOINED)


def downgrade() -> None:
    op.execute("DROP TRIGGER note_webhook_event_of_joining ON messages")
    op.execute(_MESSAGE.format(moment="NEW.at"))
    op.execute(_NOTE.format(held=""))
