"""A page about the brand in the path, for whoever acts for it."""

from zoneinfo import ZoneInfo

from aiohttp import web

from web.brand_paths import brand_path
from web.rendering import render
from web.security.brand_access import brand_access
from web.security.sessions import signed_in


def render_for_brand(
    request: web.Request, template: str, *, status: int = 200, **context: object
) -> web.Response:
    """For routes with a policy for a brand. Gives the template the brand, the reader's role for it, and their zone."""
    access, contact = brand_access(request), signed_in(request)
    return render(
        request,
        template,
        status=status,
        brand=access.brand,
        own=access.own,
        role=access.role,
        contact=contact,
        zone=ZoneInfo(contact.time_zone),
        **context,
    )


def own_address(request: web.Request) -> str:
    """Of the brand in the path."""
    access = brand_access(request)
    return brand_path(access.brand, access.own)
