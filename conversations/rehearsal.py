"""Fresh copies of the demonstration database, for dialogues, evaluation and tests."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from itertools import count
from os import getpid

import psycopg
from psycopg import sql
from sqlalchemy import make_url
from sqlalchemy.orm import Session

from conversations.schema import migrate
from onboarding import clock, demonstration
from onboarding.database import build_engine, session_factory

DEMONSTRATION_DAY = date(2026, 5, 20)
DEMONSTRATION_MOMENT = datetime(2026, 5, 20, 8, 0, tzinfo=UTC)


def load_demonstration(session: Session) -> None:
    """The demonstration as dialogues and tests know it: made as of its day, the clock standing still."""
    demonstration.load(session, DEMONSTRATION_DAY)
    clock.freeze(session, DEMONSTRATION_MOMENT)


class Rehearsal:
    """Makes a template once, then copies it in some 20 ms. `server_url` needs the right to create databases."""

    def __init__(self, server_url: str, fill: Callable[[Session], None] = load_demonstration) -> None:
        self._server_url = server_url
        self._fill = fill
        self._prefix = f"rehearsal_{getpid()}_{id(self)}"
        self._template = f"{self._prefix}_template"
        self._numbers = count(1)

    @contextmanager
    def prepared(self) -> Iterator["Rehearsal"]:
        self._create(self._template, "template0")
        try:
            self._fill_template()
            yield self
        finally:
            self._drop(self._template)

    @contextmanager
    def fresh_database(self) -> Iterator[str]:
        """Yields the address of a copy that is dropped afterwards."""
        name = f"{self._prefix}_{next(self._numbers)}"
        self._create(name, self._template)
        try:
            yield self._url(name)
        finally:
            self._drop(name)

    def _fill_template(self) -> None:
        url = self._url(self._template)
        migrate(url)
        engine = build_engine(url)
        with session_factory(engine).begin() as session:
            self._fill(session)
        engine.dispose()

    def _create(self, name: str, template: str) -> None:
        self._execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )

    def _drop(self, name: str) -> None:
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _execute(self, statement: sql.Composed) -> None:
        with psycopg.connect(self._server_url, autocommit=True) as connection:
            connection.execute(statement)

    def _url(self, database: str) -> str:
        return make_url(self._server_url).set(database=database).render_as_string(hide_password=False)
