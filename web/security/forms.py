"""Forms whose token belongs to a contact's session, or to a cookie of its own before they sign in."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from aiohttp import web
from wtforms import Form
from wtforms.csrf.session import SessionCSRF
from wtforms.validators import ValidationError

from web.keys import SECRET, SETTINGS
from web.security.sessions import reader, token_of
from web.security.staff_sessions import member, staff_token_of

_SEED_BYTES = 24
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


def form_meta(request: web.Request) -> dict[str, Any]:
    """What binds a form to this reader; pass it as `meta` when making the form."""
    return {"csrf_secret": request.app[SECRET], "csrf_context": {"csrf": _seed(request)}}


def keep_seed(request: web.Request, response: web.StreamResponse) -> None:
    """Sets the cookie of a form that was shown to somebody without a session."""
    seed = request.get(_NEW_SEED)
    if seed is not None:
        in_production = request.app[SETTINGS].in_production
        response.set_cookie(
            _cookie_name(request), seed, path="/", httponly=True, samesite="Lax", secure=in_production
        )


def _seed(request: web.Request) -> str:
    # A visitor's session can begin while a form is open, when they start to chat: only signing in binds forms to it.
    token = staff_token_of(request) if member(request) is not None else token_of(request)
    if token and (member(request) is not None or reader(request).contact is not None):
        return hashlib.sha256(b"form:" + token.encode()).hexdigest()
    seed = request.cookies.get(_cookie_name(request)) or request.get(_NEW_SEED)
    if seed is None:
        seed = request[_NEW_SEED] = secrets.token_urlsafe(_SEED_BYTES)
    return seed


def _cookie_name(request: web.Request) -> str:
    return "__Host-form" if request.app[SETTINGS].in_production else "form"
