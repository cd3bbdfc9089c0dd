"""Who may come in where. A route without a policy is closed."""

from enum import Enum
from urllib.parse import quote

from aiohttp import web
from aiohttp.typedefs import Handler

from web.security.sessions import reader

POLICIES = web.AppKey("policies", dict)  # (method, canonical path) -> Policy


class Policy(Enum):
    PUBLIC = "anybody"
    VISITOR = "whoever has a session, signed in or not"
    CONTACT = "contacts who are signed in"


class SignedOut(Exception):
    """A form was sent after its session had ended."""


@web.middleware
async def enforce_policy(request: web.Request, handler: Handler) -> web.StreamResponse:
    resource = request.match_info.route.resource
    if resource is None:
        return await handler(request)  # nothing is there: the router answers 404 or 405
    policy = request.app[POLICIES].get((_method(request), resource.canonical))
    _require(policy, request)
    return await handler(request)


def _method(request: web.Request) -> str:
    return "GET" if request.method == "HEAD" else request.method


def _require(policy: Policy | None, request: web.Request) -> None:
    if policy is Policy.PUBLIC:
        return
    if policy is None:
        raise web.HTTPForbidden
    who = reader(request)
    if who.session is None and policy is Policy.VISITOR:
        raise web.HTTPForbidden
    if who.contact is None and policy is Policy.CONTACT:
        _send_to_sign_in(request)


def _send_to_sign_in(request: web.Request) -> None:
    if request.method not in ("GET", "HEAD"):
        raise SignedOut
    raise web.HTTPSeeOther(f"/sign-in?next={quote(request.path_qs, safe='')}")
