"""Signing in by a link that is mailed: ask for the address, send the link, and open it with a button."""

import re
from urllib.parse import quote, unquote

from aiohttp import web
from sqlalchemy.orm import Session
from wtforms import HiddenField

from conversations import lookup, mail
from onboarding import identity
from onboarding.errors import DomainError
from onboarding.models import Contact
from onboarding.names import SignedInBy
from web.database import in_database
from web.fields import LONGEST_EMAIL, email_field
from web.keys import HUB, SETTINGS, TEMPLATES
from web.pages.demonstration import contacts_to_try
from web.rendering import render
from web.security import limits
from web.security.forms import DeskForm, form_meta, keep_seed
from web.security.sessions import agent_of, reader, set_cookie, token_of

_SENT_TO = "sent_to"
_SECONDS_SENT_TO_IS_KEPT = 15 * 60
_OWN_PATH = re.compile(r"/(?![/\\])[^\s\\]*")
_HOME = "/brands"


class AddressForm(DeskForm):
    email = email_field()
    next = HiddenField()


class LinkForm(DeskForm):
    token = HiddenField()
    next = HiddenField()


async def ask_address(request: web.Request) -> web.Response:
    if reader(request).contact is not None:
        raise web.HTTPSeeOther(own_path(request.query.get("next")))
    given = {"email": _sent_to(request), "next": own_path(request.query.get("next"))}
    return await _address_page(request, AddressForm(data=given, meta=form_meta(request)))


async def send_link(request: web.Request) -> web.Response:
    form = AddressForm(await request.post(), meta=form_meta(request))
    if not form.validate():
        return await _address_page(request, form, status=422)
    email = str(form.email.data)
    limits.hit(request.app, limits.LINKS_PER_ADDRESS, limits.address_of(request))
    limits.hit(request.app, limits.LINKS_PER_EMAIL, email)
    await in_database(request.app, _mail_link, request.app, email, own_path(form.next.data))
    return sent_page_next(request, email, own_path(form.next.data))


async def link_sent(request: web.Request) -> web.Response:
    email = _sent_to(request)
    if not email:
        raise web.HTTPSeeOther("/sign-in")
    form = AddressForm(
        data={"email": email, "next": own_path(request.query.get("next"))}, meta=form_meta(request)
    )
    response = render(request, "sign_in/sent.html", email=email, form=form)
    keep_seed(request, response)
    return response


async def show_link(request: web.Request) -> web.Response:
    """Opening the link changes nothing: mail scanners open links too. The button on this page signs in."""
    given = {"token": request.match_info["token"], "next": own_path(request.query.get("next"))}
    return _link_page(request, LinkForm(data=given, meta=form_meta(request)))


async def use_link(request: web.Request) -> web.Response:
    form = LinkForm(await request.post(), meta=form_meta(request))
    if not form.validate():
        return _link_page(request, form, status=422)
    limits.hit(request.app, limits.SIGN_INS_PER_ADDRESS, limits.address_of(request))
    try:
        token = await in_database(
            request.app, _sign_in, str(form.token.data), token_of(request), agent_of(request)
        )
    except DomainError as refused:
        return _refused_page(request, refused)
    return await enter(request, token, own_path(form.next.data))


async def enter(request: web.Request, token: str, next_page: str) -> web.Response:
    """Into the new session, and out of the one that the browser had."""
    response = web.Response(status=303, headers={"Location": next_page})
    set_cookie(request, response, token)
    old = reader(request).session
    if old is not None:
        await request.app[HUB].close_session(old.key_hash)
    return response


def _mail_link(session: Session, app: web.Application, email: str, next_page: str) -> None:
    # Nobody learns here who has an account: the answer is the same without one.
    token = identity.request_link(session, email)
    if token is None:
        return
    link = f"{app[SETTINGS].base_url}/sign-in/link/{token}"
    if next_page != _HOME:
        link += f"?next={quote(next_page, safe='')}"
    template = app[TEMPLATES].get_template("mail/sign_in.txt")
    mail.send_mail(session, email, "Your sign-in link for Brand Desk", template.render(link=link))


def _sign_in(session: Session, link_token: str, old_token: str | None, user_agent: str) -> str:
    contact = identity.consume_link(session, link_token)
    return begin_session(session, contact, SignedInBy.LINK, old_token, user_agent)


def begin_session(
    session: Session, contact: Contact, by: SignedInBy, old_token: str | None, user_agent: str
) -> str:
    """Always a new session, never the one that was there: nobody can plant an id beforehand."""
    old = identity.find_session(session, old_token) if old_token else None
    if old_token and old is not None:
        if old.contact_id is None and old.visitor_conversation is not None:
            lookup.adopt(session, old.visitor_conversation, contact.id)
        identity.close_session(session, old_token)
    token, _ = identity.open_session(session, contact, user_agent, by)
    return token


async def _address_page(request: web.Request, form: AddressForm, status: int = 200) -> web.Response:
    people = []
    if not request.app[SETTINGS].in_production:
        people = await in_database(request.app, contacts_to_try)
    response = render(request, "sign_in/address.html", status=status, form=form, people=people)
    keep_seed(request, response)
    return response


def _link_page(request: web.Request, form: LinkForm, status: int = 200) -> web.Response:
    response = render(request, "sign_in/link.html", status=status, form=form)
    keep_seed(request, response)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _refused_page(request: web.Request, refused: DomainError) -> web.Response:
    form = AddressForm(data={"email": _sent_to(request), "next": _HOME}, meta=form_meta(request))
    response = render(request, "sign_in/refused.html", status=410, refused=refused, form=form)
    keep_seed(request, response)
    return response


def sent_page_next(request: web.Request, email: str, next_page: str = _HOME) -> web.Response:
    carried = "" if next_page == _HOME else f"?next={quote(next_page, safe='')}"
    response = web.Response(status=303, headers={"Location": f"/sign-in/sent{carried}"})
    response.set_cookie(
        _SENT_TO,
        quote(email),
        max_age=_SECONDS_SENT_TO_IS_KEPT,
        path="/sign-in",
        httponly=True,
        samesite="Lax",
        secure=request.app[SETTINGS].in_production,
    )
    return response


def _sent_to(request: web.Request) -> str:
    return unquote(request.cookies.get(_SENT_TO, ""))[:LONGEST_EMAIL]


def own_path(wanted: str | None) -> str:
    """Where to go next, but never to another site."""
    return wanted if wanted and _OWN_PATH.fullmatch(wanted) else _HOME
