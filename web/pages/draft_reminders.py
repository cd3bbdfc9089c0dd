"""Where the reminders of a draft are stopped, by each person for themselves."""

from aiohttp import web
from sqlalchemy.orm import Session

from onboarding import brands, reminders
from onboarding.models import Application, Brand, Contact
from web.database import in_database
from web.registration_paths import own_application
from web.rendering import render
from web.security.forms import EXPIRED, TokenForm, form_meta, token_form
from web.security.sessions import signed_in


async def ask_to_stop(request: web.Request) -> web.Response:
    return await _page(request, token_form(request))


async def stop(request: web.Request) -> web.Response:
    form = TokenForm(await request.post(), meta=form_meta(request))
    if not form.validate():
        form.form_errors = [EXPIRED]
        return await _page(request, form, status=422)
    await in_database(request.app, _stop, signed_in(request), request.match_info["number"])
    raise web.HTTPSeeOther(request.path)


async def _page(request: web.Request, form: TokenForm, status: int = 200) -> web.Response:
    contact = signed_in(request)
    application, own, is_stopped = await in_database(
        request.app, _read, contact, request.match_info["number"]
    )
    return render(
        request,
        "registration/reminders.html",
        status=status,
        application=application,
        brand=application.brand,
        own=own,
        form=form,
        is_stopped=is_stopped,
        is_draft=application.submitted_at is None and not application.stage.is_closed,
    )


def _stop(session: Session, contact: Contact, number: str) -> None:
    reminders.stop(session, contact, own_application(session, contact, number))


def _read(session: Session, contact: Contact, number: str) -> tuple[Application, list[Brand], bool]:
    application = own_application(session, contact, number)
    is_stopped = reminders.is_stopped(session, contact.id, application)
    return application, brands.brands_of(session, contact), is_stopped
