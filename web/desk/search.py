"""Search over conversations, for everybody at the desk."""

from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from aiohttp import web
from sqlalchemy import select
from sqlalchemy.orm import Session

from conversations import searching
from conversations.searching import Hit, Wanted
from onboarding.models import Staff
from onboarding.staff import permissions
from onboarding.staff.permissions import StaffPermission
from web.database import in_database
from web.desk.days import begin_of, day_entered, end_of
from web.desk.rendering import render_desk
from web.fields import one_line
from web.numbers import whole_number
from web.security.forms import token_form
from web.security.staff_sessions import staff_member

_ON_A_PAGE = 30
_MOST_PAGES = 100
_LONGEST = 200
_CHOICES = ("words", "brand", "reference", "agent", "from", "to")


async def show_search(request: web.Request) -> web.Response:
    chosen = {name: one_line(request.query.get(name))[:_LONGEST] for name in _CHOICES}
    zone = ZoneInfo(staff_member(request).time_zone)
    wanted, page = _wanted(chosen, zone), _page_number(request.query.get("page"))
    hits, people = await in_database(request.app, _read, wanted, page)
    here = {name: value for name, value in chosen.items() if value}
    return render_desk(
        request,
        "desk/search.html",
        chosen=chosen,
        people=people,
        hits=hits[:_ON_A_PAGE],
        asked=not wanted.is_empty,
        here=urlencode(here),
        further=urlencode({**here, "page": page + 1}) if len(hits) > _ON_A_PAGE else None,
        may_block=permissions.may(staff_member(request).role, StaffPermission.BLOCK),
        form=token_form(request),
    )


def _wanted(chosen: dict[str, str], zone: ZoneInfo) -> Wanted:
    first, last = day_entered(chosen["from"]), day_entered(chosen["to"])
    return Wanted(
        words=chosen["words"],
        brand=chosen["brand"],
        reference=chosen["reference"],
        staff_id=_uuid(chosen["agent"]),
        since=begin_of(first, zone) if first else None,
        until=end_of(last, zone) if last else None,
    )


def _read(session: Session, wanted: Wanted, page: int) -> tuple[list[Hit], list[Staff]]:
    people = list(session.scalars(select(Staff).order_by(Staff.name)))
    if wanted.is_empty:
        return [], people
    return searching.find(session, wanted, limit=_ON_A_PAGE + 1, offset=page * _ON_A_PAGE), people


def _uuid(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None


def _page_number(typed: str | None) -> int:
    return min(whole_number(typed) or 0, _MOST_PAGES)
