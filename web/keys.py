"""What the application carries, by type."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from aiohttp import web
from jinja2 import Environment
from limits.strategies import MovingWindowRateLimiter

from onboarding.database import SessionFactory
from onboarding.documents.storage import DocumentStore
from onboarding.documents.virus import VirusScanner
from onboarding.settings import Settings
from web.chat.hub import Hub
from web.static_files import StaticFiles

SETTINGS = web.AppKey("settings", Settings)
SECRET = web.AppKey("secret", bytes)
SESSIONS = web.AppKey("sessions", SessionFactory)
THREADS = web.AppKey("threads", ThreadPoolExecutor)
HUB = web.AppKey("hub", Hub)
LIMITER = web.AppKey("limiter", MovingWindowRateLimiter)
TEMPLATES = web.AppKey("templates", Environment)
STATIC = web.AppKey("static", StaticFiles)
DOCUMENTS = web.AppKey("documents", DocumentStore)
SCANNER = web.AppKey("scanner", VirusScanner)
LOOKS = web.AppKey("looks", asyncio.Semaphore)
