"""Sessions of the staff: a cookie of its own, looked up on the pages of the desk alone."""

from aiohttp import web
from aiohttp.typedefs import Handler

from onboarding.models import Staff
from onboarding.staff import sessions
from onboarding.staff.sessions import Member
from web.database import in_database
from web.keys import SETTINGS

DESK = "/desk"
_COOKIE_SECONDS = int(sessions.SESSION_LASTS.total_seconds())
_MEMBER = web.RequestKey("member", Member)


def is_of_desk(path: str) -> bool:
    return path == DESK or path.startswith(f"{DESK}/")


def staff_cookie_name(app: web.Application) -> str:
    return "__Host-staff" if app[SETTINGS].in_production else "staff"


def staff_token_of(request: web.Request) -> str | None:
    return request.cookies.get(staff_cookie_name(request.app))


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
    token = staff_token_of(request)
    if token and is_of_desk(request.path):
        found = await in_database(request.app, sessions.find_member, token)
        if found is not None:
            request[_MEMBER] = found
    return await handler(request)


def set_staff_cookie(request: web.Request, response: web.StreamResponse, token: str) -> None:
    response.set_cookie(
        staff_cookie_name(request.app),
        token,
        max_age=_COOKIE_SECONDS,
        path="/",
        httponly=True,
        samesite="Lax",
        secure=request.app[SETTINGS].in_production,
    )


def drop_staff_cookie(request: web.Request, response: web.StreamResponse) -> None:
    response.del_cookie(
        staff_cookie_name(request.app),
        path="/",
        httponly=True,
        samesite="Lax",
        secure=request.app[SETTINGS].in_production,
    )
