"""Checking the answers, submitting them, and what is said afterwards."""

from aiohttp import web
from sqlalchemy.orm import Session

from conversations import submission as told
from onboarding import brands
from onboarding.models import Brand, Contact
from onboarding.names import Stage
from onboarding.registration import submission
from onboarding.registration.errors import AlreadySubmitted, NotADraft, NotDeclared, SubmitBlocked
from onboarding.registration.submission import Receipt
from web.database import in_database
from web.keys import SETTINGS
from web.pages.registration import read_overview
from web.pages.registration_forms import PageErrors
from web.registration_paths import own_application, registration_path
from web.rendering import render
from web.security.forms import EXPIRED, TokenForm, form_meta, token_form
from web.security.sessions import signed_in


async def check(request: web.Request) -> web.Response:
    return await _check_page(request, PageErrors())


async def submit(request: web.Request) -> web.Response:
    form = await request.post()
    number = request.match_info["number"]
    if not TokenForm(form, meta=form_meta(request)).validate():
        return await _check_page(request, PageErrors({"main": [EXPIRED]}), status=422)
    base_url = request.app[SETTINGS].base_url
    try:
        await in_database(request.app, _submit, signed_in(request), number, "declared" in form, base_url)
    except SubmitBlocked:
        return await _check_page(request, PageErrors(), status=422, show_blockers=True)
    except NotDeclared as refused:
        return await _check_page(request, PageErrors({"declared": [refused.what_to_do]}), status=422)
    except AlreadySubmitted:
        pass  # sent twice, or by a colleague a moment ago: both see the same confirmation
    raise web.HTTPSeeOther(f"/registration/{number}/submitted")


async def submitted(request: web.Request) -> web.Response:
    contact = signed_in(request)
    receipt, own = await in_database(request.app, _receipt, contact, request.match_info["number"])
    return render(
        request,
        "registration/submitted.html",
        receipt=receipt,
        contact=contact,
        brand=receipt.application.brand,
        own=own,
    )


def _submit(session: Session, contact: Contact, number: str, declared: bool, base_url: str) -> Receipt:
    application = own_application(session, contact, number)
    return told.submit(session, contact, application, declared=declared, base_url=base_url)


def _receipt(session: Session, contact: Contact, number: str) -> tuple[Receipt, list[Brand]]:
    application = own_application(session, contact, number)
    if application.stage is Stage.DRAFT:
        raise web.HTTPSeeOther(registration_path(application))
    if application.stage is Stage.WITHDRAWN:
        raise NotADraft("This registration was withdrawn.")
    return submission.receipt_of(session, application), brands.brands_of(session, contact)


async def _check_page(
    request: web.Request, errors: PageErrors, status: int = 200, show_blockers: bool = False
) -> web.Response:
    overview = await in_database(request.app, read_overview, signed_in(request), request.match_info["number"])
    if overview.application.stage is not Stage.DRAFT:
        raise web.HTTPSeeOther(registration_path(overview.application, "submitted"))
    return render(
        request,
        "registration/check.html",
        status=status,
        **overview.shown(),
        errors=errors,
        show_blockers=show_blockers,
        form=token_form(request),
    )
