"""The site: builds the application and owns what it needs while it runs."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from aiohttp import web
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from conversations import background, notify
from conversations.channels import accounts
from conversations.channels.calls import http_session
from conversations.channels.outgoing import Post
from conversations.channels.registry import CHANNELS
from conversations.webhooks import worker as webhooks
from onboarding.database import build_engine, session_factory
from onboarding.documents.storage import DocumentStore
from onboarding.documents.virus import VirusScanner
from onboarding.secret_key import secret_key
from onboarding.settings import SettingInvalid, Settings
from onboarding.staff import second_factor
from web import keys
from web.api import door
from web.api.door import answer_api
from web.chat.hub import Hub
from web.chat.listening import Hears, listen
from web.desk.conversations.hub import DeskHub
from web.errors import explain_errors
from web.rendering import build_environment
from web.routing import add_routes
from web.security import limits
from web.security.headers import add_headers
from web.security.origin import same_origin
from web.security.passwords import SLOW_WORK, slow_work
from web.security.policies import enforce_policy
from web.security.sessions import find_reader
from web.security.staff_sessions import find_member
from web.static_files import StaticFiles

_THREADS = 8
# Files that are opened in processes of their own while their senders wait.
_LOOKS_AT_ONCE = 2


def create_app(settings: Settings) -> web.Application:
    if settings.database_url is None:
        raise SettingInvalid("DATABASE_URL", "", "the address of the onboarding database")
    app = web.Application(middlewares=_middlewares())
    app[keys.SETTINGS] = settings
    app[keys.SECRET] = secret_key(settings)
    app[keys.HUB] = Hub()
    app[keys.DESK_HUB] = DeskHub()
    app[keys.LIMITER] = MovingWindowRateLimiter(MemoryStorage())
    app[limits.CHAT_LIMITS] = limits.chat_limits(settings.chat_messages_in_10_seconds)
    app[SLOW_WORK] = slow_work()
    app[keys.VAULT] = accounts.vault(app[keys.SECRET])
    app[keys.SECOND_FACTORS] = second_factor.vault(app[keys.SECRET])
    app[keys.CHANNELS] = CHANNELS
    app[keys.STATIC] = StaticFiles()
    app[keys.DOCUMENTS] = DocumentStore(settings.data_dir)
    app[keys.SCANNER] = VirusScanner(settings.clamd_address)
    app[keys.LOOKS] = asyncio.Semaphore(_LOOKS_AT_ONCE)
    app[keys.TEMPLATES] = build_environment(app)
    add_routes(app, in_demonstration=not settings.in_production)
    app.on_response_prepare.append(add_headers)
    app.cleanup_ctx.extend([_database, _http, _listener, _background_worker, _webhook_worker])
    app.on_shutdown.append(_close_sockets)
    return app


def _middlewares() -> list[Any]:
    """Those for pages do not stand before the API, which has no cookies, no forms and no pages."""
    for_pages = [explain_errors, same_origin, find_reader, find_member]
    return [answer_api, *map(door.for_pages, for_pages), enforce_policy]


async def _database(app: web.Application) -> AsyncIterator[None]:
    engine = build_engine(_database_url(app), pool_size=_THREADS)
    app[keys.SESSIONS] = session_factory(engine)
    app[keys.THREADS] = ThreadPoolExecutor(_THREADS, thread_name_prefix="database")
    yield
    app[keys.THREADS].shutdown(cancel_futures=True)
    engine.dispose()


async def _http(app: web.Application) -> AsyncIterator[None]:
    async with http_session() as http:
        app[keys.HTTP] = http
        yield


async def _listener(app: web.Application) -> AsyncIterator[None]:
    hub, desk = app[keys.HUB], app[keys.DESK_HUB]
    hubs: dict[str, list[Hears]] = {notify.CHANNEL: [hub, desk], notify.PRESENCE_CHANNEL: [desk]}
    async for _ in _running(lambda: listen(_database_url(app), hubs)):
        yield


async def _background_worker(app: web.Application) -> AsyncIterator[None]:
    """Delivers mail and messages, and checks documents, beside the site; turns are the assistant's workers' own."""
    settings, store, sessions = app[keys.SETTINGS], app[keys.DOCUMENTS], app[keys.SESSIONS]
    store.sweep()
    post = Post(
        sessions,
        app[keys.VAULT],
        app[keys.HTTP],
        settings.base_url,
        app[keys.CHANNELS],
        store,
        app[keys.SECRET],
    )
    async for _ in _running(lambda: background.run(_database_url(app), sessions, settings, store, post)):
        yield


async def _webhook_worker(app: web.Application) -> AsyncIterator[None]:
    """On the same secret as the forms': what it signs with is derived from it."""
    settings = app[keys.SETTINGS]
    sender = webhooks.Sender(
        _database_url(app),
        app[keys.SESSIONS],
        app[keys.SECRET],
        settings.base_url,
        loopback=not settings.in_production,
    )
    async for _ in _running(lambda: webhooks.run(sender)):
        yield


async def _running(work: Callable[[], Coroutine[Any, Any, None]]) -> AsyncIterator[None]:
    task = asyncio.create_task(work())
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def _close_sockets(app: web.Application) -> None:
    # Open sockets would hold up a restart; browsers connect again by themselves.
    await app[keys.HUB].close_all()
    await app[keys.DESK_HUB].close_all()


def _database_url(app: web.Application) -> str:
    url = app[keys.SETTINGS].database_url
    assert url is not None
    return url
