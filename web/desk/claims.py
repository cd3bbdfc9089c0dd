"""Claims of two companies on one brand, and requests for access that no owner answers: decided by a lead."""

from dataclasses import dataclass
from uuid import UUID

from aiohttp import web
from sqlalchemy.orm import Session

from conversations import team_decisions
from conversations.team_decisions import ClaimUnknown
from onboarding import access_requests, brands, dossier
from onboarding.access_requests import RequestNotFound
from onboarding.errors import DomainError
from onboarding.models import AccessRequest, Application, Brand, BrandClaim, Contact, Staff
from onboarding.names import ClaimStatus, Role
from onboarding.opening.team import LONGEST_WORDS, SHORTEST_WORDS
from onboarding.registration import claims
from web.database import in_database
from web.desk.posted import posted
from web.desk.rendering import render_desk
from web.keys import SETTINGS
from web.letters import send_letter
from web.numbers import whole_number
from web.security.forms import token_form
from web.security.staff_sessions import staff_member

_LIST = "/desk/claims"
_VERDICTS = {ClaimStatus.UPHELD.value, ClaimStatus.REFUSED.value}


@dataclass(frozen=True)
class BothSides:
    """`newer` named the brand last."""

    claim: BrandClaim
    newer: Application
    older: Application


@dataclass(frozen=True)
class Asked:
    """`brand` is missing where what was named is not one brand of ours."""

    request: AccessRequest
    contact: Contact
    brand: Brand | None


async def show_all(request: web.Request) -> web.Response:
    open_claims, asked = await in_database(request.app, _waiting)
    return render_desk(
        request,
        "desk/applications/claims.html",
        claims=open_claims,
        asked=asked,
        done=request.query.get("done"),
    )


async def show_claim(request: web.Request) -> web.Response:
    return await _claim_page(request)


async def decide_claim(request: web.Request) -> web.Response:
    sent = await posted(request)
    errors = {"main": sent.expired} if sent.expired else {}
    verdict, reason = sent.values.get("verdict", ""), " ".join(sent.values.get("reason", "").split())
    if verdict not in _VERDICTS:
        errors["verdict"] = "Select how the claim is decided"
    if not SHORTEST_WORDS <= len(reason) <= LONGEST_WORDS:
        errors["reason"] = f"Enter the reason in {SHORTEST_WORDS} to {LONGEST_WORDS} characters"
    if errors:
        return await _claim_page(request, sent.values, errors)
    try:
        await in_database(
            request.app,
            team_decisions.decide_claim,
            _claim_id(request),
            ClaimStatus(verdict),
            reason=reason,
            by=staff_member(request),
            base_url=request.app[SETTINGS].base_url,
        )
    except team_decisions.ClaimDecided as refused:
        return await _claim_page(request, sent.values, {"main": str(refused)}, status=409)
    raise web.HTTPSeeOther(f"{_LIST}?done=claim")


async def show_access(request: web.Request) -> web.Response:
    return await _access_page(request)


async def answer_access(request: web.Request) -> web.Response:
    sent = await posted(request)
    errors = {"main": sent.expired} if sent.expired else {}
    role = sent.values.get("role", "")
    if role not in {*Role, "refuse"}:
        errors["role"] = "Select a role, or refuse the request"
    if not errors:
        try:
            await in_database(request.app, _answer, request.app, staff_member(request), request, sent.values)
        except _BrandMissing as refused:
            errors["application"] = str(refused)
    if errors:
        return await _access_page(request, sent.values, errors)
    raise web.HTTPSeeOther(f"{_LIST}?done=access")


class _BrandMissing(DomainError):
    code = "brand_missing"


def _waiting(session: Session) -> tuple[list[BothSides], list[Asked]]:
    both = [_both_sides(session, one) for one in claims.open_claims(session)]
    return both, [Asked(*row) for row in access_requests.for_programme(session)]


def _both_sides(session: Session, claim: BrandClaim) -> BothSides:
    newer, older = (
        session.get_one(Application, number) for number in (claim.application_id, claim.against_id)
    )
    return BothSides(claim, newer, older)


def _one_claim(session: Session, claim_id: int) -> BothSides:
    return _both_sides(session, team_decisions.claim(session, claim_id))


def _one_request(session: Session, request_id: UUID) -> Asked:
    for row in access_requests.for_programme(session):
        if row[0].id == request_id:
            return Asked(*row)
    raise RequestNotFound("There is no such open request.")


def _answer(
    session: Session, app: web.Application, staff: Staff, request: web.Request, typed: dict[str, str]
) -> None:
    asked = _one_request(session, _request_id(request))
    role = Role(typed["role"]) if typed["role"] in set(Role) else None
    brand = asked.brand or _named(session, typed.get("application", ""))
    if brand is None and role is not None:
        raise _BrandMissing("Enter the number of an application of the brand that is meant")
    team_decisions.answer_access(session, asked.request.id, brand.id if brand else None, role, by=staff)
    if role is None:
        send_letter(session, app, asked.contact.email, "access_refused", named=asked.request.named)
    else:
        send_letter(
            session, app, asked.contact.email, "access_granted", brand=brand, role=role, path="/brands"
        )


def _named(session: Session, typed: str) -> Brand | None:
    number = brands.normal_number(typed)
    if number is None:
        return None
    try:
        return dossier.application_numbered(session, number).brand
    except dossier.ApplicationUnknown:
        return None


async def _claim_page(
    request: web.Request,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 422,
) -> web.Response:
    found = await in_database(request.app, _one_claim, _claim_id(request))
    return render_desk(
        request,
        "desk/applications/claim.html",
        status=status if errors else 200,
        found=found,
        typed=typed or {},
        errors=errors or {},
        form=token_form(request),
    )


async def _access_page(
    request: web.Request, typed: dict[str, str] | None = None, errors: dict[str, str] | None = None
) -> web.Response:
    found = await in_database(request.app, _one_request, _request_id(request))
    return render_desk(
        request,
        "desk/applications/access.html",
        status=422 if errors else 200,
        asked=found,
        typed=typed or {},
        errors=errors or {},
        form=token_form(request),
        roles=(Role.VIEWER, Role.EDITOR, Role.OWNER),
    )


def _claim_id(request: web.Request) -> int:
    claim_id = whole_number(request.match_info["id"])
    if claim_id is None:
        raise ClaimUnknown("There is no such claim.")
    return claim_id


def _request_id(request: web.Request) -> UUID:
    try:
        return UUID(request.match_info["id"])
    except ValueError:
        raise RequestNotFound("There is no such open request.") from None
