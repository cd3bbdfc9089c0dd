"""Keys for the API, and webhooks: triggers note each event in the transaction that causes it, whoever's code that is"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0011"
branch_labels = None
depends_on = None

# A delivery is written with its job, or not at all. Of conversations an endpoint hears what its maker may read.
_NOTE = """
CREATE FUNCTION note_webhook_event(brand integer, contact uuid, kind text, details jsonb, moment timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    told uuid[] = ARRAY(
        SELECT endpoint.id FROM webhook_endpoints AS endpoint
        WHERE endpoint.disabled_at IS NULL AND kind = ANY (endpoint.events)
        AND (endpoint.brand_id = brand OR (endpoint.contact_id = contact AND EXISTS (
            SELECT FROM memberships AS membership
            WHERE membership.brand_id = endpoint.brand_id AND membership.contact_id = contact))));
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
END $$;

CREATE FUNCTION clock_now() RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT coalesce(frozen_at, now() + ahead_by) FROM clock), now())
$$;

CREATE FUNCTION note_stage_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    application applications%ROWTYPE;
    previous text;
BEGIN
    SELECT * INTO application FROM applications WHERE id = NEW.application_id;
    SELECT stage INTO previous FROM stage_changes
    WHERE application_id = NEW.application_id AND id < NEW.id ORDER BY id DESC LIMIT 1;
    IF previous IS DISTINCT FROM NEW.stage THEN
        PERFORM note_webhook_event(application.brand_id, NULL, 'application.stage_changed', jsonb_build_object(
            'application', application.number, 'stage', NEW.stage, 'previous_stage', previous), NEW.at);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER note_webhook_event AFTER INSERT ON stage_changes
FOR EACH ROW EXECUTE FUNCTION note_stage_change();

CREATE FUNCTION note_document_status() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    application applications%ROWTYPE;
BEGIN
    SELECT * INTO application FROM applications WHERE id = NEW.application_id;
    PERFORM note_webhook_event(application.brand_id, NULL, 'document.status_changed', jsonb_build_object(
        'application', application.number, 'document', NEW.document_type, 'submission', NEW.id,
        'status', NEW.status, 'reason_code', NEW.reason_code), clock_now());
    RETURN NULL;
END $$;
CREATE TRIGGER note_webhook_event AFTER INSERT ON document_submissions
FOR EACH ROW EXECUTE FUNCTION note_document_status();
CREATE TRIGGER note_webhook_event_of_change AFTER UPDATE OF status ON document_submissions
FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION note_document_status();

CREATE FUNCTION note_milestone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM note_webhook_event(NEW.brand_id, NULL, 'milestone.reached', jsonb_build_object(
        'tier', NEW.tier, 'reached_on', NEW.reached_on), clock_now());
    RETURN NULL;
END $$;
CREATE TRIGGER note_webhook_event AFTER INSERT ON milestones
FOR EACH ROW EXECUTE FUNCTION note_milestone();

CREATE FUNCTION note_message() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    person uuid = (SELECT contact_id FROM conversations WHERE id = NEW.conversation_id);
BEGIN
    IF person IS NOT NULL THEN
        PERFORM note_webhook_event(NULL, person, 'message.created', jsonb_build_object(
            'conversation', NEW.conversation_id, 'message', NEW.seq, 'role', NEW.speaker,
            'channel', NEW.channel), NEW.at);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER note_webhook_event AFTER INSERT ON messages
FOR EACH ROW EXECUTE FUNCTION note_message();

CREATE FUNCTION note_handoff() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM note_webhook_event(NULL, NEW.contact_id, 'handoff.changed', jsonb_build_object(
        'conversation', NEW.id, 'owner', NEW.owner, 'previous_owner', OLD.owner), clock_now());
    RETURN NULL;
END $$;
CREATE TRIGGER note_webhook_event AFTER UPDATE OF owner ON conversations
FOR EACH ROW WHEN (OLD.owner IS DISTINCT FROM NEW.owner AND NEW.contact_id IS NOT NULL)
EXECUTE FUNCTION note_handoff();
"""
_TRIGGERS = {
    "stage_changes": ["note_webhook_event"],
    "document_submissions": ["note_webhook_event", "note_webhook_event_of_change"],
    "milestones": ["note_webhook_event"],
    "messages": ["note_webhook_event"],
    "conversations": ["note_webhook_event"],
}
_FUNCTIONS = [
    "note_stage_change",
    "note_document_status",
    "note_milestone",
    "note_message",
    "note_handoff",
    "clock_now",
    "note_webhook_event",
]


def upgrade() -> None:
    op.create_table(
        "webhook_events",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("data", postgresql.JSONB(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_events")),
    )
    op.create_index("ix_webhook_events_age", "webhook_events", ["at"], unique=False)
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("KEY", "CLIENT", name="kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.Text(), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("origins", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("fk_api_keys_brand_id_brands")),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_api_keys_contact_id_contacts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("public_id", name=op.f("uq_api_keys_public_id")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_api_keys_secret_hash")),
    )
    op.create_index(op.f("ix_api_keys_contact_id"), "api_keys", ["contact_id"], unique=False)
    op.create_index("ix_api_keys_of_brand", "api_keys", ["brand_id", "created_at"], unique=False)
    op.create_table(
        "webhook_endpoints",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("events", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("secret_version", sa.Integer(), nullable=False),
        sa.Column("previous_secret_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "why_disabled",
            sa.Enum(
                "BY_OWNER",
                "FAILING",
                "GONE",
                name="why_disabled",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brands.id"], name=op.f("fk_webhook_endpoints_brand_id_brands")
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_webhook_endpoints_contact_id_contacts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_endpoints")),
    )
    op.create_index(
        "ix_webhook_endpoints_of_brand", "webhook_endpoints", ["brand_id", "created_at", "id"], unique=False
    )
    op.create_index("ix_webhook_endpoints_of_contact", "webhook_endpoints", ["contact_id"], unique=False)
    op.create_table(
        "api_answers",
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["key_id"], ["api_keys.id"], name=op.f("fk_api_answers_key_id_api_keys")),
        sa.PrimaryKeyConstraint("key_id", "idempotency_key", name=op.f("pk_api_answers")),
    )
    op.create_index("ix_api_answers_age", "api_answers", ["at"], unique=False)
    op.create_table(
        "api_tokens",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["key_id"], ["api_keys.id"], name=op.f("fk_api_tokens_key_id_api_keys")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_api_tokens")),
    )
    op.create_index("ix_api_tokens_expiry", "api_tokens", ["expires_at"], unique=False)
    op.create_index(op.f("ix_api_tokens_key_id"), "api_tokens", ["key_id"], unique=False)
    op.create_table(
        "webhook_deliveries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "PENDING",
                "DELIVERED",
                "FAILED",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="PENDING",
            nullable=False,
        ),
        sa.Column("next_attempt", sa.Integer(), server_default="1", nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["endpoint_id"],
            ["webhook_endpoints.id"],
            name=op.f("fk_webhook_deliveries_endpoint_id_webhook_endpoints"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["webhook_events.id"],
            name=op.f("fk_webhook_deliveries_event_id_webhook_events"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_deliveries")),
    )
    op.create_index(op.f("ix_webhook_deliveries_event_id"), "webhook_deliveries", ["event_id"], unique=False)
    op.create_index(
        "ix_webhook_deliveries_of_endpoint",
        "webhook_deliveries",
        ["endpoint_id", sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_table(
        "webhook_attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status_code", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["webhook_deliveries.id"],
            name=op.f("fk_webhook_attempts_delivery_id_webhook_deliveries"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_attempts")),
    )
    op.create_index(
        "ix_webhook_attempts_of_delivery", "webhook_attempts", ["delivery_id", "id"], unique=False
    )
    # Through the driver: SQLAlchemy would take the % signs for parameters.
    op.get_bind().connection.cursor().execute(_NOTE)


def downgrade() -> None:
    for table, triggers in _TRIGGERS.items():
        for trigger in triggers:
            op.execute(f"DROP TRIGGER {trigger} ON {table}")
    for function in _FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")
    for table in ("webhook_attempts", "webhook_deliveries", "webhook_endpoints", "webhook_events"):
        op.drop_table(table)
    for table in ("api_answers", "api_tokens", "api_keys"):
        op.drop_table(table)
