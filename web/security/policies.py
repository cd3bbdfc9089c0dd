"""Who may come in where. A route without a policy is closed."""

from enum import Enum
from urllib.parse import quote

from aiohttp import web
from aiohttp.typedefs import Handler

from onboarding import permissions
from onboarding.names import Role
from web.security.brand_access import find_brand, role_for_application
from web.security.sessions import reader

POLICIES = web.AppKey("policies", dict)  # (method, canonical path) -> Policy


class Policy(Enum):
    PUBLIC = "anybody"
    VISITOR = "whoever has a session, signed in or not"
    CONTACT = "contacts who are signed in"
    BRAND_VIEWER = "whoever acts for the brand in the path"
    BRAND_EDITOR = "editors and owners of the brand in the path"
    BRAND_OWNER = "owners of the brand in the path"
    APPLICATION_VIEWER = "whoever acts for the brand of the application in the path"
    APPLICATION_EDITOR = "editors and owners of the brand of the application in the path"

    @property
    def role(self) -> Role | None:
        """The lowest role for the brand in the path, or that of the application in the path."""
        return _ROLES.get(self)

    @property
    def names_application(self) -> bool:
        return self in (Policy.APPLICATION_VIEWER, Policy.APPLICATION_EDITOR)


_ROLES = {
    Policy.BRAND_VIEWER: Role.VIEWER,
    Policy.BRAND_EDITOR: Role.EDITOR,
    Policy.BRAND_OWNER: Role.OWNER,
    Policy.APPLICATION_VIEWER: Role.VIEWER,
    Policy.APPLICATION_EDITOR: Role.EDITOR,
}


class SignedOut(Exception):
    """A form was sent after its session had ended."""


@web.middleware
async def enforce_policy(request: web.Request, handler: Handler) -> web.StreamResponse:
    resource = request.match_info.route.resource
    if resource is None:
        return await handler(request)  # nothing is there: the router answers 404 or 405
    policy = request.app[POLICIES].get((_method(request), resource.canonical))
    _require(policy, request)
    if policy is not None and policy.role is not None:
        permissions.require_role(await _role_of_reader(request, policy), policy.role)
    return await handler(request)


async def _role_of_reader(request: web.Request, policy: Policy) -> Role | None:
    if policy.names_application:
        return await role_for_application(request)
    access = await find_brand(request)
    return access.role if access else None


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
    if who.contact is None and (policy is Policy.CONTACT or policy.role is not None):
        _send_to_sign_in(request)


def _send_to_sign_in(request: web.Request) -> None:
    if request.method not in ("GET", "HEAD"):
        raise SignedOut
    raise web.HTTPSeeOther(f"/sign-in?next={quote(request.path_qs, safe='')}")
