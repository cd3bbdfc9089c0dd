"""How often somebody may do what costs us, or others, something."""

import math
import time

from aiohttp import web
from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerSecond

from web.keys import LIMITER


class TooMany(Exception):
    def __init__(self, seconds: int) -> None:
        super().__init__(f"wait {seconds} seconds")
        self.seconds = seconds


CHAT_MESSAGES = RateLimitItemPerSecond(20, 10, namespace="chat")
CHAT_MESSAGES_PER_ADDRESS = RateLimitItemPerSecond(200, 10, namespace="chat-address")
CHAT_FRAMES = RateLimitItemPerSecond(120, 60, namespace="frames")
CHAT_SESSIONS = RateLimitItemPerSecond(60, 60, namespace="sessions")
LINKS_PER_EMAIL = RateLimitItemPerHour(5, namespace="link-email")
LINKS_PER_ADDRESS = RateLimitItemPerHour(60, namespace="link-address")
SIGN_INS_PER_ADDRESS = RateLimitItemPerHour(120, namespace="sign-in")


def hit(app: web.Application, limit: RateLimitItem, who: str) -> None:
    """Counts one; raises TooMany with the seconds to wait."""
    limiter = app[LIMITER]
    if not limiter.hit(limit, who):
        raise TooMany(max(1, math.ceil(limiter.get_window_stats(limit, who).reset_time - time.time())))


def address_of(request: web.Request) -> str:
    return request.remote or "unknown"
