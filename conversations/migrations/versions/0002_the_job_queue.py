"""The tables of the job queue"""

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Through the driver: SQLAlchemy would take the % signs in its functions for parameters.
    op.get_bind().connection.cursor().execute(SchemaManager.get_schema())


def downgrade() -> None:
    raise RuntimeError("The job queue's schema is not taken back: restore a backup.")
