"""Alembic's environment: the tables of all rooms, in one history."""

from alembic import context

import conversations.channels.models
import conversations.models
import conversations.webhooks.models  # noqa: F401
import onboarding.models  # noqa: F401
from onboarding.database import Base, build_engine


def include_name(name: str | None, type_: str, parent_names: object) -> bool:
    """The job queue brings its own tables."""
    return not (type_ == "table" and (name or "").startswith("procrastinate_"))


def run_migrations() -> None:
    url = context.config.attributes.get("database_url") or context.get_x_argument(as_dictionary=True)["url"]
    engine = build_engine(url)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            include_name=include_name,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run_migrations()
