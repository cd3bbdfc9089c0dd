"""Pages of the desk: each knows who reads it, what they may open, and whether they are away."""

from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web
from wtforms import HiddenField

from web.desk.navigation import desk_navigation
from web.desk.paths import HOME
from web.rendering import render
from web.security.forms import DeskForm, form_meta, keep_seed
from web.security.staff_sessions import member


class PresenceForm(DeskForm):
    """In the head of every page of the desk."""

    away = HiddenField()
    back_to = HiddenField()


def render_desk(request: web.Request, template: str, *, status: int = 200, **context: Any) -> web.Response:
    """For everybody of the staff, and for the pages before signing in. Gives the template `staff` and their `zone`."""
    who = member(request)
    staff = who.staff if who is not None and not who.owes_code else None
    response = render(
        request,
        template,
        status=status,
        staff=staff,
        zone=ZoneInfo(staff.time_zone) if staff else None,
        desk_items=desk_navigation(request, staff.role) if staff else [],
        presence=PresenceForm(data={"back_to": _here(request)}, meta=form_meta(request)),
        **context,
    )
    keep_seed(request, response)
    return response


def _here(request: web.Request) -> str:
    """A form that was sent may stand under an address that cannot be opened."""
    return request.path_qs if request.method == "GET" else HOME
