"""Who calls: a bearer key or token, and nothing else. A route without a scope is closed."""

from aiohttp import web

from onboarding import api_keys
from onboarding.api_keys import Caller, KeyRefused
from onboarding.api_scopes import Scope
from web.api import rates
from web.database import in_database
from web.security import limits
from web.security.origin import origin_elsewhere

SCOPES = web.AppKey("api_scopes", dict)  # (method, canonical path) -> Scope
_CALLER = web.RequestKey("api_caller", Caller)
_LONGEST_KEY = 200


async def require_key(request: web.Request, method: str, path: str) -> None:
    """Raises KeyRefused, OriginRefused, ScopeMissing, RoleTooLow or TooMany."""
    scope: Scope | None = request.app[SCOPES].get((method, path))
    if scope is None:
        raise web.HTTPForbidden
    found = await _found(request)
    request[_CALLER] = found
    rates.count(request, str(found.key.id))
    if (origin := origin_elsewhere(request)) is not None:
        found.require_origin(origin)
    found.require(scope)


def caller(request: web.Request) -> Caller:
    """For routes with Policy.API only: the policy has found it."""
    return request[_CALLER]


async def _found(request: web.Request) -> Caller:
    limits.require_room(request.app, rates.bad_keys(request.app), limits.address_of(request))
    try:
        return await in_database(request.app, api_keys.caller, _bearer(request))
    except KeyRefused:
        limits.hit(request.app, rates.bad_keys(request.app), limits.address_of(request))
        raise


def _bearer(request: web.Request) -> str:
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    value = value.strip()
    if kind.lower() != "bearer" or not value.isascii() or not 0 < len(value) <= _LONGEST_KEY:
        raise KeyRefused("No bearer key or token was sent.")
    return value
