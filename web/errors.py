"""Turns what went wrong into a page that says what happened and what to do, in one place."""

import logging
import secrets

from aiohttp import web
from aiohttp.typedefs import Handler

from onboarding.errors import DomainError, NotAllowed, NotFound
from web.database import is_outage
from web.desk.errors import desk_error_page
from web.rendering import render
from web.security.limits import TooMany
from web.security.policies import SignedOut
from web.security.staff_sessions import member

_log = logging.getLogger(__name__)
_SECONDS_TO_RETRY = 5
_PAGES = {403, 404, 405, 413}
_KEEPS_FORMS = "/registration/"


@web.middleware
async def explain_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except web.HTTPException as answer:
        if answer.status not in _PAGES:
            raise
        return _page(request, answer.status)
    except SignedOut:
        return await _kept_or_forbidden(request)
    except TooMany as refused:
        return _page(request, 429, retry_after=refused.seconds)
    except NotFound:
        return _page(request, 404)
    except NotAllowed as refused:
        return _page(request, 403, "not_allowed", message=str(refused), what_to_do=refused.what_to_do)
    except DomainError as refused:
        return _page(request, 422, message=str(refused), what_to_do=refused.what_to_do)
    except Exception as error:
        return _failed(request, error)


def _failed(request: web.Request, error: Exception) -> web.StreamResponse:
    if is_outage(error):
        _log.warning("the database is away (%s)", type(error).__name__)
        return _page(request, 503, retry_after=_SECONDS_TO_RETRY)
    reference = secrets.token_hex(4)
    _log.exception("request failed, reference %s", reference)
    return _page(request, 500, reference=reference)


async def _kept_or_forbidden(request: web.Request) -> web.StreamResponse:
    """What was typed into a registration is handed back, to be sent again after signing in."""
    if not request.path.startswith(_KEEPS_FORMS):
        return _page(request, 403)
    form = await request.post()
    kept = [(name, value) for name, value in form.items() if isinstance(value, str) and name != "csrf_token"]
    return render(request, "errors/401.html", status=401, kept=kept, action=request.path_qs)


def _page(
    request: web.Request,
    status: int,
    template: str | None = None,
    *,
    retry_after: int | None = None,
    **context: str,
) -> web.StreamResponse:
    if request.path.startswith("/chat/"):
        response: web.Response = web.json_response({"status": status}, status=status)
    elif member(request) is not None:
        response = desk_error_page(request, template or str(status), status, retry_after, **context)
    else:
        response = render(
            request, f"errors/{template or status}.html", status=status, seconds=retry_after, **context
        )
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response
