"""Hears what the database announces and wakes the sockets; survives a restart of PostgreSQL."""

import asyncio
import json
import logging
import random
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

import psycopg
from psycopg import sql

_log = logging.getLogger(__name__)
_SHORTEST_PAUSE = 0.1
_LONGEST_PAUSE = 3.0


class Hears(Protocol):
    def tell(self, news: dict[str, Any]) -> None: ...

    def wake_all(self) -> None: ...


async def listen(database_url: str, hubs: Mapping[str, Sequence[Hears]]) -> None:
    """Runs until cancelled; `hubs` are who hears what is announced on each channel."""
    pause = _SHORTEST_PAUSE
    while True:
        try:
            async with await _connected(database_url, hubs) as connection:
                pause = _SHORTEST_PAUSE
                # What was announced while nobody listened is read from the log instead.
                for hub in {id(hub): hub for heard in hubs.values() for hub in heard}.values():
                    hub.wake_all()
                await _pass_on(connection, hubs)
        except (psycopg.Error, OSError) as error:
            _log.warning("not listening to the database (%s), connecting again", type(error).__name__)
        await asyncio.sleep(pause * random.uniform(0.5, 1))
        pause = min(_LONGEST_PAUSE, pause * 2)


async def _connected(
    database_url: str, channels: Iterable[str]
) -> psycopg.AsyncConnection[tuple[object, ...]]:
    connection = await psycopg.AsyncConnection.connect(database_url, autocommit=True, connect_timeout=5)
    for channel in channels:
        await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
    return connection


async def _pass_on(
    connection: psycopg.AsyncConnection[tuple[object, ...]], hubs: Mapping[str, Sequence[Hears]]
) -> None:
    async for notice in connection.notifies():
        for hub in hubs[notice.channel]:
            try:
                hub.tell(json.loads(notice.payload))
            except (ValueError, KeyError, TypeError):
                _log.warning("an announcement was not understood")
