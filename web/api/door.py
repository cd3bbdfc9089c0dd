"""The outermost layer of the API: request ids, problems instead of pages, and the answers to browsers of other sites.

What stands before pages (cookies, forms, their errors) does not stand before the API, which knows no cookie.
"""

import re
import secrets
from collections.abc import Awaitable, Callable

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from web.api import problems, rates
from web.api.problems import REQUEST_ID

PREFIX = "/api/"
_ROOT = PREFIX.rstrip("/")
_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_SHOWN = "ETag, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id, Idempotency-Replayed"
_SENT = "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-Request-Id"
_METHODS = "GET, POST, PATCH, DELETE"
# There is no cookie that a browser could send by itself: which pages may use a key is asked of the key.
_FOR_BROWSERS: dict[str, str] = {
    hdrs.ACCESS_CONTROL_ALLOW_ORIGIN: "*",
    hdrs.ACCESS_CONTROL_EXPOSE_HEADERS: _SHOWN,
}

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
        response = _preflight() if _is_preflight(request) else await handler(request)
    except Exception as error:
        response = problems.answer(request, error)
    response.headers.update({"X-Request-Id": request[REQUEST_ID], **rates.headers(request), **_FOR_BROWSERS})
    return response


def _is_preflight(request: web.Request) -> bool:
    return request.method == hdrs.METH_OPTIONS and hdrs.ACCESS_CONTROL_REQUEST_METHOD in request.headers


def _preflight() -> web.StreamResponse:
    """A browser asks before it sends a key along: whose key it will be is not known yet."""
    headers = {
        hdrs.ACCESS_CONTROL_ALLOW_METHODS: _METHODS,
        hdrs.ACCESS_CONTROL_ALLOW_HEADERS: _SENT,
        hdrs.ACCESS_CONTROL_MAX_AGE: "600",
    }
    return web.Response(status=204, headers=headers)
