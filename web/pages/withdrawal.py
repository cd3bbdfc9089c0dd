"""Taking an application back on the page: the consequences first, then a clear yes."""

from aiohttp import web
from wtforms import BooleanField
from wtforms.validators import InputRequired

from onboarding import withdrawal
from onboarding.withdrawal import check_withdrawable
from web.brand_paths import brand_path
from web.database import in_database
from web.opening_place import Place, find_place
from web.rendering import render
from web.security.forms import DeskForm, form_meta
from web.security.sessions import signed_in


class WithdrawForm(DeskForm):
    sure = BooleanField(validators=[InputRequired("Tick the box to say that you want to withdraw")])


async def ask_to_withdraw(request: web.Request) -> web.Response:
    return _page(request, await _place(request), WithdrawForm(meta=form_meta(request)))


async def withdraw(request: web.Request) -> web.Response:
    place = await _place(request)
    form = WithdrawForm(await request.post(), meta=form_meta(request))
    if not form.validate():
        return _page(request, place, form, status=422)
    await in_database(request.app, withdrawal.withdraw, signed_in(request), place.application)
    raise web.HTTPSeeOther(f"{brand_path(place.brand, place.own)}?withdrawn=1")


async def _place(request: web.Request) -> Place:
    contact = signed_in(request)
    place = await in_database(request.app, find_place, contact, request.match_info["brand_name"])
    await in_database(request.app, check_withdrawable, contact, place.application)
    return place


def _page(request: web.Request, place: Place, form: WithdrawForm, status: int = 200) -> web.Response:
    return render(
        request,
        "brand/withdraw.html",
        status=status,
        place=place,
        brand=place.brand,
        own=place.own,
        application=place.application,
        home=place.home,
        form=form,
    )
