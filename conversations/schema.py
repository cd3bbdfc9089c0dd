"""Brings a database to the newest schema, the tables of the job queue included."""

from pathlib import Path

_MIGRATIONS = Path(__file__).with_name("migrations")


def migrate(database_url: str) -> None:
    # Alembic is slow to import, and most starts need none of it.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["database_url"] = database_url
    command.upgrade(config, "head")


def newest_revision() -> str:
    """The revisions' files are named by number."""
    return max(path.name.partition("_")[0] for path in (_MIGRATIONS / "versions").glob("[0-9]*.py"))
