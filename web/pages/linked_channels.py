"""The channels that are linked to a contact's account: a code to link one, what waits to be confirmed, and the list."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web
from sqlalchemy.orm import Session
from wtforms import IntegerField

from conversations.channels import accounts, linking
from onboarding.models import Contact
from web.database import in_database
from web.rendering import render
from web.security import limits
from web.security.forms import DeskForm, form_meta, is_own_form, token_form
from web.security.sessions import signed_in

_PAGE = "/account/channels"


class LinkForm(DeskForm):
    link = IntegerField()


async def show(request: web.Request) -> web.Response:
    return await _page(request)


async def give_code(request: web.Request) -> web.Response:
    if not await is_own_form(request):
        raise web.HTTPSeeOther(_PAGE)
    contact = signed_in(request)
    limits.hit(request.app, limits.LINK_CODES, str(contact.id))
    code = await in_database(request.app, linking.offer_code, contact)
    return await _page(request, code=code)


async def confirm(request: web.Request) -> web.Response:
    return await _change(request, linking.confirm, "linked")


async def decline(request: web.Request) -> web.Response:
    return await _change(request, linking.decline, "declined")


async def unlink(request: web.Request) -> web.Response:
    return await _change(request, linking.unlink, "unlinked")


async def _change(
    request: web.Request, change: Callable[[Session, Contact, int], None], done: str
) -> web.Response:
    form = LinkForm(await request.post(), meta=form_meta(request))
    if not form.validate() or form.link.data is None:
        raise web.HTTPSeeOther(_PAGE)
    await in_database(request.app, change, signed_in(request), form.link.data)
    raise web.HTTPSeeOther(f"{_PAGE}?done={done}")


async def _page(request: web.Request, code: str | None = None) -> web.Response:
    contact = signed_in(request)
    found = await in_database(request.app, _read, contact)
    return render(
        request,
        "account/channels.html",
        zone=ZoneInfo(contact.time_zone),
        code=code,
        minutes=linking.CODE_LASTS.seconds // 60,
        form=token_form(request),
        done=request.query.get("done"),
        **found,
    )


def _read(session: Session, contact: Contact) -> dict[str, Any]:
    return {
        "waiting": linking.waiting(session, contact),
        "linked": linking.linked(session, contact),
        "channels": accounts.names_of_active(session),
    }
