"""Correcting to whom an invoice is made out."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from aiohttp import web
from sqlalchemy.orm import Session

from onboarding.models import Contact, Invoice
from onboarding.opening import billing, fees
from onboarding.opening.wording import FieldsRefused
from web.database import in_database
from web.opening_place import Place, approved_place, read_form, show
from web.security.sessions import signed_in


@dataclass(frozen=True)
class BillingPage:
    place: Place
    invoice: Invoice
    details: dict[str, str]


async def ask_details(request: web.Request) -> web.Response:
    page = await _asked_for(request)
    return _shown(request, page, page.details, {})


async def reissue(request: web.Request) -> web.Response:
    page, sent = await _asked_for(request), await read_form(request)
    if sent.expired:
        return _shown(request, page, sent.values, {"main": sent.expired})
    try:
        await in_database(
            request.app, billing.reissue, signed_in(request), page.place.application, sent.values
        )
    except FieldsRefused as refused:
        return _shown(request, page, sent.values, refused.errors)
    raise web.HTTPSeeOther(f"{page.place.home}/fees")


async def _asked_for(request: web.Request) -> BillingPage:
    return await in_database(request.app, _page, signed_in(request), request.match_info["brand_name"])


def _page(session: Session, contact: Contact, slug: str) -> BillingPage:
    place = approved_place(session, contact, slug)
    invoice = fees.invoice_of(session, place.application)
    if invoice is None:
        raise web.HTTPNotFound
    return BillingPage(place, invoice, asdict(billing.details_of(session, place.application, invoice)))


def _shown(
    request: web.Request, page: BillingPage, typed: Mapping[str, str], errors: dict[str, str]
) -> web.Response:
    return show(
        request,
        "brand/steps/billing.html",
        page.place,
        invoice=page.invoice,
        typed=typed,
        errors=errors,
    )
