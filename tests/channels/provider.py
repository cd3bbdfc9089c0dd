"""A provider on this machine: speaks its documented protocol, remembers what it was sent, and misbehaves when told to.

A channel's own double says how its webhooks are signed and how its calls are read.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web
from aiohttp.test_utils import TestServer
from aiohttp.typedefs import Handler

from conversations.channels.names import ChannelKind


@dataclass(frozen=True)
class Heard:
    """A message that the provider took from us."""

    user: str
    text: str
    buttons: tuple[tuple[str, str], ...] = ()
    raw: Any = None


@dataclass(frozen=True)
class Hook:
    """A request to our webhook, signed."""

    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    method: str = "POST"


# 2026-01-02: where those doubles begin to count that number their messages by time.
FIRST_SECOND = 1_767_326_125


class ProviderDouble:
    """`account_settings` and `account_secrets` are what an operator would enter."""

    kind: ChannelKind
    port: int | None = None
    # Of the messages that are numbered: one that is started again goes on elsewhere, as a provider does.
    first_number = 0
    webhook = ""
    meanwhile: Callable[[], Awaitable[None]] | None = None

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self.calls: list[Any] = []
        self._faults: deque[str] = deque()
        # By a part of the address: what is answered there instead, once.
        self.answers: dict[str, web.StreamResponse] = {}
        self._app = web.Application(middlewares=[self._answered_instead])
        self.add_routes(self._app)
        self._server = TestServer(self._app, port=self.port)

    async def __aenter__(self) -> Self:
        await self._server.start_server()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._server.close()

    @property
    def address(self) -> str:
        return str(self._server.make_url("")).rstrip("/")

    def account_settings(self) -> dict[str, Any]:
        raise NotImplementedError

    def account_secrets(self) -> dict[str, str]:
        raise NotImplementedError

    def add_routes(self, app: web.Application) -> None:
        raise NotImplementedError

    def written(self, user: str, text: str, external_id: str) -> Hook:
        """Somebody wrote in a private chat."""
        raise NotImplementedError

    def sent_file(self, user: str, name: str, content: bytes, external_id: str) -> Hook:
        """Somebody sent a file in a private chat."""
        raise NotImplementedError

    def pressed_button(self, user: str, value: str) -> Hook:
        raise NotImplementedError

    def refusal(self) -> web.Response:
        """What the provider answers to what it never takes."""
        return web.json_response({"ok": False}, status=400)

    def slow_down(self) -> web.Response:
        """What the provider answers when there is too much."""
        return web.json_response({"ok": False}, status=429, headers={"Retry-After": "3"})

    def misbehave(self, *faults: str) -> None:
        """Of the next calls each does one of "cut", "429", "500", "none" before anything is taken."""
        self._faults.extend(faults)

    @web.middleware
    async def _answered_instead(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        for part in self.answers:
            if part in request.path:
                return self.answers.pop(part)
        return await handler(request)

    async def happens_meanwhile(self) -> None:
        """What a test wants to happen once, while we wait for the provider's answer."""
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            await meanwhile()

    async def fault(self, request: web.Request) -> web.Response | None:
        """To be asked first by each handler of a call that sends."""
        if not self._faults:
            return None
        match self._faults.popleft():
            case "refuse":
                return self.refusal()
            case "cut":
                if request.transport is not None:
                    request.transport.abort()
                await asyncio.sleep(0)
                return web.Response()
            case "429":
                return self.slow_down()
            case "none":
                return None
            case _:
                return web.json_response({"ok": False}, status=500)

    def texts_to(self, user: str) -> list[str]:
        return [one.text for one in self.heard if one.user == user]

    def texts_by_user(self) -> dict[str, list[str]]:
        found = defaultdict(list)
        for one in self.heard:
            found[one.user].append(one.text)
        return dict(found)
