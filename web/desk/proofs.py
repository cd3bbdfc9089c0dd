"""Proofs of payment, looked at as documents are: as pictures, with every opening recorded."""

from dataclasses import dataclass
from uuid import UUID

from aiohttp import web
from sqlalchemy.orm import Session

from onboarding import audit, dossier
from onboarding.errors import NotFound
from onboarding.models import Application, PaymentProof, ProofOpening, Staff
from onboarding.opening import fees, proofs
from web import downloads
from web.database import in_database
from web.desk import pictures
from web.desk.board import BOARD
from web.desk.paper_view import paper_view
from web.desk.rendering import render_desk
from web.keys import DOCUMENTS
from web.security.staff_sessions import staff_member
from web.uploads import pages_of


@dataclass(frozen=True)
class Found:
    application: Application
    proof: PaymentProof
    openings: list[ProofOpening]


async def show(request: web.Request) -> web.Response:
    found = await in_database(request.app, _found, request.match_info)
    path = request.app[DOCUMENTS].path(found.proof.stored_as)
    base = f"{BOARD}/{found.application.number}/proofs/{found.proof.id}"
    view = paper_view(request, base, await pages_of(request.app, path, found.proof.format))
    return render_desk(request, "desk/applications/proof.html", found=found, view=view, base=base)


async def show_page(request: web.Request) -> web.Response:
    proof = await in_database(request.app, _looked_at, staff_member(request), request.match_info)
    return await pictures.picture(request, request.app[DOCUMENTS].path(proof.stored_as), proof.format)


async def download(request: web.Request) -> web.StreamResponse:
    proof = await in_database(request.app, _saved, staff_member(request), request.match_info)
    return downloads.kept_file(request.app[DOCUMENTS].path(proof.stored_as), proof.name, proof.format)


def _found(session: Session, asked: web.UrlMappingMatchInfo) -> Found:
    application = dossier.application_numbered(session, asked["application"])
    try:
        found = fees.proof(session, application, UUID(asked["proof"]))
    except ValueError:
        found = None
    if found is None:
        raise NotFound("There is no such proof of payment.")
    return Found(application, found, fees.openings_of(session, found))


def _looked_at(session: Session, staff: Staff, asked: web.UrlMappingMatchInfo) -> PaymentProof:
    found = _found(session, asked)
    if proofs.look_at_page(session, found.proof, by=staff.name):
        _note(session, staff, found, "proof opened")
    return found.proof


def _saved(session: Session, staff: Staff, asked: web.UrlMappingMatchInfo) -> PaymentProof:
    found = _found(session, asked)
    fees.note_opening(session, found.proof, who=staff.name)
    _note(session, staff, found, "proof saved")
    return found.proof


def _note(session: Session, staff: Staff, found: Found, action: str) -> None:
    audit.record(
        session, staff, action, "payment proof", found.proof.id, application=found.application.number
    )
