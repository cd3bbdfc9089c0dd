"""What the application carries, by type."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from aiohttp import web
from jinja2 import Environment
from limits.strategies import MovingWindowRateLimiter

from onboarding.database import SessionFactory
from onboarding.documents.storage import DocumentStore
from onboarding.settings import Settings
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
DOCUMENTS = web.AppKey("documents", DocumentStore)
LOOKS = web.AppKey("looks", asyncio.Semaphore)
