"""Brings a database to the newest schema, the tables of the job queue included."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alembic.config import Config

_MIGRATIONS = Path(__file__).with_name("migrations")


def migrate(database_url: str, secret_key: bytes | None = None) -> None:
    """A database that holds secrets needs the key with which they are encrypted."""
    # Alembic is slow to import, and most starts need none of it.
    from alembic import command

    command.upgrade(alembic_config(database_url, secret_key), "head")


def alembic_config(database_url: str, secret_key: bytes | None) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes.update(database_url=database_url, secret_key=secret_key)
    return config


def newest_revision() -> str:
    """The revisions' files are named by number."""
    return max(path.name.partition("_")[0] for path in (_MIGRATIONS / "versions").glob("[0-9]*.py"))
