"""The one PostgreSQL dialect: declarative base, engine and session factory."""

from functools import partial
from math import inf
from time import monotonic

from sqlalchemy import URL, Engine, MetaData, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection, Dialect
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

SessionFactory = sessionmaker[Session]

_IDLE_SINCE = "idle_since"
_SECONDS_TRUSTED = 1.0
# Planning a statement takes longer than running it.
_PREPARED_AFTER_USES = 1


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def build_engine(database_url: str, *, pool_size: int = 5, statement_seconds: int = 30) -> Engine:
    """Connections that lay idle are checked before use, so that a restart of PostgreSQL is survived."""
    engine = create_engine(
        sqlalchemy_url(database_url),
        pool_size=pool_size,
        max_overflow=5,
        # The connection used last knows the statements best.
        pool_use_lifo=True,
        connect_args={
            "options": f"-c statement_timeout={statement_seconds}s",
            "prepare_threshold": _PREPARED_AFTER_USES,
        },
    )
    event.listen(engine, "checkin", _note_the_time)
    event.listen(engine, "checkout", partial(_check_after_idling, engine.dialect))
    return engine


def _note_the_time(_connection: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
    record.info[_IDLE_SINCE] = monotonic()


def _check_after_idling(
    dialect: Dialect, connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: PoolProxiedConnection
) -> None:
    """SQLAlchemy's own check asks every time, which costs as much as a query."""
    if monotonic() - record.info.get(_IDLE_SINCE, inf) < _SECONDS_TRUSTED:
        return
    try:
        dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as gone:
        raise DisconnectionError from gone


def sqlalchemy_url(database_url: str) -> URL:
    return make_url(database_url).set(drivername="postgresql+psycopg")


def session_factory(engine: Engine) -> SessionFactory:
    return sessionmaker(engine, expire_on_commit=False)
