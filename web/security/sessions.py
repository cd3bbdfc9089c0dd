"""Sessions are rows of the database, found by the hash of a cookie that we alone hand out.

An id that is not ours is never adopted; signing in always begins a new one.
"""

from dataclasses import dataclass, replace

from aiohttp import web
from aiohttp.typedefs import Handler
from sqlalchemy.orm import Session

from onboarding import brands, identity
from onboarding.models import Brand, Contact, WebSession
from web.database import in_database, is_outage
from web.security.cookies import OwnCookie

SESSION_COOKIE = OwnCookie("session", lasts=identity.SESSION_LASTS)
_LONGEST_AGENT = 120
_SHOWN_IN_AN_OUTAGE = {"/status", "/health"}


@dataclass(frozen=True)
class Reader:
    """Whoever sent the request: nobody known, a visitor with a session, or a contact; `own` is read for pages only."""

    session: WebSession | None = None
    contact: Contact | None = None
    own: tuple[Brand, ...] = ()

    @property
    def label(self) -> str:
        """Tells what the browser keeps for one person from what it keeps for another."""
        return str(self.contact.id) if self.contact else ""


_READER = web.RequestKey("reader", Reader)
_NOBODY = Reader()


def reader(request: web.BaseRequest) -> Reader:
    found: Reader = request.get(_READER, _NOBODY)
    return found


def agent_of(request: web.Request) -> str:
    return request.headers.get("User-Agent", "")[:_LONGEST_AGENT]


@web.middleware
async def find_reader(request: web.Request, handler: Handler) -> web.StreamResponse:
    token = SESSION_COOKIE.read(request)
    if token and not request.path.startswith("/static/"):
        request[_READER] = await _looked_up(request, token)
    return await handler(request)


async def _looked_up(request: web.Request, token: str) -> Reader:
    try:
        return await in_database(request.app, _reader_of_page, token)
    except Exception as error:
        if is_outage(error) and request.path in _SHOWN_IN_AN_OUTAGE:
            return _NOBODY
        raise


def reader_with(session: Session, token: str) -> Reader:
    found = identity.find_session(session, token)
    if found is None:
        return _NOBODY
    return Reader(found, session.get(Contact, found.contact_id) if found.contact_id else None)


def _reader_of_page(session: Session, token: str) -> Reader:
    """The navigation of a page asks for the brands; a message of the chat does not."""
    who = reader_with(session, token)
    if who.session is not None and who.session.site_id is not None:
        return _NOBODY  # it opens the chat on another site, and none of our pages
    own = brands.brands_of(session, who.contact) if who.contact else []
    return replace(who, own=tuple(own))


def signed_in(request: web.Request) -> Contact:
    """For routes of contacts only: the policy has let nobody else in."""
    contact = reader(request).contact
    assert contact is not None
    return contact
