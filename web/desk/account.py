"""Somebody's own account at the desk: who they are, how the desk behaves for them, where they are signed in."""

from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session
from wtforms import BooleanField, RadioField
from wtforms.validators import AnyOf, InputRequired

from onboarding import audit
from onboarding.models import Staff
from onboarding.names import AlertWish
from onboarding.staff import accounts, second_factor, sessions
from onboarding.staff.accounts import Wishes
from web.database import in_database
from web.desk.forms import require_sent
from web.desk.rendering import render_desk
from web.fields import name_field, zone_field, zones_to_choose
from web.security.forms import DeskForm, form_meta
from web.security.staff_sessions import signed_in_member, staff_member
from web.sign_in.desk import DESK


class WishesForm(DeskForm):
    name = name_field()
    time_zone = zone_field()
    shortcuts_on = BooleanField()
    sound_on = BooleanField()
    alerts = RadioField(
        choices=list(AlertWish),
        validators=[
            InputRequired("Select when you want a mail"),
            AnyOf(list(AlertWish), message="Select when you want a mail"),
        ],
        validate_choice=False,
    )


async def show_account(request: web.Request) -> web.Response:
    staff = staff_member(request)
    given = {
        name: getattr(staff, name) for name in ("name", "time_zone", "shortcuts_on", "sound_on", "alerts")
    }
    return await _page(request, WishesForm(data=given, meta=form_meta(request)))


async def change_wishes(request: web.Request) -> web.Response:
    form = WishesForm(await request.post(), meta=form_meta(request))
    if not form.validate():
        return await _page(request, form, status=422)
    wishes = Wishes(
        name=str(form.name.data),
        time_zone=str(form.time_zone.data),
        shortcuts_on=bool(form.shortcuts_on.data),
        sound_on=bool(form.sound_on.data),
        alerts=AlertWish(form.alerts.data),
    )
    await in_database(request.app, accounts.change_wishes, staff_member(request).id, wishes)
    raise web.HTTPSeeOther("/desk/account?done=saved")


async def sign_out_everywhere(request: web.Request) -> web.Response:
    await require_sent(request)
    await in_database(request.app, _close_all, staff_member(request))
    DESK.ask_pages_again(request.app)
    return await DESK.leave(request)


def _close_all(session: Session, staff: Staff) -> None:
    sessions.close_all(session, staff.id)
    audit.record(session, staff, "signed out everywhere", "staff", staff.id)


def _read(session: Session, staff: Staff) -> dict[str, Any]:
    return {
        "devices": sessions.open_sessions(session, staff.id),
        "codes_left": second_factor.recovery_codes_left(session, staff.id),
    }


async def _page(request: web.Request, form: WishesForm, status: int = 200) -> web.Response:
    who = signed_in_member(request)
    found = await in_database(request.app, _read, who.staff)
    return render_desk(
        request,
        "desk/account/account.html",
        status=status,
        form=form,
        zones=zones_to_choose(),
        this_key=who.session.key_hash,
        done=request.query.get("done"),
        **found,
    )
