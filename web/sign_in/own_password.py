"""One's own password: set, changed and removed, by whoever proves a short while before who they are."""

from dataclasses import dataclass

from aiohttp import web
from sqlalchemy.orm import Session
from wtforms import PasswordField
from wtforms.validators import InputRequired

from onboarding import identity, passwords
from onboarding.models import Contact, Staff
from onboarding.passwords import PasswordRefused, Stored
from web.database import in_database
from web.letters import send_letter
from web.security import limits
from web.security.forms import DeskForm, form_meta
from web.security.passwords import slowly
from web.sign_in.by_link import AddressForm
from web.sign_in.entrance import Entrance


class NewPasswordForm(DeskForm):
    """`current` is asked for where no link was used a short while ago."""

    current = PasswordField()
    password = PasswordField(validators=[InputRequired("Enter a new password")])


class RemovalForm(DeskForm):
    current_to_remove = PasswordField()


@dataclass(frozen=True)
class Proof:
    """`is_given`: a link was used a short while ago. Else the password that is stored, if any, can prove it."""

    is_given: bool
    stored: Stored | None


@dataclass(frozen=True)
class OwnPassword[P: (Contact, Staff)]:
    entrance: Entrance[P]

    async def show(self, request: web.Request) -> web.Response:
        return await self._page(request, NewPasswordForm(meta=form_meta(request)))

    async def set(self, request: web.Request) -> web.Response:
        form = NewPasswordForm(await request.post(), meta=form_meta(request))
        if not form.validate():
            return await self._page(request, form, status=422)
        new = str(form.password.data)
        try:
            passwords.check_new(new, self.entrance.signed_in(request))
        except PasswordRefused as refused:
            form.password.errors = [str(refused)]
            return await self._page(request, form, status=422)
        if not await self.is_proven(request, form.current):
            return await self._page(request, form, status=422)
        await self._change(request, await slowly(request.app, passwords.hashed, new))
        return self._back_to_account("password")

    async def remove(self, request: web.Request) -> web.Response:
        form = RemovalForm(await request.post(), meta=form_meta(request))
        if not form.validate() or not await self.is_proven(request, form.current_to_remove):
            return await self._page(request, NewPasswordForm(meta=form_meta(request)), form, status=422)
        await self._change(request, None)
        return self._back_to_account("password-removed")

    async def is_proven(self, request: web.Request, current: PasswordField) -> bool:
        """By a link used a short while ago, or by the current password; else the field says so."""
        proof = await self.proof(request)
        if proof.is_given:
            return True
        counted = f"{self.entrance.counted_as}{self.entrance.signed_in(request).email}"
        limits.hit(request.app, limits.PASSWORDS_PER_ACCOUNT, counted)
        stored, typed = proof.stored, str(current.data or "")
        if stored is not None and await slowly(request.app, passwords.fits, stored, typed):
            return True
        current.errors = [
            "Enter your current password"
            if stored
            else "Sign in by a link first: it proves that the mailbox is yours"
        ]
        return False

    async def proof(self, request: web.Request) -> Proof:
        return await in_database(request.app, self._read_proof, request)

    def _read_proof(self, session: Session, request: web.Request) -> Proof:
        own = self.entrance.session_of(request)
        is_given = own is not None and identity.link_proves(session, own)
        return Proof(is_given, self.entrance.password_of(session, self.entrance.signed_in(request)))

    async def _change(self, request: web.Request, argon2_hash: str | None) -> None:
        await in_database(request.app, self._keep_and_tell, request, argon2_hash)
        self.entrance.ask_pages_again(request.app)

    def _keep_and_tell(self, session: Session, request: web.Request, argon2_hash: str | None) -> None:
        person = self.entrance.signed_in(request)
        self.entrance.change_password(session, person, argon2_hash, self.entrance.session_key(request))
        letter = "password_set" if argon2_hash else "password_removed"
        send_letter(session, request.app, person.email, letter, path=self.entrance.account)

    def _back_to_account(self, done: str) -> web.Response:
        return web.Response(status=303, headers={"Location": f"{self.entrance.account}?done={done}"})

    async def _page(
        self,
        request: web.Request,
        form: NewPasswordForm,
        removal: RemovalForm | None = None,
        status: int = 200,
    ) -> web.Response:
        person, proof = self.entrance.signed_in(request), await self.proof(request)
        given = {"email": person.email, "next": f"{self.entrance.account}/password"}
        return self.entrance.render(
            request,
            f"{self.entrance.templates}account/password.html",
            status=status,
            door=self.entrance,
            form=form,
            removal=removal or RemovalForm(meta=form_meta(request)),
            by_link=AddressForm(data=given, meta=form_meta(request)),
            proven=proof.is_given,
            has_password=proof.stored is not None,
            shortest=passwords.SHORTEST,
        )
