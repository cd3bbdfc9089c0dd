"""Passwords, people of a brand, and erasure"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "access_requests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=True),
        sa.Column("named", sa.Text(), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "EMPLOYEE",
                "REPRESENTATIVE",
                "AGENCY",
                "OWNER_LEFT",
                "OTHER",
                name="reason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("passed_on_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column(
            "granted_role",
            sa.Enum(
                "owner",
                "editor",
                "viewer",
                name="granted_role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("fk_access_requests_brand_id_brands")),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_access_requests_contact_id_contacts")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["contacts.id"], name=op.f("fk_access_requests_decided_by_contacts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_requests")),
    )
    op.create_index("ix_access_requests_of_brand", "access_requests", ["brand_id"], unique=False)
    op.create_index(
        "ix_access_requests_open",
        "access_requests",
        ["contact_id", "brand_id"],
        unique=True,
        postgresql_where=sa.text("decided_at IS NULL"),
    )
    op.create_table(
        "erasure_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_erasure_requests_contact_id_contacts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure_requests")),
    )
    op.create_index("ix_erasure_requests_due", "erasure_requests", ["due_at"], unique=False)
    op.create_index(
        "ix_erasure_requests_open",
        "erasure_requests",
        ["contact_id"],
        unique=True,
        postgresql_where=sa.text("cancelled_at IS NULL AND done_at IS NULL"),
    )
    op.create_table(
        "invitations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "owner", "editor", "viewer", name="role", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("invited_by", sa.Uuid(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_invitations_email_lowercase")),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("fk_invitations_brand_id_brands")),
        sa.ForeignKeyConstraint(
            ["invited_by"], ["contacts.id"], name=op.f("fk_invitations_invited_by_contacts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitations_token_hash")),
    )
    op.create_index(op.f("ix_invitations_email"), "invitations", ["email"], unique=False)
    op.create_index(
        "ix_invitations_open",
        "invitations",
        ["brand_id", "email"],
        unique=True,
        postgresql_where=sa.text("accepted_at IS NULL AND withdrawn_at IS NULL"),
    )
    op.create_table(
        "passwords",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("argon2_hash", sa.Text(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_passwords_contact_id_contacts")
        ),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_passwords")),
    )
    op.create_table(
        "people_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column(
            "event",
            sa.Enum(
                "BEGAN",
                "INVITED",
                "INVITATION_WITHDRAWN",
                "JOINED",
                "ROLE_CHANGED",
                "REMOVED",
                "LEFT",
                "ACCESS_ASKED",
                "ACCESS_GRANTED",
                "ACCESS_REFUSED",
                "ERASED",
                name="event",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column(
            "old_role",
            sa.Enum(
                "owner",
                "editor",
                "viewer",
                name="old_role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "new_role",
            sa.Enum(
                "owner",
                "editor",
                "viewer",
                name="new_role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("fk_people_changes_brand_id_brands")),
        sa.ForeignKeyConstraint(["by_id"], ["contacts.id"], name=op.f("fk_people_changes_by_id_contacts")),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_people_changes_contact_id_contacts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_changes")),
    )
    op.create_index(op.f("ix_people_changes_by_id"), "people_changes", ["by_id"], unique=False)
    op.create_index(op.f("ix_people_changes_contact_id"), "people_changes", ["contact_id"], unique=False)
    op.create_index("ix_people_changes_of_brand", "people_changes", ["brand_id", "id"], unique=False)
    op.add_column("contacts", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "web_sessions",
        sa.Column(
            "signed_in_by",
            sa.Enum(
                "link", "password", name="signed_in_by", native_enum=False, create_constraint=True, length=40
            ),
            nullable=True,
        ),
    )


def downgrade() -> None:
    op.drop_column("web_sessions", "signed_in_by")
    op.drop_column("contacts", "erased_at")
    for table in ("people_changes", "passwords", "invitations", "erasure_requests", "access_requests"):
        op.drop_table(table)
