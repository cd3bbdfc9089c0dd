"""Deposit and annual fee of an opening: the invoice, and the proof that it was paid."""

import asyncio
from dataclasses import dataclass
from uuid import UUID

from aiohttp import web
from sqlalchemy.orm import Session

from onboarding.documents import sniffing, submissions
from onboarding.documents.wording import FileRefused
from onboarding.models import Contact, Invoice, PaymentProof, ProofOpening
from onboarding.names import DocumentType, FileFormat
from onboarding.opening import fees as business
from onboarding.opening.fees import Amounts
from onboarding.opening.names import Step
from onboarding.permissions import Permission
from onboarding.programme import programme
from web import downloads, paper
from web.database import in_database
from web.keys import DOCUMENTS, TEMPLATES
from web.opening_place import Place, StepForm, approved_place, show
from web.security import limits
from web.security.sessions import signed_in
from web.uploads import look_at, receive_file

# A proof of payment comes in the formats of any other paper of a bank.
_LIKE = DocumentType.BANK_PROOF


@dataclass(frozen=True)
class FeesPage:
    """Without an invoice the amounts are those of today."""

    place: Place
    invoice: Invoice | None
    amounts: Amounts
    proofs: list[tuple[PaymentProof, list[ProofOpening]]]
    replaced: list[Invoice]

    def invoice_numbered(self, number: str | None) -> Invoice | None:
        """Without a number the one that counts."""
        if number is None:
            return self.invoice
        return next((one for one in [self.invoice, *self.replaced] if one and one.number == number), None)


async def show_fees(request: web.Request) -> web.Response:
    return _shown(request, await _asked_for(request))


async def send_proof(request: web.Request) -> web.Response:
    page = await _asked_for(request)
    limits.hit(request.app, limits.UPLOADS_PER_CONTACT, str(signed_in(request).id))
    try:
        await _take(request, page)
    except FileRefused as refused:
        return _shown(request, page, refused)
    raise web.HTTPSeeOther(f"{page.place.home}/fees")


async def download_invoice(request: web.Request) -> web.Response:
    page = await _asked_for(request)
    invoice = page.invoice_numbered(request.query.get("number"))
    if invoice is None:
        raise web.HTTPNotFound
    template = request.app[TEMPLATES].get_template("brand/steps/invoice.txt")
    amounts = business.amounts_of(invoice)
    text = template.render(amounts=amounts, application=page.place.application, invoice=invoice)
    body = await asyncio.to_thread(paper.as_pdf, f"Invoice {invoice.number}", text)
    return downloads.made(body, f"invoice-{invoice.number}", FileFormat.PDF)


async def download_proof(request: web.Request) -> web.StreamResponse:
    found = await in_database(request.app, _proof, signed_in(request), request.match_info)
    return downloads.kept_file(request.app[DOCUMENTS].path(found.stored_as), found.name, found.format)


async def _take(request: web.Request, page: FeesPage) -> None:
    """Raises FileRefused."""
    with request.app[DOCUMENTS].receive(programme().files.max_megabytes.value) as incoming:
        name = submissions.readable_name(await receive_file(request, incoming, StepForm))
        received = await asyncio.to_thread(incoming.finish)
        found = await look_at(request.app, received.path, _LIKE)
        await in_database(
            request.app,
            business.send_proof,
            signed_in(request),
            page.place.application,
            incoming,
            received,
            found,
            name,
        )


async def _asked_for(request: web.Request) -> FeesPage:
    return await in_database(request.app, _page, signed_in(request), request.match_info["brand_name"])


def _page(session: Session, contact: Contact, slug: str) -> FeesPage:
    place = approved_place(session, contact, slug)
    invoice = business.invoice_of(session, place.application)
    amounts = business.amounts_of(invoice) if invoice else business.amounts(place.application)
    sent = business.proofs(session, place.application)
    return FeesPage(
        place,
        invoice,
        amounts,
        [(one, business.openings_of(session, one)) for one in sent],
        business.replaced_of(session, place.application),
    )


def _proof(session: Session, contact: Contact, asked: web.UrlMappingMatchInfo) -> PaymentProof:
    place = approved_place(session, contact, asked["brand_name"])
    try:
        wanted = UUID(asked["proof_id"])
    except ValueError:
        raise web.HTTPNotFound from None
    found = business.open_proof(session, contact, place.application, wanted)
    if found is None:
        raise web.HTTPNotFound
    return found


def _shown(request: web.Request, page: FeesPage, problem: FileRefused | None = None) -> web.Response:
    return show(
        request,
        "brand/steps/fees.html",
        page.place,
        page=page,
        state=page.place.steps[Step.FEES],
        problem=problem,
        errors={"file": str(problem)} if problem else {},
        may_pay=page.place.may(Permission.PAY),
        formats=sniffing.formats_said(_LIKE),
        accept=sniffing.accepted(_LIKE),
    )
