"""Hears what the database announces and wakes the sockets; survives a restart of PostgreSQL."""

import asyncio
import json
import logging
import random

import psycopg

from conversations.notify import CHANNEL
from web.chat.hub import Hub

_log = logging.getLogger(__name__)
_SHORTEST_PAUSE = 0.1
_LONGEST_PAUSE = 3.0


async def listen(database_url: str, hub: Hub) -> None:
    """Runs until cancelled."""
    pause = _SHORTEST_PAUSE
    while True:
        try:
            async with await _connected(database_url) as connection:
                pause = _SHORTEST_PAUSE
                # What was announced while nobody listened is read from the log instead.
                hub.wake_all()
                await _pass_on(connection, hub)
        except (psycopg.Error, OSError) as error:
            _log.warning("not listening to the database (%s), connecting again", type(error).__name__)
        await asyncio.sleep(pause * random.uniform(0.5, 1))
        pause = min(_LONGEST_PAUSE, pause * 2)


async def _connected(database_url: str) -> psycopg.AsyncConnection[tuple[object, ...]]:
    connection = await psycopg.AsyncConnection.connect(database_url, autocommit=True, connect_timeout=5)
    await connection.execute(f"LISTEN {CHANNEL}")
    return connection


async def _pass_on(connection: psycopg.AsyncConnection[tuple[object, ...]], hub: Hub) -> None:
    async for notice in connection.notifies():
        try:
            hub.tell(json.loads(notice.payload))
        except (ValueError, KeyError, TypeError):
            _log.warning("an announcement was not understood")
