"""The script for other sites, the frame that it shows, and the frame's own way to a session and a socket.

Cookies are not looked at here: on another site they are not sent, and where they were they would say too much.
"""

import json
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from aiohttp import web

from conversations.messages import LONGEST_TEXT
from onboarding import chat_sites, strangers_json
from onboarding.chat_sites import SiteNotFound
from onboarding.errors import DomainError, NotFound
from onboarding.models import ChatSite
from web import bodies
from web.chat import socket as chat
from web.database import in_database
from web.embed import sessions
from web.keys import SECRET, SETTINGS, STATIC, TEMPLATES
from web.security import limits
from web.security.headers import let_frame
from web.security.sessions import Reader, agent_of

PROTOCOL = "brand-desk"
_SCRIPT = "embed.js"
_SCRIPT_HEADERS = {"Cache-Control": "public, max-age=300", "Cross-Origin-Resource-Policy": "cross-origin"}
_LONGEST_BODY = 8192
_LONGEST_TOKEN = 100


async def script(request: web.Request) -> web.Response:
    file = request.app[STATIC].named(_SCRIPT)
    return web.Response(
        body=file.body, content_type=file.content_type, charset="utf-8", headers=_SCRIPT_HEADERS
    )


async def frame(request: web.Request) -> web.Response:
    """For the site's own origins alone, by what browsers enforce; whoever else asks sees a chat without a session."""
    site = await _site(request)
    let_frame(request, site.origins)
    _require_origin_of(request, site)
    words = request.app[TEMPLATES].get_template("embed/frame.html")
    body = words.render(
        reader=Reader(), embedded=True, site=site, origins=json.dumps(site.origins), limit=LONGEST_TEXT
    )
    return web.Response(text=body, content_type="text/html")


async def session(request: web.Request) -> web.Response:
    asked = await _asked(request)
    most = request.app[limits.CHAT_LIMITS]
    # A proof that comes with a page is shown with each page that is opened, whether or not the chat is.
    limit = most.proofs_per_address if "identity" in asked else most.sessions_per_address
    limits.hit(request.app, limit, limits.address_of(request))
    try:
        opened = await in_database(
            request.app,
            sessions.open_chat,
            _site_id(request),
            asked.get("identity"),
            asked.get("token"),
            agent_of(request),
            request.app[SECRET],
        )
    except NotFound:
        raise
    except DomainError as refused:
        return web.json_response(
            {"code": refused.code, "refused": f"{refused} {refused.what_to_do}"}, status=401
        )
    return web.json_response({"token": opened.token, "who": opened.who, "name": opened.name})


async def socket(request: web.Request) -> web.StreamResponse:
    """The token comes as a second protocol: a socket of a browser has no other header, and addresses are logged."""
    offered = [part.strip() for part in request.headers.get("Sec-WebSocket-Protocol", "").split(",")]
    if len(offered) != 2 or offered[0] != PROTOCOL or len(offered[1]) > _LONGEST_TOKEN:
        raise web.HTTPForbidden
    token = offered[1]
    found = await in_database(request.app, sessions.find, _site_id(request), token)
    if found is None:
        raise web.HTTPForbidden
    return await chat.serve(request, token, found.key_hash, protocols=(PROTOCOL,))


async def _site(request: web.Request) -> ChatSite:
    return await in_database(request.app, chat_sites.open_site, _site_id(request))


def _site_id(request: web.Request) -> UUID:
    try:
        return UUID(request.match_info["site"])
    except ValueError:
        raise SiteNotFound("There is no such site.") from None


def _require_origin_of(request: web.Request, site: ChatSite) -> None:
    """A browser that says where the frame stands is not even given it elsewhere."""
    referrer = urlsplit(request.headers.get("Referer", ""))
    origin = f"{referrer.scheme}://{referrer.netloc}"
    own = urlsplit(request.app[SETTINGS].base_url)
    if (
        referrer.netloc
        and origin not in [*site.origins, f"{own.scheme}://{own.netloc}"]
        and referrer.netloc != request.host
    ):
        raise web.HTTPForbidden


async def _asked(request: web.Request) -> dict[str, Any]:
    raw = await bodies.whole(request, _LONGEST_BODY)
    try:
        found = strangers_json.parsed(raw)
    except ValueError:
        raise web.HTTPBadRequest from None
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise web.HTTPBadRequest
    return found
