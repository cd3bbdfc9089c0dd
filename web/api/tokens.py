"""Tokens for clients: OAuth 2 client credentials (RFC 6749, section 4.4)."""

import binascii
from urllib.parse import unquote_plus

from aiohttp import web
from aiohttp.helpers import BasicAuth

from onboarding import api_keys
from onboarding.api_keys import KeyRefused, ScopeUnknown
from web.api import rates
from web.api.models import Token
from web.api.problems import Refused
from web.database import in_database
from web.security import limits

PATH = "/api/v1/oauth/token"
_FORM = "application/x-www-form-urlencoded"
_GRANT = "client_credentials"
_LONGEST = 200
_FIELDS = ("grant_type", "client_id", "client_secret", "scope")


async def token(request: web.Request) -> web.Response:
    client_id, client_secret, wanted = await _asked(request)
    limits.require_room(request.app, rates.bad_keys(request.app), limits.address_of(request))
    try:
        bought = await in_database(request.app, api_keys.buy_token, client_id, client_secret, wanted)
    except KeyRefused as refused:
        limits.hit(request.app, rates.bad_keys(request.app), limits.address_of(request))
        raise _refused(401, "invalid_client", str(refused)) from None
    except ScopeUnknown as refused:
        raise _refused(400, "invalid_scope", f"{refused} {refused.what_to_do}") from None
    answer = Token(
        access_token=bought.token,
        token_type="Bearer",
        expires_in=int(bought.lasts.total_seconds()),
        scope=" ".join(sorted(bought.scopes)),
    )
    return web.Response(
        text=answer.model_dump_json(), content_type="application/json", headers={"Cache-Control": "no-store"}
    )


async def _asked(request: web.Request) -> tuple[str, str, list[str] | None]:
    if request.content_type != _FORM:
        raise Refused(415, "unsupported_media_type", f"Send the body as {_FORM}.")
    form = await request.post()
    sent = {name: form.getall(name) for name in form}
    if any(len(values) > 1 or not isinstance(values[0], str) for values in sent.values()):
        raise _refused(400, "invalid_request", "The form names a field more than once.")
    values = {name: str(values[0]) for name, values in sent.items() if name in _FIELDS}
    if values.get("grant_type") != _GRANT:
        raise _refused(400, "unsupported_grant_type", f"The grant_type is {_GRANT}, and nothing else.")
    client = _basic(request) or (values.get("client_id", ""), values.get("client_secret", ""))
    if not all(part.isascii() and 0 < len(part) <= _LONGEST and part.isprintable() for part in client):
        raise _refused(401, "invalid_client", "Send the client_id and the client_secret.")
    wanted = values.get("scope", "").split()
    return (*client, wanted or None)


def _basic(request: web.Request) -> tuple[str, str] | None:
    header = request.headers.get("Authorization")
    if header is None:
        return None
    try:
        found = BasicAuth.decode(header)
    except (ValueError, binascii.Error):
        raise _refused(401, "invalid_client", "The Authorization header is not Basic.") from None
    return unquote_plus(found.login), unquote_plus(found.password)


def _refused(status: int, error: str, why: str) -> Refused:
    """With the members that OAuth clients look for beside those of a problem."""
    return Refused(status, error, why, error=error, error_description=why)
