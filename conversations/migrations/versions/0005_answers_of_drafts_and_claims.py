"""The answers of drafts, and brands that two applications name"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "draft_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column(
            "channel",
            sa.Enum(
                "PAGE",
                "CHAT",
                "PLANNER",
                name="channel",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_draft_answers_version")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_draft_answers_application_id_applications")
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_draft_answers_contact_id_contacts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_answers")),
        sa.UniqueConstraint(
            "application_id", "field", "version", name=op.f("uq_draft_answers_application_id")
        ),
    )
    op.create_table(
        "brand_claims",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("against_id", sa.Integer(), nullable=False),
        sa.Column("brand_name", sa.Text(), nullable=False),
        sa.Column("same_company", sa.Boolean(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "OPEN",
                "DROPPED",
                "UPHELD",
                "REFUSED",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint("application_id <> against_id", name=op.f("ck_brand_claims_two_applications")),
        sa.CheckConstraint("(status = 'OPEN') = (ended_at IS NULL)", name=op.f("ck_brand_claims_ended")),
        sa.ForeignKeyConstraint(
            ["against_id"], ["applications.id"], name=op.f("fk_brand_claims_against_id_applications")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_brand_claims_application_id_applications")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brand_claims")),
    )
    op.create_index("ix_brand_claims_against", "brand_claims", ["against_id"], unique=False)
    op.create_index(
        "ix_brand_claims_open",
        "brand_claims",
        ["application_id", "against_id"],
        unique=True,
        postgresql_where=sa.text("status = 'OPEN'"),
    )


def downgrade() -> None:
    op.drop_table("brand_claims")
    op.drop_table("draft_answers")
