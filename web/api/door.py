"""The outermost layer of the API: request ids, problems instead of pages, and the answers to browsers of other sites.

What stands before pages (cookies, forms, their errors) does not stand before the API, which knows no cookie.
"""

import re
import secrets
from collections.abc import Awaitable, Callable

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from onboarding import api_keys
from web.api import problems, rates
from web.api.access import known_caller
from web.api.problems import REQUEST_ID
from web.database import in_database

PREFIX = "/api/"
_ROOT = PREFIX.rstrip("/")
_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_SHOWN = "ETag, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id, Idempotency-Replayed"
_SENT = "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-Request-Id"
_METHODS = "GET, POST, PATCH, DELETE"

type _Middleware = Callable[[web.Request, Handler], Awaitable[web.StreamResponse]]


def is_api(request: web.Request) -> bool:
    return request.path.startswith(PREFIX) or request.path == _ROOT


def for_pages(middleware: _Middleware) -> _Middleware:
    """The same, but not before the API."""

    @web.middleware
    async def beside_the_api(request: web.Request, handler: Handler) -> web.StreamResponse:
        return await (handler(request) if is_api(request) else middleware(request, handler))

    return beside_the_api


@web.middleware
async def answer_api(request: web.Request, handler: Handler) -> web.StreamResponse:
    if not is_api(request):
        return await handler(request)
    asked = request.headers.get("X-Request-Id", "")
    request[REQUEST_ID] = asked if _ID.fullmatch(asked) else secrets.token_hex(8)
    try:
        response = await (_preflight(request) if _is_preflight(request) else handler(request))
    except Exception as error:
        response = problems.answer(request, error)
    response.headers.update(
        {"X-Request-Id": request[REQUEST_ID], **rates.headers(request), **_for_other_sites(request)}
    )
    return response


def _is_preflight(request: web.Request) -> bool:
    return request.method == hdrs.METH_OPTIONS and hdrs.ACCESS_CONTROL_REQUEST_METHOD in request.headers


async def _preflight(request: web.Request) -> web.StreamResponse:
    """A browser asks before it sends a key along: whose key it will be is not known yet."""
    origin = request.headers.get(hdrs.ORIGIN, "")
    if not origin or not await in_database(request.app, api_keys.allows_origin, origin):
        raise web.HTTPForbidden
    headers = {
        hdrs.ACCESS_CONTROL_ALLOW_ORIGIN: origin,
        hdrs.ACCESS_CONTROL_ALLOW_METHODS: _METHODS,
        hdrs.ACCESS_CONTROL_ALLOW_HEADERS: _SENT,
        hdrs.ACCESS_CONTROL_MAX_AGE: "600",
        hdrs.VARY: hdrs.ORIGIN,
    }
    return web.Response(status=204, headers=headers)


def _for_other_sites(request: web.Request) -> dict[str, str]:
    caller, origin = known_caller(request), request.headers.get(hdrs.ORIGIN)
    if caller is None or origin is None or origin not in caller.key.origins:
        return {}
    return {
        hdrs.ACCESS_CONTROL_ALLOW_ORIGIN: origin,
        hdrs.ACCESS_CONTROL_EXPOSE_HEADERS: _SHOWN,
        hdrs.VARY: hdrs.ORIGIN,
    }
