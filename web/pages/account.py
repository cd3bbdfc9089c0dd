"""Who is signed in, for which brands, and signing out here or everywhere."""

from aiohttp import web

from onboarding import brands, identity
from web.database import in_database
from web.keys import HUB
from web.rendering import render
from web.security.forms import DeskForm, form_meta
from web.security.sessions import drop_cookie, reader, signed_in, token_of


class SignOutForm(DeskForm):
    pass


async def account(request: web.Request) -> web.Response:
    contact = signed_in(request)
    own = await in_database(request.app, brands.brands_of, contact)
    form = SignOutForm(meta=form_meta(request))
    return render(request, "account.html", contact=contact, brands=own, form=form)


async def sign_out(request: web.Request) -> web.Response:
    await _check_form(request)
    await in_database(request.app, identity.close_session, token_of(request) or "")
    return await _signed_out(request)


async def sign_out_everywhere(request: web.Request) -> web.Response:
    await _check_form(request)
    await in_database(request.app, identity.close_all_sessions, signed_in(request))
    # Open chats of the other sessions look again, and find that theirs has ended.
    request.app[HUB].wake_all()
    return await _signed_out(request)


async def _check_form(request: web.Request) -> None:
    if not SignOutForm(await request.post(), meta=form_meta(request)).validate():
        raise web.HTTPSeeOther("/account")


async def _signed_out(request: web.Request) -> web.Response:
    session = reader(request).session
    assert session is not None
    await request.app[HUB].close_session(session.key_hash)
    response = web.Response(status=303, headers={"Location": "/"})
    drop_cookie(request, response)
    return response
