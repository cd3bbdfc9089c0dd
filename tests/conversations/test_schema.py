from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

import conversations.channels.models
import conversations.desk.models
import conversations.models
import conversations.webhooks.models
import onboarding.models
from onboarding.database import Base

assert conversations.desk.models
assert conversations.channels.models
assert conversations.models
assert conversations.webhooks.models
assert onboarding.models


def is_ours(thing, name, kind, reflected, compare_to):
    return not (kind == "table" and name.startswith("procrastinate_"))


def test_the_migrations_make_exactly_the_tables_of_the_models(engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_object": is_ours, "compare_type": True}
        )

        assert compare_metadata(context, Base.metadata) == []
