"""Who may come in where. A route without a policy is closed."""

from enum import Enum
from urllib.parse import quote

from aiohttp import web
from aiohttp.typedefs import Handler

from onboarding import permissions
from onboarding.errors import NotAllowed
from onboarding.names import Role, StaffRole
from onboarding.staff import permissions as staff_permissions
from web.api.access import require_key
from web.security.brand_access import find_brand, role_for_application
from web.security.sessions import reader
from web.security.staff_sessions import member

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
    STAFF_FIRST_FACTOR = "staff who are signed in, but may still owe the second factor"
    STAFF_AGENT = "everybody of the staff"
    STAFF_REVIEWER = "reviewers, leads and operators, with a second factor"
    STAFF_LEAD = "leads and operators, with a second factor"
    STAFF_OPERATOR = "operators, with a second factor"
    API = "whoever sends a key or token with the scope of the route"

    @property
    def role(self) -> Role | None:
        """The lowest role for the brand in the path, or that of the application in the path."""
        return _ROLES.get(self)

    @property
    def staff_role(self) -> StaffRole | None:
        """The lowest role at the desk."""
        return _STAFF_ROLES.get(self)

    @property
    def needs_second_factor(self) -> bool:
        """As everything does that only those may do who see documents."""
        role = self.staff_role
        return role is not None and staff_permissions.sees_documents(role)

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
_STAFF_ROLES = {
    Policy.STAFF_FIRST_FACTOR: StaffRole.AGENT,
    Policy.STAFF_AGENT: StaffRole.AGENT,
    Policy.STAFF_REVIEWER: StaffRole.REVIEWER,
    Policy.STAFF_LEAD: StaffRole.LEAD,
    Policy.STAFF_OPERATOR: StaffRole.OPERATOR,
}
STAFF_SIGN_IN = "/desk/sign-in"
STAFF_CODE = "/desk/sign-in/code"
STAFF_SET_UP = "/desk/account/second-factor"


class SignedOut(Exception):
    """A form was sent after its session had ended."""


class SecondFactorMissing(NotAllowed):
    code = "second_factor_missing"
    what_to_do = "Set up your second factor on your account page, then send it again."


@web.middleware
async def enforce_policy(request: web.Request, handler: Handler) -> web.StreamResponse:
    resource = request.match_info.route.resource
    if resource is None:
        return await handler(request)  # nothing is there: the router answers 404 or 405
    policy = request.app[POLICIES].get((_method(request), resource.canonical))
    if policy is not None and policy.staff_role is not None:
        _require_staff(policy, policy.staff_role, request)
        return await handler(request)
    if policy is Policy.API:
        await require_key(request, _method(request), resource.canonical)
        return await handler(request)
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


def _require_staff(policy: Policy, role: StaffRole, request: web.Request) -> None:
    """Brands are not told that there is a desk."""
    who = member(request)
    if who is None:
        if reader(request).contact is not None:
            raise web.HTTPNotFound
        _send_to_sign_in(request, STAFF_SIGN_IN)
    elif policy is Policy.STAFF_FIRST_FACTOR:
        return
    elif who.owes_code:
        _send_to_sign_in(request, STAFF_CODE)
    else:
        staff_permissions.require_role(who.staff.role, role)
        if policy.needs_second_factor and who.session.second_factor_at is None:
            _send_to_set_up(request)


def _send_to_set_up(request: web.Request) -> None:
    if request.method not in ("GET", "HEAD"):
        raise SecondFactorMissing("Your account has no second factor yet.")
    raise web.HTTPSeeOther(f"{STAFF_SET_UP}?next={quote(request.path_qs, safe='')}")


def _send_to_sign_in(request: web.Request, page: str = "/sign-in") -> None:
    if request.method not in ("GET", "HEAD"):
        raise SignedOut
    raise web.HTTPSeeOther(f"{page}?next={quote(request.path_qs, safe='')}")
