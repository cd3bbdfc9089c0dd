"""Accepting an invitation. Opening the link changes nothing: mail scanners open links too."""

from urllib.parse import quote

from aiohttp import web
from sqlalchemy.orm import Session
from wtforms import HiddenField

from onboarding import invitations
from onboarding.errors import DomainError
from onboarding.invitations import InvitationForSomebodyElse, Offer
from onboarding.models import Contact
from onboarding.names import SignedInBy
from web.database import in_database
from web.fields import name_field, zone_field, zones_to_choose
from web.rendering import render
from web.security import limits
from web.security.forms import DeskForm, form_meta, keep_seed
from web.security.sessions import SESSION_COOKIE, agent_of, reader
from web.sign_in.brands import BRANDS, begin_session
from web.sign_in.by_link import AddressForm


class AcceptForm(DeskForm):
    token = HiddenField()


class NewPersonForm(AcceptForm):
    name = name_field()
    time_zone = zone_field()


async def show_invitation(request: web.Request) -> web.Response:
    token = request.match_info["token"]
    return await _offer_page(request, token, NewPersonForm(data={"token": token}, meta=form_meta(request)))


async def accept_invitation(request: web.Request) -> web.Response:
    limits.hit(request.app, limits.SIGN_INS_PER_ADDRESS, limits.address_of(request))
    posted = await request.post()
    contact = reader(request).contact
    kind = AcceptForm if contact else NewPersonForm
    form = kind(posted, meta=form_meta(request))
    token = str(form.token.data)
    if not form.validate():
        return await _offer_page(request, token, form, status=422)
    try:
        if contact is not None:
            await in_database(request.app, invitations.accept, token, contact)
            raise web.HTTPSeeOther("/brands")
        assert isinstance(form, NewPersonForm)
        return await _enter_as_new(request, token, form)
    except DomainError as refused:
        return _refused_page(request, refused)


async def _enter_as_new(request: web.Request, token: str, form: NewPersonForm) -> web.Response:
    session_token = await in_database(
        request.app,
        _begin,
        token,
        str(form.name.data),
        str(form.time_zone.data),
        SESSION_COOKIE.read(request),
        agent_of(request),
    )
    return await BRANDS.enter(request, session_token, "/brands")


def _begin(session: Session, token: str, name: str, zone: str, old_token: str | None, user_agent: str) -> str:
    contact, _ = invitations.accept_as_new(session, token, name, zone)
    return begin_session(session, contact, SignedInBy.LINK, old_token, user_agent)


async def _offer_page(request: web.Request, token: str, form: AcceptForm, status: int = 200) -> web.Response:
    try:
        offer = await in_database(request.app, invitations.offer, token)
        _require_address(offer, reader(request).contact)
    except DomainError as refused:
        return _refused_page(request, refused)
    next_page = f"/invitations/{quote(token, safe='')}"
    sign_in = AddressForm(data={"email": offer.email, "next": next_page}, meta=form_meta(request))
    return _private(
        request,
        render(
            request,
            "people/invitation.html",
            status=status,
            form=form,
            sign_in=sign_in,
            offer=offer,
            zones=zones_to_choose(),
        ),
    )


def _require_address(offer: Offer, contact: Contact | None) -> None:
    if contact is not None and contact.email != offer.email:
        raise InvitationForSomebodyElse(
            "This invitation was sent to another address than the one you are signed in with."
        )


def _refused_page(request: web.Request, refused: DomainError) -> web.Response:
    status = 403 if isinstance(refused, InvitationForSomebodyElse) else 410
    return _private(
        request, render(request, "people/invitation_refused.html", status=status, refused=refused)
    )


def _private(request: web.Request, response: web.Response) -> web.Response:
    """The address of the page holds the token."""
    keep_seed(request, response)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
