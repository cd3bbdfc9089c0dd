"""Headers on every answer, pages that were not found and static files included."""

from aiohttp import web

from web.keys import SETTINGS

_CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
_FRAMED_BY = web.RequestKey("framed_by", list)  # origins of other sites that may show this one page
_ALWAYS = {
    "Content-Security-Policy": _CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
_TWO_YEARS = 63072000


def let_frame(request: web.Request, origins: list[str]) -> None:
    request[_FRAMED_BY] = origins


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    _frame(request, response)
    # A file that is downloaded has a policy of its own, which is stricter.
    for name, value in _ALWAYS.items():
        response.headers.setdefault(name, value)
    # Stricter pages set their own: same-origin keeps the Origin header on our own forms, no-referrer does not.
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Cache-Control", "no-store")
    if _FRAMED_BY in request:
        del response.headers["X-Frame-Options"]  # it knows no list: the policy says it
    if request.app[SETTINGS].base_url.startswith("https://"):
        response.headers["Strict-Transport-Security"] = f"max-age={_TWO_YEARS}; includeSubDomains"


def _frame(request: web.Request, response: web.StreamResponse) -> None:
    if _FRAMED_BY in request:
        origins: list[str] = request[_FRAMED_BY]
        response.headers["Content-Security-Policy"] = _CONTENT_SECURITY_POLICY.replace(
            "frame-ancestors 'none'", f"frame-ancestors {' '.join(origins)}"
        )
