"""A real server for as long as a test needs it, which leaves nothing behind."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web, web_app
from aiohttp.test_utils import TestServer


@asynccontextmanager
async def serving(app: web.Application, **options: Any) -> AsyncIterator[TestServer]:
    server = TestServer(app)
    await server.start_server(**options)
    yield server
    await server.close()
    # aiohttp remembers the handlers of the last thousand routes, each with its whole application.
    web_app._cached_build_middleware.cache_clear()
