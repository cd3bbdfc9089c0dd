"""Signing in with a password, for those who want one."""

from dataclasses import dataclass

from aiohttp import web
from sqlalchemy.orm import Session
from wtforms import HiddenField, PasswordField
from wtforms.validators import InputRequired

from onboarding import passwords
from onboarding.models import Contact, Staff
from onboarding.names import SignedInBy
from onboarding.passwords import Stored
from web.database import in_database
from web.fields import email_field
from web.security import limits
from web.security.forms import DeskForm, form_meta
from web.security.passwords import slowly
from web.security.sessions import agent_of
from web.sign_in.entrance import Entrance

_NOT_RIGHT = "The email address or the password is not right. Check both, or ask for a sign-in link"


class PasswordSignInForm(DeskForm):
    email = email_field()
    password = PasswordField(validators=[InputRequired("Enter your password")])
    next = HiddenField()


@dataclass(frozen=True)
class ByPassword[P: (Contact, Staff)]:
    entrance: Entrance[P]

    async def ask(self, request: web.Request) -> web.Response:
        wanted = self.entrance.within(request.query.get("next"))
        if self.entrance.person_of(request) is not None:
            raise web.HTTPSeeOther(wanted)
        return self._page(request, PasswordSignInForm(data={"next": wanted}, meta=form_meta(request)))

    async def sign_in(self, request: web.Request) -> web.Response:
        form = PasswordSignInForm(await request.post(), meta=form_meta(request))
        if not form.validate():
            return self._page(request, form, status=422)
        email, typed = str(form.email.data), str(form.password.data)
        limits.hit(request.app, limits.PASSWORDS_PER_ADDRESS, limits.address_of(request))
        limits.hit(request.app, limits.PASSWORDS_PER_ACCOUNT, f"{self.entrance.counted_as}{email}")
        token = await self._token_for(request, email, typed)
        if token is None:
            form.email.errors = [_NOT_RIGHT]
            return self._page(request, form, status=422)
        return await self.entrance.enter(request, token, self.entrance.within(form.next.data))

    async def _token_for(self, request: web.Request, email: str, typed: str) -> str | None:
        stored = await in_database(request.app, self.entrance.password_for, email)
        if not await slowly(request.app, passwords.fits, stored, typed):
            return None
        assert stored is not None
        newer = None
        if passwords.is_outdated(stored):
            newer = await slowly(request.app, passwords.hashed, typed)
        old_token = self.entrance.cookie.read(request)
        return await in_database(request.app, self._begin, stored, newer, old_token, agent_of(request))

    def _begin(
        self, session: Session, stored: Stored, newer: str | None, old_token: str | None, device: str
    ) -> str | None:
        person = self.entrance.confirm_password(session, stored, newer)
        if person is None:
            return None
        return self.entrance.begin_session(session, person, SignedInBy.PASSWORD, old_token, device)

    def _page(self, request: web.Request, form: PasswordSignInForm, status: int = 200) -> web.Response:
        template = f"{self.entrance.templates}sign_in/password.html"
        return self.entrance.render(request, template, status=status, door=self.entrance, form=form)
