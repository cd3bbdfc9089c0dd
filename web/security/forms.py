"""Forms whose token belongs to a contact's session, or to a cookie of its own before they sign in."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from aiohttp import web
from wtforms import Form
from wtforms.csrf.session import SessionCSRF
from wtforms.validators import ValidationError

from web.keys import SECRET
from web.security.cookies import OwnCookie
from web.security.sessions import SESSION_COOKIE, reader
from web.security.staff_sessions import STAFF_COOKIE, member

_SEED_BYTES = 24
_SEED_COOKIE = OwnCookie("form")
_NEW_SEED = web.RequestKey("new_form_seed", str)
EXPIRED = "This page was open for too long. Check what you entered and send it again."


class _Tokens(SessionCSRF):
    def validate_csrf_token(self, form: Any, field: Any) -> None:
        try:
            super().validate_csrf_token(form, field)
        except ValidationError:
            raise ValidationError(EXPIRED) from None


class DeskForm(Form):
    class Meta:
        csrf = True
        csrf_class = _Tokens
        csrf_time_limit = timedelta(hours=12)


class TokenForm(DeskForm):
    """Its token alone: a button, or fields that are judged elsewhere."""


def form_meta(request: web.Request) -> dict[str, Any]:
    """What binds a form to this reader; pass it as `meta` when making the form."""
    return {"csrf_secret": request.app[SECRET], "csrf_context": {"csrf": _seed(request)}}


def token_form(request: web.Request) -> TokenForm:
    return TokenForm(meta=form_meta(request))


async def is_own_form(request: web.Request) -> bool:
    """Whether what was sent is a form of this reader's, and was not open for too long."""
    return TokenForm(await request.post(), meta=form_meta(request)).validate()


def keep_seed(request: web.Request, response: web.StreamResponse) -> None:
    """Sets the cookie of a form that was shown to somebody without a session."""
    seed = request.get(_NEW_SEED)
    if seed is not None:
        _SEED_COOKIE.keep(request, response, seed)


def _seed(request: web.Request) -> str:
    # A visitor's session can begin while a form is open, when they start to chat: only signing in binds forms to it.
    token = (STAFF_COOKIE if member(request) is not None else SESSION_COOKIE).read(request)
    if token and (member(request) is not None or reader(request).contact is not None):
        return hashlib.sha256(b"form:" + token.encode()).hexdigest()
    seed = _SEED_COOKIE.read(request) or request.get(_NEW_SEED)
    if seed is None:
        seed = request[_NEW_SEED] = secrets.token_urlsafe(_SEED_BYTES)
    return seed
