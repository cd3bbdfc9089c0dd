"""Sessions of the staff: a cookie of its own, looked up on the pages of the desk alone."""

from aiohttp import web
from aiohttp.typedefs import Handler

from onboarding.models import Staff
from onboarding.staff import sessions
from onboarding.staff.sessions import Member
from web.database import in_database
from web.security.cookies import OwnCookie

DESK = "/desk"
STAFF_COOKIE = OwnCookie("staff", lasts=sessions.SESSION_LASTS)
_MEMBER = web.RequestKey("member", Member)


def is_of_desk(path: str) -> bool:
    return path == DESK or path.startswith(f"{DESK}/")


def member(request: web.BaseRequest) -> Member | None:
    """Whoever of the staff sent the request, if anybody."""
    return request.get(_MEMBER)


def signed_in_member(request: web.BaseRequest) -> Member:
    """For routes of the staff only: the policy has let nobody else in."""
    found = member(request)
    assert found is not None
    return found


def staff_member(request: web.BaseRequest) -> Staff:
    """For routes of the staff only: the policy has let nobody else in."""
    return signed_in_member(request).staff


@web.middleware
async def find_member(request: web.Request, handler: Handler) -> web.StreamResponse:
    token = STAFF_COOKIE.read(request)
    if token and is_of_desk(request.path):
        found = await in_database(request.app, sessions.find_member, token)
        if found is not None:
            request[_MEMBER] = found
    return await handler(request)
