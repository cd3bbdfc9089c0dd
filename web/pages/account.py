"""A person's own account: details, brands, devices signed in, and signing out here or everywhere."""

from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web
from sqlalchemy.orm import Session
from wtforms import HiddenField

from onboarding import brands, contacts, identity, passwords
from onboarding.models import Contact
from web.database import in_database
from web.fields import name_field, zone_field, zones_to_choose
from web.keys import HUB
from web.rendering import render
from web.security.forms import DeskForm, form_meta, is_own_form, token_form
from web.security.sessions import SESSION_COOKIE, reader, signed_in
from web.sign_in.brands import BRANDS


class DeviceForm(DeskForm):
    device = HiddenField()


class DetailsForm(DeskForm):
    name = name_field()
    time_zone = zone_field()


async def account(request: web.Request) -> web.Response:
    contact = signed_in(request)
    session = reader(request).session
    assert session is not None
    found = await in_database(request.app, _read_account, contact, session.key_hash)
    return render(
        request,
        "account/account.html",
        contact=contact,
        zone=ZoneInfo(contact.time_zone),
        form=token_form(request),
        done=request.query.get("done"),
        **found,
    )


async def ask_details(request: web.Request) -> web.Response:
    contact = signed_in(request)
    given = {"name": contact.name, "time_zone": contact.time_zone}
    return _details_page(request, DetailsForm(data=given, meta=form_meta(request)))


async def change_details(request: web.Request) -> web.Response:
    form = DetailsForm(await request.post(), meta=form_meta(request))
    if not form.validate():
        return _details_page(request, form, status=422)
    name, zone = str(form.name.data), str(form.time_zone.data)
    await in_database(request.app, contacts.change_details, signed_in(request), name, zone)
    raise web.HTTPSeeOther("/account?done=details")


async def sign_device_out(request: web.Request) -> web.Response:
    form = DeviceForm(await request.post(), meta=form_meta(request))
    if not form.validate():
        raise web.HTTPSeeOther("/account")
    handle = str(form.device.data)
    device = await in_database(request.app, identity.close_device, signed_in(request), handle)
    await request.app[HUB].close_session(device.key_hash)
    raise web.HTTPSeeOther("/account?done=device")


async def sign_out(request: web.Request) -> web.Response:
    await _check_form(request)
    await in_database(request.app, identity.close_session, SESSION_COOKIE.read(request) or "")
    return await BRANDS.leave(request)


async def sign_out_everywhere(request: web.Request) -> web.Response:
    await _check_form(request)
    await in_database(request.app, identity.close_all_sessions, signed_in(request))
    BRANDS.ask_pages_again(request.app)
    return await BRANDS.leave(request)


def _read_account(session: Session, contact: Contact, key_hash: str) -> dict[str, Any]:
    roles = brands.roles_of(session, contact)
    return {
        "roles": roles,
        "own": [brand for brand, _ in roles],
        "devices": identity.devices_of(session, contact, key_hash),
        "has_password": passwords.stored_of(session, contact) is not None,
    }


def _details_page(request: web.Request, form: DetailsForm, status: int = 200) -> web.Response:
    contact = signed_in(request)
    return render(
        request, "account/details.html", status=status, form=form, contact=contact, zones=zones_to_choose()
    )


async def _check_form(request: web.Request) -> None:
    if not await is_own_form(request):
        raise web.HTTPSeeOther("/account")
