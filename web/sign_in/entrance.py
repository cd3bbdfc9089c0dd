"""What one entrance has of its own: who comes in, where it leads, and where their sessions are kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote, unquote

from aiohttp import web
from sqlalchemy.orm import Session

from onboarding.models import Contact, Staff, StaffSession, WebSession
from onboarding.names import SignedInBy
from onboarding.passwords import Stored
from web.chat.hub import Hub
from web.desk.conversations.hub import DeskHub
from web.fields import LONGEST_EMAIL
from web.security.cookies import OwnCookie


class Renders(Protocol):
    def __call__(
        self, request: web.Request, template: str, *, status: int = 200, **context: Any
    ) -> web.Response: ...


@dataclass(frozen=True)
class Entrance[P: (Contact, Staff)]:
    """`path` is where its pages begin, `home` where it leads unless somewhere is wanted that `within` lets through.

    `counted_as` stands before an address in what limits count: one address may come in by both. `sent_to` remembers
    for a while to which address a link went. `pages` holds the open sockets. `begin_session` takes the token that the
    browser had and its name, and gives a new token, never the old one: nobody can plant an id beforehand.
    """

    path: str
    home: str
    outside: str
    account: str
    layout: str
    templates: str
    letter: str
    counted_as: str
    cookie: OwnCookie
    sent_to: OwnCookie
    pages: web.AppKey[Hub] | web.AppKey[DeskHub]
    within: Callable[[str | None], str]
    render: Renders
    person_of: Callable[[web.Request], P | None]
    session_of: Callable[[web.Request], WebSession | StaffSession | None]
    people_to_try: Callable[[Session], Sequence[object]]
    request_link: Callable[[Session, str], str | None]
    consume_link: Callable[[Session, str], P]
    begin_session: Callable[[Session, P, SignedInBy, str | None, str], str]
    password_for: Callable[[Session, str], Stored | None]
    password_of: Callable[[Session, P], Stored | None]
    confirm_password: Callable[[Session, Stored, str | None], P | None]
    change_password: Callable[[Session, P, str | None, str], None]

    def signed_in(self, request: web.Request) -> P:
        """For routes behind it only: the policy has let nobody else in."""
        person = self.person_of(request)
        assert person is not None
        return person

    def session_key(self, request: web.Request) -> str:
        """For routes behind it only."""
        session = self.session_of(request)
        assert session is not None
        return session.key_hash

    async def enter(self, request: web.Request, token: str, next_page: str) -> web.Response:
        """Into the new session, and out of the one that the browser had."""
        response = _led_to(next_page)
        self.cookie.keep(request, response, token)
        await self._close_pages(request)
        return response

    async def leave(self, request: web.Request, next_page: str | None = None) -> web.Response:
        """Out of the session, which is closed already."""
        response = _led_to(next_page or self.outside)
        self.cookie.drop(request, response)
        await self._close_pages(request)
        return response

    def ask_pages_again(self, app: web.Application) -> None:
        """Pages open in other sessions look again, and find that theirs has ended."""
        app[self.pages].wake_all()

    def carried(self, wanted: str) -> str:
        """Behind the address of the next page: where to go in the end."""
        return "" if wanted == self.home else f"?next={quote(wanted, safe='')}"

    def sent_page_next(self, request: web.Request, email: str, wanted: str | None = None) -> web.Response:
        response = _led_to(f"{self.path}/sent{self.carried(wanted or self.home)}")
        self.sent_to.keep(request, response, quote(email))
        return response

    def mailed_to(self, request: web.Request) -> str:
        return unquote(self.sent_to.read(request) or "")[:LONGEST_EMAIL]

    async def _close_pages(self, request: web.Request) -> None:
        old = self.session_of(request)
        if old is not None:
            await request.app[self.pages].close_session(old.key_hash)


def _led_to(page: str) -> web.Response:
    return web.Response(status=303, headers={"Location": page})
