"""Passwords, for those who want one: signing in with it, setting, changing and removing it."""

from aiohttp import web
from sqlalchemy.orm import Session
from wtforms import HiddenField, PasswordField
from wtforms.validators import InputRequired

from onboarding import identity, passwords
from onboarding.models import Contact, Password, WebSession
from onboarding.names import SignedInBy
from onboarding.passwords import PasswordRefused, Stored
from web.database import in_database
from web.fields import email_field
from web.keys import HUB
from web.letters import send_letter
from web.pages.sign_in import AddressForm, begin_session, enter, own_path
from web.rendering import render
from web.security import limits
from web.security.forms import DeskForm, form_meta, keep_seed
from web.security.passwords import slowly
from web.security.sessions import agent_of, reader, signed_in, token_of

_NOT_RIGHT = "The email address or the password is not right. Check both, or ask for a sign-in link"
_PASSWORD_PAGE = "/account/password"


class PasswordSignInForm(DeskForm):
    email = email_field()
    password = PasswordField(validators=[InputRequired("Enter your password")])
    next = HiddenField()


class NewPasswordForm(DeskForm):
    """`current` is asked for where no link was used a short while ago."""

    current = PasswordField()
    password = PasswordField(validators=[InputRequired("Enter a new password")])


class RemovalForm(DeskForm):
    current_to_remove = PasswordField()


async def ask_password(request: web.Request) -> web.Response:
    next_page = own_path(request.query.get("next"))
    if reader(request).contact is not None:
        raise web.HTTPSeeOther(next_page)
    return _sign_in_page(request, PasswordSignInForm(data={"next": next_page}, meta=form_meta(request)))


async def sign_in_with_password(request: web.Request) -> web.Response:
    form = PasswordSignInForm(await request.post(), meta=form_meta(request))
    if not form.validate():
        return _sign_in_page(request, form, status=422)
    email, typed = str(form.email.data), str(form.password.data)
    limits.hit(request.app, limits.PASSWORDS_PER_ADDRESS, limits.address_of(request))
    limits.hit(request.app, limits.PASSWORDS_PER_ACCOUNT, email)
    token = await _token_for(request, email, typed)
    if token is None:
        form.email.errors = [_NOT_RIGHT]
        return _sign_in_page(request, form, status=422)
    return await enter(request, token, own_path(form.next.data))


async def show_password(request: web.Request) -> web.Response:
    return await _password_page(request, NewPasswordForm(meta=form_meta(request)))


async def set_password(request: web.Request) -> web.Response:
    contact = signed_in(request)
    form = NewPasswordForm(await request.post(), meta=form_meta(request))
    if not form.validate():
        return await _password_page(request, form, status=422)
    new = str(form.password.data)
    try:
        passwords.check_new(new, contact)
    except PasswordRefused as refused:
        form.password.errors = [str(refused)]
        return await _password_page(request, form, status=422)
    if not await is_proven(request, form.current):
        return await _password_page(request, form, status=422)
    argon2_hash = await slowly(request.app, passwords.hashed, new)
    await in_database(request.app, _keep, request.app, contact, own_session(request), argon2_hash)
    return _back_to_account(request, "password")


async def remove_password(request: web.Request) -> web.Response:
    form = RemovalForm(await request.post(), meta=form_meta(request))
    if not form.validate() or not await is_proven(request, form.current_to_remove):
        return await _password_page(request, NewPasswordForm(meta=form_meta(request)), form, status=422)
    await in_database(request.app, _remove, request.app, signed_in(request), own_session(request))
    return _back_to_account(request, "password-removed")


async def _token_for(request: web.Request, email: str, typed: str) -> str | None:
    stored = await in_database(request.app, passwords.stored_for, email)
    if not await slowly(request.app, passwords.fits, stored, typed):
        return None
    assert stored is not None
    newer = None
    if passwords.is_outdated(stored):
        newer = await slowly(request.app, passwords.hashed, typed)
    return await in_database(request.app, _enter, stored, newer, token_of(request), agent_of(request))


def _enter(
    session: Session, stored: Stored, newer: str | None, old_token: str | None, user_agent: str
) -> str | None:
    """None where the password was changed or removed while it was being compared."""
    current = session.get(Password, stored.owner_id, with_for_update=True)
    if current is None or current.argon2_hash != stored.argon2_hash:
        return None
    if newer is not None:
        current.argon2_hash = newer
    contact = session.get_one(Contact, stored.owner_id)
    return begin_session(session, contact, SignedInBy.PASSWORD, old_token, user_agent)


async def is_proven(request: web.Request, current: PasswordField) -> bool:
    """By a link used a short while ago, or by the current password; else the field says so."""
    contact = signed_in(request)
    proven, stored = await in_database(request.app, proof, contact, own_session(request))
    if proven:
        return True
    limits.hit(request.app, limits.PASSWORDS_PER_ACCOUNT, contact.email)
    if stored is not None and await slowly(request.app, passwords.fits, stored, str(current.data or "")):
        return True
    current.errors = [
        "Enter your current password"
        if stored
        else "Sign in by a link first: it proves that the mailbox is yours"
    ]
    return False


def proof(session: Session, contact: Contact, own: WebSession) -> tuple[bool, Stored | None]:
    return identity.link_proves(session, own), passwords.stored_of(session, contact)


def _keep(
    session: Session, app: web.Application, contact: Contact, own: WebSession, argon2_hash: str
) -> None:
    """Whoever is signed in elsewhere may be why the password is changed."""
    passwords.keep(session, contact, argon2_hash)
    identity.close_other_sessions(session, contact, own.key_hash)
    send_letter(session, app, contact.email, "password_set", path="/account")


def _remove(session: Session, app: web.Application, contact: Contact, own: WebSession) -> None:
    passwords.remove(session, contact)
    identity.close_other_sessions(session, contact, own.key_hash)
    send_letter(session, app, contact.email, "password_removed", path="/account")


def own_session(request: web.Request) -> WebSession:
    own = reader(request).session
    assert own is not None
    return own


def _back_to_account(request: web.Request, done: str) -> web.Response:
    # Open chats of the other sessions look again, and find that theirs has ended.
    request.app[HUB].wake_all()
    return web.Response(status=303, headers={"Location": f"/account?done={done}"})


def _sign_in_page(request: web.Request, form: PasswordSignInForm, status: int = 200) -> web.Response:
    response = render(request, "sign_in/password.html", status=status, form=form)
    keep_seed(request, response)
    return response


async def _password_page(
    request: web.Request, form: NewPasswordForm, removal: RemovalForm | None = None, status: int = 200
) -> web.Response:
    contact = signed_in(request)
    proven, stored = await in_database(request.app, proof, contact, own_session(request))
    by_link = AddressForm(data={"email": contact.email, "next": _PASSWORD_PAGE}, meta=form_meta(request))
    return render(
        request,
        "account/password.html",
        status=status,
        form=form,
        removal=removal or RemovalForm(meta=form_meta(request)),
        by_link=by_link,
        contact=contact,
        proven=proven,
        has_password=stored is not None,
        shortest=passwords.SHORTEST,
    )
