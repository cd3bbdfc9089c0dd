"""The entrance for the people of brands; what somebody wrote as a visitor comes along."""

import re
from datetime import timedelta
from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session

from conversations import joining
from onboarding import identity, passwords
from onboarding.models import Contact, WebSession
from onboarding.names import SignedInBy
from web.keys import HUB
from web.pages.demonstration import contacts_to_try
from web.rendering import render
from web.security.cookies import OwnCookie
from web.security.forms import keep_seed
from web.security.sessions import SESSION_COOKIE, reader
from web.sign_in.by_link import ByLink
from web.sign_in.by_password import ByPassword
from web.sign_in.entrance import Entrance
from web.sign_in.own_password import OwnPassword

_PATH, _HOME = "/sign-in", "/brands"
_OWN_PATH = re.compile(r"/(?![/\\])[^\s\\]*")


def own_path(wanted: str | None) -> str:
    """Where to go next, but never to another site."""
    return wanted if wanted and _OWN_PATH.fullmatch(wanted) else _HOME


def begin_session(
    session: Session, contact: Contact, by: SignedInBy, old_token: str | None, device: str
) -> str:
    old = identity.find_session(session, old_token) if old_token else None
    if old_token and old is not None:
        if old.contact_id is None and old.visitor_conversation is not None:
            joining.adopt(session, old.visitor_conversation, contact.id)
        identity.close_session(session, old_token)
    token, _ = identity.open_session(session, contact, device, by)
    return token


def _render(request: web.Request, template: str, *, status: int = 200, **context: Any) -> web.Response:
    response = render(request, template, status=status, **context)
    keep_seed(request, response)
    return response


def _contact(request: web.Request) -> Contact | None:
    return reader(request).contact


def _session(request: web.Request) -> WebSession | None:
    return reader(request).session


BRANDS = Entrance[Contact](
    path=_PATH,
    home=_HOME,
    outside="/",
    account="/account",
    layout="base.html",
    templates="",
    letter="sign_in",
    counted_as="",
    cookie=SESSION_COOKIE,
    sent_to=OwnCookie("sent_to", lasts=timedelta(minutes=15), path=_PATH),
    pages=HUB,
    within=own_path,
    render=_render,
    person_of=_contact,
    session_of=_session,
    people_to_try=contacts_to_try,
    request_link=identity.request_link,
    consume_link=identity.consume_link,
    begin_session=begin_session,
    password_for=passwords.stored_for,
    password_of=passwords.stored_of,
    confirm_password=passwords.confirm,
    change_password=passwords.change,
)
BY_LINK, BY_PASSWORD, OWN_PASSWORD = ByLink(BRANDS), ByPassword(BRANDS), OwnPassword(BRANDS)
