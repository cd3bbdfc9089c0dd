"""How many requests a key may make, said on every answer (draft-ietf-httpapi-ratelimit-headers)."""

import math
import time

from aiohttp import web
from limits import RateLimitItem, RateLimitItemPerMinute

from web.keys import LIMITER, SETTINGS
from web.security import limits

_STATE = web.RequestKey("api_rate", dict)


def count(request: web.Request, who: str) -> None:
    """Raises TooMany."""
    limit = _per_key(request.app)
    try:
        limits.hit(request.app, limit, who)
    finally:
        stats = request.app[LIMITER].get_window_stats(limit, who)
        request[_STATE] = {
            "left": stats.remaining,
            "seconds": max(1, math.ceil(stats.reset_time - time.time())),
        }


def headers(request: web.Request) -> dict[str, str]:
    state = request.get(_STATE)
    if state is None:
        return {}
    most = request.app[SETTINGS].api_requests_in_a_minute
    return {
        "RateLimit-Policy": f'"requests";q={most};w=60',
        "RateLimit": f'"requests";r={state["left"]};t={state["seconds"]}',
    }


def bad_keys(app: web.Application) -> RateLimitItem:
    """Of an address: guessing is hopeless, but costs us a look."""
    return RateLimitItemPerMinute(app[SETTINGS].api_requests_in_a_minute, namespace="api-bad-keys")


def _per_key(app: web.Application) -> RateLimitItem:
    return RateLimitItemPerMinute(app[SETTINGS].api_requests_in_a_minute, namespace="api-key")
