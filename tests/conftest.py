"""What tests stand on: the embedded PostgreSQL, and fresh copies of the demonstration made as of 2026-05-20."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import psycopg
import pytest
from jinja2 import Environment
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot.quiet import quiet
from conversations.embedded_postgres import EmbeddedPostgres
from conversations.rehearsal import Rehearsal
from onboarding.database import SessionFactory, build_engine, session_factory
from onboarding.documents.storage import DocumentStore
from tests.compiled_templates import CompiledTemplates

if TYPE_CHECKING:
    from bot.brain import Brain

# Hundreds of databases are copied: on a busy disk each takes several times longer.
_IN_MEMORY = Path("/dev/shm")


@pytest.fixture(scope="session", autouse=True)
def compiled_templates() -> Iterator[None]:
    environment = partial(Environment, bytecode_cache=CompiledTemplates())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("web.rendering.Environment", environment)
        yield


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    with TemporaryDirectory(
        prefix="brand-desk-", dir=_IN_MEMORY if _IN_MEMORY.is_dir() else None
    ) as data_dir:
        postgres = EmbeddedPostgres(Path(data_dir))
        url = postgres.start()
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")
        yield url
        postgres.stop()


@pytest.fixture(scope="session")
def rehearsal(postgres_url: str) -> Iterator[Rehearsal]:
    with Rehearsal(postgres_url).prepared() as prepared:
        yield prepared


@pytest.fixture(scope="session")
def empty_rehearsal(postgres_url: str) -> Iterator[Rehearsal]:
    with Rehearsal(postgres_url, fill=lambda session: None).prepared() as prepared:
        yield prepared


@pytest.fixture
def database_url(rehearsal: Rehearsal) -> Iterator[str]:
    """A database of this test's own, with the demonstration; the clock stands at 2026-05-20 08:00 UTC."""
    with rehearsal.fresh_database() as url:
        yield url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = build_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def sessions(engine: Engine) -> SessionFactory:
    return session_factory(engine)


@pytest.fixture(scope="session")
def shared_engine(rehearsal: Rehearsal) -> Iterator[Engine]:
    with rehearsal.fresh_database() as url:
        engine = build_engine(url)
        yield engine
        engine.dispose()


@pytest.fixture
def session(request: pytest.FixtureRequest) -> Iterator[Session]:
    """One that is undone with everything it commits; in the test's own database where it has one."""
    if "database_url" in request.fixturenames:
        with request.getfixturevalue("sessions")() as session:
            yield session
        return
    with request.getfixturevalue("shared_engine").connect() as connection, connection.begin() as undone:
        with Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session:
            yield session
        undone.rollback()


@pytest.fixture
def empty_session(empty_rehearsal: Rehearsal) -> Iterator[Session]:
    with empty_rehearsal.fresh_database() as url:
        engine = build_engine(url)
        with session_factory(engine)() as session:
            yield session
        engine.dispose()


@pytest.fixture
def store(tmp_path: Path) -> DocumentStore:
    """The same in which a site of this test keeps its files."""
    return DocumentStore(tmp_path)


@pytest.fixture(scope="session")
def brain() -> "Brain":
    """The trained assistant: `make test` trains first."""
    quiet()
    from bot.brain import Brain
    from bot.training import newest_model

    return Brain.load(newest_model())
