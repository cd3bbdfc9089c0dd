"""The chat on a brand's own sites"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "chat_sites",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("origins", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column(
            "algorithm",
            sa.Enum("HS256", "ES256", name="algorithm", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("public_key", sa.Text(), nullable=True),
        sa.Column("secret_version", sa.Integer(), nullable=False),
        sa.Column("previous_secret_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("registered_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(algorithm = 'ES256') = (public_key IS NOT NULL)", name=op.f("ck_chat_sites_key_of_algorithm")
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("fk_chat_sites_brand_id_brands")),
        sa.ForeignKeyConstraint(
            ["registered_by"], ["contacts.id"], name=op.f("fk_chat_sites_registered_by_contacts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_sites")),
    )
    op.create_index("ix_chat_sites_of_brand", "chat_sites", ["brand_id", "created_at"], unique=False)
    op.create_index(op.f("ix_chat_sites_registered_by"), "chat_sites", ["registered_by"], unique=False)
    op.create_table(
        "chat_site_people",
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("allowed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_chat_site_people_contact_id_contacts")
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["chat_sites.id"], name=op.f("fk_chat_site_people_site_id_chat_sites")
        ),
        sa.PrimaryKeyConstraint("site_id", "contact_id", name=op.f("pk_chat_site_people")),
        sa.UniqueConstraint("site_id", "external_id", name=op.f("uq_chat_site_people_site_id")),
    )
    op.create_index(op.f("ix_chat_site_people_contact_id"), "chat_site_people", ["contact_id"], unique=False)
    op.create_table(
        "chat_site_proofs",
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("jti", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"], ["chat_sites.id"], name=op.f("fk_chat_site_proofs_site_id_chat_sites")
        ),
        sa.PrimaryKeyConstraint("site_id", "jti", name=op.f("pk_chat_site_proofs")),
    )
    op.add_column("web_sessions", sa.Column("site_id", sa.Uuid(), nullable=True))
    op.create_index(op.f("ix_web_sessions_site_id"), "web_sessions", ["site_id"], unique=False)
    op.create_foreign_key(
        op.f("fk_web_sessions_site_id_chat_sites"), "web_sessions", "chat_sites", ["site_id"], ["id"]
    )


def downgrade() -> None:
    op.drop_column("web_sessions", "site_id")
    for table in ("chat_site_proofs", "chat_site_people", "chat_sites"):
        op.drop_table(table)
