"""A refused application: the reason, an appeal, and applying again."""

from dataclasses import dataclass

from aiohttp import web
from sqlalchemy.orm import Session

from conversations import opening as conversations
from conversations.models import Ticket
from onboarding.models import Appeal, Contact, StageChange
from onboarding.opening import refusal as business
from onboarding.opening.wording import FieldsRefused
from onboarding.permissions import Permission
from web.database import in_database
from web.keys import DOCUMENTS
from web.opening_place import Place, find_place, read_form, show
from web.registration_paths import registration_path
from web.security.sessions import signed_in


@dataclass(frozen=True)
class RefusalPage:
    place: Place
    refusal: StageChange
    appeal: Appeal | None
    ticket: Ticket | None


async def show_refusal(request: web.Request) -> web.Response:
    return _shown(request, await _asked_for(request))


async def appeal(request: web.Request) -> web.Response:
    page, sent = await _asked_for(request), await read_form(request)
    typed = sent.values.get("text", "")
    if sent.expired:
        return _shown(request, page, typed, {"main": sent.expired})
    try:
        await in_database(
            request.app, conversations.appeal, signed_in(request), page.place.application, typed
        )
    except FieldsRefused as refused:
        return _shown(request, page, typed, refused.errors)
    raise web.HTTPSeeOther(f"{page.place.home}/refusal")


async def apply_again(request: web.Request) -> web.Response:
    page, sent = await _asked_for(request), await read_form(request)
    if sent.expired:
        return _shown(request, page, errors={"main": sent.expired})
    store = request.app[DOCUMENTS]
    again = await in_database(
        request.app, business.apply_again, signed_in(request), page.place.application, store
    )
    raise web.HTTPSeeOther(registration_path(again))


async def _asked_for(request: web.Request) -> RefusalPage:
    return await in_database(request.app, _page, signed_in(request), request.match_info["brand_name"])


def _page(session: Session, contact: Contact, slug: str) -> RefusalPage:
    place = find_place(session, contact, slug)
    refusal = business.refusal_of(session, place.application)
    if refusal is None:
        raise web.HTTPNotFound
    made = business.appeal_of(session, place.application)
    ticket = conversations.ticket_of(session, made) if made else None
    return RefusalPage(place, refusal, made, ticket)


def _shown(
    request: web.Request, page: RefusalPage, typed: str = "", errors: dict[str, str] | None = None
) -> web.Response:
    return show(
        request,
        "brand/steps/refusal.html",
        page.place,
        page=page,
        typed=typed,
        errors=errors,
        longest=business.LONGEST_APPEAL,
        may_appeal=page.place.may(Permission.APPEAL),
        may_apply=page.place.may(Permission.EDIT_DRAFT),
    )
