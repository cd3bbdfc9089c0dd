"""The slow work of passwords: off the event loop, and never more than two at once, since each takes 64 MiB."""

import asyncio
from collections.abc import Callable

from aiohttp import web

_AT_ONCE = 2
SLOW_WORK = web.AppKey("slow_work", asyncio.Semaphore)


def slow_work() -> asyncio.Semaphore:
    return asyncio.Semaphore(_AT_ONCE)


async def slowly[**P, T](app: web.Application, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    async with app[SLOW_WORK]:
        return await asyncio.to_thread(work, *args, **kwargs)
