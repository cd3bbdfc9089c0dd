"""Questions to the business run off the event loop, each in a transaction of its own."""

import asyncio
from collections.abc import Callable
from contextvars import copy_context
from typing import Concatenate

from aiohttp import web
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.orm import Session

from web.keys import SESSIONS, THREADS


async def in_database[**P, T](
    app: web.Application, question: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """Calls `question(session, ...)` in a worker thread and commits what it changed."""

    def transaction() -> T:
        with app[SESSIONS].begin() as session:
            return question(session, *args, **kwargs)

    in_this_context = copy_context().run
    return await asyncio.get_running_loop().run_in_executor(app[THREADS], in_this_context, transaction)


def is_outage(error: BaseException) -> bool:
    """The database is away for a moment, as when PostgreSQL restarts; nothing is wrong with the question."""
    if isinstance(error, OperationalError | InterfaceError | NoConnectionFree):
        return True
    return isinstance(error, DBAPIError) and error.connection_invalidated
