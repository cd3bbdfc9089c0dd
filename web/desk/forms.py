"""What several pages of the desk do with a form that was sent."""

from uuid import UUID

from aiohttp import web

from onboarding.errors import NotFound
from web.security.forms import is_own_form


async def require_sent(request: web.Request) -> None:
    """For buttons: back to where it was pressed if the page was open for too long."""
    if not await is_own_form(request):
        raise web.HTTPForbidden


def id_in_path(request: web.Request, missing: type[NotFound], name: str = "id") -> UUID:
    """Raises `missing` for what is no id."""
    try:
        return UUID(request.match_info[name])
    except ValueError:
        raise missing("There is nothing under this address.") from None
