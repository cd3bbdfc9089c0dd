"""Signing in by a link that is mailed: ask for the address, send the link, and open it with a button."""

from dataclasses import dataclass

from aiohttp import web
from sqlalchemy.orm import Session
from wtforms import HiddenField

from onboarding.errors import DomainError
from onboarding.models import Contact, Staff
from onboarding.names import SignedInBy
from web.database import in_database
from web.fields import email_field
from web.keys import SETTINGS
from web.letters import send_letter
from web.security import limits
from web.security.forms import DeskForm, form_meta
from web.security.sessions import agent_of
from web.sign_in.entrance import Entrance


class AddressForm(DeskForm):
    email = email_field()
    next = HiddenField()


class LinkForm(DeskForm):
    token = HiddenField()
    next = HiddenField()


@dataclass(frozen=True)
class ByLink[P: (Contact, Staff)]:
    entrance: Entrance[P]

    async def ask_address(self, request: web.Request) -> web.Response:
        wanted = self.entrance.within(request.query.get("next"))
        if self.entrance.person_of(request) is not None:
            raise web.HTTPSeeOther(wanted)
        return await self._address_page(request, self._address_form(request, wanted))

    async def send_link(self, request: web.Request) -> web.Response:
        form = AddressForm(await request.post(), meta=form_meta(request))
        if not form.validate():
            return await self._address_page(request, form, status=422)
        email, wanted = str(form.email.data), self.entrance.within(form.next.data)
        limits.hit(request.app, limits.LINKS_PER_ADDRESS, limits.address_of(request))
        limits.hit(request.app, limits.LINKS_PER_EMAIL, f"{self.entrance.counted_as}{email}")
        await in_database(request.app, self._mail_link, request.app, email, wanted)
        return self.entrance.sent_page_next(request, email, wanted)

    async def link_sent(self, request: web.Request) -> web.Response:
        email = self.entrance.mailed_to(request)
        if not email:
            raise web.HTTPSeeOther(self.entrance.path)
        form = self._address_form(request, self.entrance.within(request.query.get("next")))
        return self._page(request, "sent", email=email, form=form)

    async def show_link(self, request: web.Request) -> web.Response:
        """Opening the link changes nothing: mail scanners open links too. The button on this page signs in."""
        given = {
            "token": request.match_info["token"],
            "next": self.entrance.within(request.query.get("next")),
        }
        return self._link_page(request, LinkForm(data=given, meta=form_meta(request)))

    async def use_link(self, request: web.Request) -> web.Response:
        form = LinkForm(await request.post(), meta=form_meta(request))
        if not form.validate():
            return self._link_page(request, form, status=422)
        limits.hit(request.app, limits.SIGN_INS_PER_ADDRESS, limits.address_of(request))
        old_token, device = self.entrance.cookie.read(request), agent_of(request)
        try:
            token = await in_database(request.app, self._sign_in, str(form.token.data), old_token, device)
        except DomainError as refused:
            return self._refused_page(request, refused)
        return await self.entrance.enter(request, token, self.entrance.within(form.next.data))

    def _mail_link(self, session: Session, app: web.Application, email: str, wanted: str) -> None:
        # Nobody learns here who has an account: the answer is the same without one.
        token = self.entrance.request_link(session, email)
        if token is not None:
            send_letter(session, app, email, self.entrance.letter, path=self.path_of(token, wanted))

    def path_of(self, token: str, wanted: str) -> str:
        return f"{self.entrance.path}/link/{token}{self.entrance.carried(wanted)}"

    def _sign_in(self, session: Session, link_token: str, old_token: str | None, device: str) -> str:
        person = self.entrance.consume_link(session, link_token)
        return self.entrance.begin_session(session, person, SignedInBy.LINK, old_token, device)

    def _address_form(self, request: web.Request, wanted: str) -> AddressForm:
        given = {"email": self.entrance.mailed_to(request), "next": wanted}
        return AddressForm(data=given, meta=form_meta(request))

    async def _address_page(self, request: web.Request, form: AddressForm, status: int = 200) -> web.Response:
        in_production = request.app[SETTINGS].in_production
        people = [] if in_production else await in_database(request.app, self.entrance.people_to_try)
        return self._page(request, "address", status=status, form=form, people=people)

    def _link_page(self, request: web.Request, form: LinkForm, status: int = 200) -> web.Response:
        response = self._page(request, "link", status=status, form=form)
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    def _refused_page(self, request: web.Request, refused: DomainError) -> web.Response:
        form = self._address_form(request, self.entrance.home)
        return self.entrance.render(
            request, "sign_in/refused.html", status=410, door=self.entrance, refused=refused, form=form
        )

    def _page(self, request: web.Request, name: str, *, status: int = 200, **context: object) -> web.Response:
        template = f"{self.entrance.templates}sign_in/{name}.html"
        return self.entrance.render(request, template, status=status, door=self.entrance, **context)
