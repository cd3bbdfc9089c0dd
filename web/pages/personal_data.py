"""What is kept about the reader: shown, given as a copy, and erased on request."""

from tempfile import TemporaryFile
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web
from sqlalchemy.orm import Session
from wtforms import BooleanField
from wtforms.validators import InputRequired

from conversations import personal_data
from onboarding import erasure, people
from onboarding.errors import DomainError
from onboarding.models import Contact
from onboarding.personal_data import openings_of
from web.database import in_database
from web.keys import DOCUMENTS
from web.letters import send_letter
from web.rendering import render
from web.security import limits
from web.security.forms import DeskForm, TokenForm, form_meta, token_form
from web.security.sessions import signed_in

_PAGE = "/privacy/data"


class ErasureForm(DeskForm):
    sure = BooleanField(validators=[InputRequired("Tick the box to say that you want your data erased")])


async def show_data(request: web.Request) -> web.Response:
    return await _data_page(request, token_form(request))


async def export(request: web.Request) -> web.Response:
    form = TokenForm(await request.post(), meta=form_meta(request))
    if not form.validate():
        return await _data_page(request, form, status=422)
    contact = signed_in(request)
    limits.hit(request.app, limits.EXPORTS, str(contact.id))
    # Too large for memory where many files were sent; it is closed once it has gone out.
    packed = TemporaryFile()  # noqa: SIM115
    await in_database(request.app, personal_data.write_archive, contact, request.app[DOCUMENTS], packed)
    packed.seek(0)
    return web.Response(
        body=packed,
        content_type="application/zip",
        headers={"Content-Disposition": 'attachment; filename="brand-desk-your-data.zip"'},
    )


async def ask_to_erase(request: web.Request) -> web.Response:
    return await _erasure_page(request, ErasureForm(meta=form_meta(request)))


async def erase(request: web.Request) -> web.Response:
    form = ErasureForm(await request.post(), meta=form_meta(request))
    if not form.validate():
        return await _erasure_page(request, form, status=422)
    await in_database(request.app, _ask, request.app, signed_in(request))
    raise web.HTTPSeeOther(_PAGE)


async def keep(request: web.Request) -> web.Response:
    form = TokenForm(await request.post(), meta=form_meta(request))
    if not form.validate():
        return await _data_page(request, form, status=422)
    try:
        await in_database(request.app, _cancel, request.app, signed_in(request))
    except DomainError as refused:
        form.form_errors = [f"{refused} {refused.what_to_do}"]
        return await _data_page(request, form, status=422)
    raise web.HTTPSeeOther("/account?done=kept")


async def _data_page(request: web.Request, form: DeskForm, status: int = 200) -> web.Response:
    return await _page(request, "data", _read_data, form, status)


async def _erasure_page(request: web.Request, form: DeskForm, status: int = 200) -> web.Response:
    return await _page(request, "erase", _read_erasure, form, status)


async def _page(request: web.Request, name: str, read: Any, form: DeskForm, status: int) -> web.Response:
    contact = signed_in(request)
    found = await in_database(request.app, read, contact)
    return render(
        request,
        f"privacy/{name}.html",
        status=status,
        form=form,
        contact=contact,
        zone=ZoneInfo(contact.time_zone),
        **found,
    )


def _read_data(session: Session, contact: Contact) -> dict[str, Any]:
    held = personal_data.held(session, contact)
    return {
        "counts": {name: len(rows) for name, rows in held.items()},
        "openings": openings_of(session, contact),
        "pending": erasure.open_request(session, contact),
    }


def _read_erasure(session: Session, contact: Contact) -> dict[str, Any]:
    return {
        "orphaned": people.sole_owner_of(session, contact),
        "pending": erasure.open_request(session, contact),
    }


def _ask(session: Session, app: web.Application, contact: Contact) -> None:
    before = erasure.open_request(session, contact)
    asked = erasure.ask(session, contact)
    if before is None:
        zone = ZoneInfo(contact.time_zone)
        send_letter(session, app, contact.email, "erasure_asked", asked=asked, zone=zone, path=_PAGE)


def _cancel(session: Session, app: web.Application, contact: Contact) -> None:
    erasure.cancel(session, contact)
    send_letter(session, app, contact.email, "erasure_cancelled")
