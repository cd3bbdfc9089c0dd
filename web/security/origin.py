"""Requests that change something, and sockets, must come from our own pages."""

from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from web.keys import SETTINGS

# No browser comes here, and no cookie is looked at: each request carries its provider's signature.
_SIGNED_BY_PROVIDERS = "/channels/"
_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


@web.middleware
async def same_origin(request: web.Request, handler: Handler) -> web.StreamResponse:
    if _is_handshake(request):
        _require_exact_origin(request)
    elif request.method not in _SAFE_METHODS and not request.path.startswith(_SIGNED_BY_PROVIDERS):
        _require_own_page(request)
    return await handler(request)


def own_origins(request: web.Request) -> set[str]:
    """The configured address; in a demonstration also the one by which the browser reached us."""
    settings = request.app[SETTINGS]
    configured = urlsplit(settings.base_url)
    origins = {f"{configured.scheme}://{configured.netloc}"}
    if not settings.in_production:
        origins.add(f"{configured.scheme}://{request.host}")
    return origins


def origin_elsewhere(request: web.Request) -> str | None:
    """Of the page of another site by which a browser sent this; None for our own pages and for programs."""
    origin = request.headers.get("Origin")
    if origin is None or origin in own_origins(request):
        return None
    return None if request.headers.get("Sec-Fetch-Site") == "same-origin" else origin


def _is_handshake(request: web.Request) -> bool:
    return request.headers.get("Upgrade", "").lower() == "websocket"


def _require_exact_origin(request: web.Request) -> None:
    # Browsers send cookies along with sockets opened by any page: only the Origin tells them apart.
    if request.headers.get("Origin") not in own_origins(request):
        raise web.HTTPForbidden


def _require_own_page(request: web.Request) -> None:
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site not in (None, "same-origin", "none"):
        raise web.HTTPForbidden
    # Our pages that send no referrer send "null" here; the browser itself then vouches for same-origin.
    if origin in (None, "null") and site == "same-origin":
        return
    if origin not in own_origins(request):
        raise web.HTTPForbidden
