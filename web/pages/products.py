"""The product list of an opening: checked row by row, from the file that was sent or from pasted rows."""

import asyncio
from dataclasses import dataclass

from aiohttp import web
from sqlalchemy.orm import Session

from onboarding.models import Contact, DocumentFile, ProductCheck
from onboarding.opening import product_rows
from onboarding.opening import products as business
from onboarding.opening.names import ListSource, Step
from onboarding.opening.product_rows import Fault
from onboarding.opening.wording import FieldsRefused, texts
from onboarding.permissions import Permission
from web.database import in_database
from web.keys import DOCUMENTS, LOOKS
from web.opening_place import Place, approved_place, read_form, show
from web.security import limits
from web.security.sessions import signed_in

_FAULTS_SHOWN = 200


@dataclass(frozen=True)
class ProductsPage:
    place: Place
    file: DocumentFile | None
    check: ProductCheck | None

    @property
    def faults(self) -> list[Fault]:
        return business.faults_of(self.check) if self.check else []

    @property
    def shown(self) -> list[Fault]:
        return self.faults[:_FAULTS_SHOWN]

    @property
    def stopped_rows(self) -> int:
        return len({fault.row for fault in self.faults if fault.stops})


async def show_products(request: web.Request) -> web.Response:
    return _shown(request, await _asked_for(request))


async def check_pasted(request: web.Request) -> web.Response:
    page = await _asked_for(request)
    try:
        sent = await read_form(request)
    except web.HTTPRequestEntityTooLarge:
        return _shown(request, page, errors={"rows": texts()["products"]["refusals"]["too_large"]})
    typed = sent.values.get("rows", "")
    if sent.expired:
        return _shown(request, page, typed, {"main": sent.expired})
    try:
        rows = product_rows.pasted_rows(typed)
        await _check(request, page, rows, ListSource.PASTED)
    except FieldsRefused as refused:
        return _shown(request, page, typed, refused.errors)
    raise web.HTTPSeeOther(f"{page.place.home}/products")


async def check_file(request: web.Request) -> web.Response:
    page, sent = await _asked_for(request), await read_form(request)
    if sent.expired:
        return _shown(request, page, errors={"main": sent.expired})
    limits.hit(request.app, limits.UPLOADS_PER_CONTACT, str(signed_in(request).id))
    try:
        async with request.app[LOOKS]:
            rows = await asyncio.to_thread(business.rows_of, request.app[DOCUMENTS], page.file)
        await _check(request, page, rows, ListSource.FILE)
    except FieldsRefused as refused:
        return _shown(request, page, errors=refused.errors)
    raise web.HTTPSeeOther(f"{page.place.home}/products")


async def _check(request: web.Request, page: ProductsPage, rows: list[list[str]], source: ListSource) -> None:
    await in_database(request.app, business.check, signed_in(request), page.place.application, rows, source)


async def _asked_for(request: web.Request) -> ProductsPage:
    return await in_database(request.app, _page, signed_in(request), request.match_info["brand_name"])


def _page(session: Session, contact: Contact, slug: str) -> ProductsPage:
    place = approved_place(session, contact, slug)
    file = business.newest_file(session, place.application)
    return ProductsPage(place, file, business.newest_check(session, place.application))


def _shown(
    request: web.Request, page: ProductsPage, typed: str = "", errors: dict[str, str] | None = None
) -> web.Response:
    return show(
        request,
        "brand/steps/products.html",
        page.place,
        page=page,
        typed=typed,
        errors=errors,
        state=page.place.steps[Step.PRODUCTS],
        columns=[product_rows.column_label(column) for column in product_rows.columns()],
        may_edit=page.place.may(Permission.EDIT_DRAFT) and page.place.may_work_on(Step.PRODUCTS),
    )
