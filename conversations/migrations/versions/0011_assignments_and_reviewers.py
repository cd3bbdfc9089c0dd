"""Who looks after an application, and which of the staff reviewed a document"""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0012"
branch_labels = None
depends_on = None


def _moment(name: str) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def upgrade() -> None:
    op.create_table(
        "application_assignments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        _moment("at"),
        _refers("application_assignments", "application_id", "applications"),
        _refers("application_assignments", "staff_id", "staff"),
        _refers("application_assignments", "by_id", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_assignments")),
    )
    op.create_index(
        "ix_application_assignments_newest", "application_assignments", ["application_id", sa.text("id DESC")]
    )
    op.create_index(op.f("ix_application_assignments_staff_id"), "application_assignments", ["staff_id"])
    op.add_column("document_reviews", sa.Column("staff_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_document_reviews_staff_id_staff"), "document_reviews", "staff", ["staff_id"], ["id"]
    )
    op.create_index(op.f("ix_document_reviews_staff_id"), "document_reviews", ["staff_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_document_reviews_staff_id"), "document_reviews")
    op.drop_constraint(op.f("fk_document_reviews_staff_id_staff"), "document_reviews")
    op.drop_column("document_reviews", "staff_id")
    op.drop_table("application_assignments")
