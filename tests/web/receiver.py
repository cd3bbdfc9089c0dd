"""A server of an integrator that takes webhooks, and answers as it is told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.serving import serving


@dataclass(frozen=True)
class Taken:
    headers: Any
    body: bytes


@dataclass
class Receiver:
    """`answers` are used up one by one; the last one stays. Whoever clears `open` makes it hang until it is set;
    `most_at_once` counts who waited then.
    """

    url: str = ""
    retry_after: str = ""
    answers: list[int] = field(default_factory=lambda: [204])
    taken: "asyncio.Queue[Taken]" = field(default_factory=asyncio.Queue)
    open: asyncio.Event = field(default_factory=asyncio.Event)
    at_once: int = 0
    most_at_once: int = 0

    async def take(self, request: web.Request) -> web.Response:
        await self.taken.put(Taken(request.headers.copy(), await request.read()))
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await self.open.wait()
        finally:
            self.at_once -= 1
        status = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        asked = {"Retry-After": self.retry_after} if self.retry_after else {}
        return web.Response(status=status, headers={"Location": "http://127.0.0.1:1/", **asked})

    async def next(self) -> Taken:
        return await asyncio.wait_for(self.taken.get(), 40)


@asynccontextmanager
async def receiver() -> AsyncIterator[Receiver]:
    found = Receiver()
    found.open.set()
    app = web.Application()
    app.router.add_post("/hook", found.take)
    async with serving(app) as server:
        found.url = f"http://127.0.0.1:{server.port}/hook"
        yield found
        found.open.set()
