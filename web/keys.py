"""What the application carries, by type."""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from aiohttp import ClientSession, web
from jinja2 import Environment
from limits.strategies import MovingWindowRateLimiter

from conversations.channels.names import ChannelKind
from conversations.channels.shapes import Channel
from onboarding.database import SessionFactory
from onboarding.documents.storage import DocumentStore
from onboarding.documents.virus import VirusScanner
from onboarding.settings import Settings
from onboarding.vault import Vault
from web.chat.hub import Hub
from web.desk.conversations.hub import DeskHub
from web.static_files import StaticFiles

SETTINGS = web.AppKey("settings", Settings)
SECRET = web.AppKey("secret", bytes)
SESSIONS = web.AppKey("sessions", SessionFactory)
THREADS = web.AppKey("threads", ThreadPoolExecutor)
HUB = web.AppKey("hub", Hub)
DESK_HUB = web.AppKey("desk_hub", DeskHub)
LIMITER = web.AppKey("limiter", MovingWindowRateLimiter)
TEMPLATES = web.AppKey("templates", Environment)
STATIC = web.AppKey("static", StaticFiles)
HTTP = web.AppKey("http", ClientSession)
VAULT = web.AppKey("vault", Vault)  # of channel accounts
SECOND_FACTORS = web.AppKey("second_factors", Vault)
CHANNELS = web.AppKey("channels", Mapping[ChannelKind, Channel])
DOCUMENTS = web.AppKey("documents", DocumentStore)
SCANNER = web.AppKey("scanner", VirusScanner)
LOOKS = web.AppKey("looks", asyncio.Semaphore)
