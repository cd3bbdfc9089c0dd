"""The contract of an opening: read, accepted by an owner, and downloaded as it was accepted."""

import asyncio
import re
from dataclasses import dataclass

from aiohttp import web
from sqlalchemy.orm import Session

from onboarding.models import Contact, ContractAcceptance
from onboarding.names import FileFormat
from onboarding.opening import contract as business
from onboarding.opening.contract import Contract
from onboarding.opening.wording import FieldsRefused
from onboarding.permissions import Permission
from web import downloads, paper
from web.database import in_database
from web.opening_place import Place, Sent, approved_place, read_form, show
from web.security.sessions import signed_in

_HEADING = re.compile(r"^\d+\. ")
_EMPTY = {"name": "", "position": "", "agreed": ""}


@dataclass(frozen=True)
class ContractPage:
    place: Place
    contract: Contract
    acceptance: ContractAcceptance | None

    @property
    def text(self) -> str:
        return self.acceptance.text if self.acceptance else self.contract.text


async def show_contract(request: web.Request) -> web.Response:
    return _shown(request, await _asked_for(request), _EMPTY, {})


async def accept(request: web.Request) -> web.Response:
    page, sent = await _asked_for(request), await read_form(request)
    typed = {name: sent.values.get(name, "") for name in _EMPTY}
    if sent.expired:
        return _shown(request, page, typed, {"main": sent.expired})
    try:
        await in_database(request.app, _accepted, signed_in(request), page.place, sent)
    except FieldsRefused as refused:
        return _shown(request, page, typed, refused.errors)
    raise web.HTTPSeeOther(f"{page.place.home}/contract")


async def download(request: web.Request) -> web.Response:
    page = await _asked_for(request)
    body = await asyncio.to_thread(paper.as_pdf, page.contract.title, _as_paper(page))
    return downloads.made(body, f"contract-{page.place.application.number}", FileFormat.PDF)


async def _asked_for(request: web.Request) -> ContractPage:
    return await in_database(request.app, _page, signed_in(request), request.match_info["brand_name"])


def _page(session: Session, contact: Contact, slug: str) -> ContractPage:
    place = approved_place(session, contact, slug)
    found = business.current(session, place.application)
    return ContractPage(place, found, business.acceptance(session, place.application))


def _accepted(session: Session, contact: Contact, place: Place, sent: Sent) -> None:
    business.accept(
        session,
        contact,
        place.application,
        version=sent.values.get("version", ""),
        name=sent.values.get("name", ""),
        position=sent.values.get("position", ""),
        agreed=sent.values.get("agreed") == "yes",
    )


def _as_paper(page: ContractPage) -> str:
    title, *rest = [_HEADING.sub(r"## \g<0>", line) for line in page.text.split("\n")]
    accepted = page.acceptance
    if accepted is None:
        return "\n".join([f"# {title}", *rest, "~ Not accepted yet."])
    said = f"Accepted by {accepted.name}, {accepted.position}, at {accepted.at:%Y-%m-%d %H:%M} UTC."
    return "\n".join([f"# {title}", *rest, f"~ {said} SHA-256 of the text: {accepted.sha256}"])


def _shown(
    request: web.Request, page: ContractPage, typed: dict[str, str], errors: dict[str, str]
) -> web.Response:
    return show(
        request,
        "brand/steps/contract.html",
        page.place,
        page=page,
        typed=typed,
        errors=errors,
        may_accept=page.place.may(Permission.ACCEPT_CONTRACT),
    )
