"""What the command-line tools share: a server, a rehearsed database and the trained assistant."""

from collections.abc import Iterator
from contextlib import contextmanager

from conversations.embedded_postgres import EmbeddedPostgres
from conversations.rehearsal import Rehearsal
from onboarding.settings import Settings


@contextmanager
def rehearsal() -> Iterator[Rehearsal]:
    """On the server of DATABASE_URL, else on the embedded one of DATA_DIR, started where it is not running."""
    settings = Settings.from_environment()
    if settings.database_url is not None:
        with Rehearsal(settings.database_url).prepared() as prepared:
            yield prepared
        return
    postgres = EmbeddedPostgres(settings.data_dir)
    with Rehearsal(postgres.start()).prepared() as prepared:
        yield prepared
