"""Passwords of the staff, for those who want one: signing in with it, setting and removing it."""

from aiohttp import web
from sqlalchemy.orm import Session
from wtforms import HiddenField, PasswordField
from wtforms.validators import InputRequired

from onboarding import identity, passwords
from onboarding.models import Staff
from onboarding.names import SignedInBy
from onboarding.passwords import PasswordRefused, Stored
from onboarding.staff import passwords as of_staff
from onboarding.staff.sessions import Member
from web.database import in_database
from web.desk.open_pages import look_again
from web.desk.paths import desk_path
from web.desk.rendering import render_desk
from web.desk.sign_in import begin_session, enter
from web.fields import email_field
from web.letters import send_letter
from web.security import limits
from web.security.forms import DeskForm, form_meta
from web.security.passwords import slowly
from web.security.sessions import agent_of
from web.security.staff_sessions import member, signed_in_member, staff_token_of

_NOT_RIGHT = "The email address or the password is not right. Check both, or ask for a sign-in link"
_ACCOUNT = "/desk/account"


class PasswordSignInForm(DeskForm):
    email = email_field()
    password = PasswordField(validators=[InputRequired("Enter your password")])
    next = HiddenField()


class NewPasswordForm(DeskForm):
    """`current` is asked for where nothing else proves a short while ago who it is."""

    current = PasswordField()
    password = PasswordField(validators=[InputRequired("Enter a new password")])


class RemovalForm(DeskForm):
    current_to_remove = PasswordField()


async def ask_password(request: web.Request) -> web.Response:
    wanted = desk_path(request.query.get("next"))
    if member(request) is not None:
        raise web.HTTPSeeOther(wanted)
    return _sign_in_page(request, PasswordSignInForm(data={"next": wanted}, meta=form_meta(request)))


async def sign_in_with_password(request: web.Request) -> web.Response:
    form = PasswordSignInForm(await request.post(), meta=form_meta(request))
    if not form.validate():
        return _sign_in_page(request, form, status=422)
    email, typed = str(form.email.data), str(form.password.data)
    limits.hit(request.app, limits.PASSWORDS_PER_ADDRESS, limits.address_of(request))
    limits.hit(request.app, limits.PASSWORDS_PER_ACCOUNT, f"staff:{email}")
    token = await _token_for(request, email, typed)
    if token is None:
        form.email.errors = [_NOT_RIGHT]
        return _sign_in_page(request, form, status=422)
    return enter(request, token, desk_path(form.next.data))


async def show_password(request: web.Request) -> web.Response:
    return await _password_page(request, NewPasswordForm(meta=form_meta(request)))


async def set_password(request: web.Request) -> web.Response:
    who = signed_in_member(request)
    form = NewPasswordForm(await request.post(), meta=form_meta(request))
    if not form.validate():
        return await _password_page(request, form, status=422)
    new = str(form.password.data)
    try:
        passwords.check_new(new, who.staff)
    except PasswordRefused as refused:
        form.password.errors = [str(refused)]
        return await _password_page(request, form, status=422)
    if not await _is_proven(request, form.current):
        return await _password_page(request, form, status=422)
    argon2_hash = await slowly(request.app, passwords.hashed, new)
    await in_database(request.app, _keep, request.app, who, argon2_hash)
    return _back_to_account(request, "password")


async def remove_password(request: web.Request) -> web.Response:
    form = RemovalForm(await request.post(), meta=form_meta(request))
    if not form.validate() or not await _is_proven(request, form.current_to_remove):
        return await _password_page(request, NewPasswordForm(meta=form_meta(request)), form, status=422)
    await in_database(request.app, _keep, request.app, signed_in_member(request), None)
    return _back_to_account(request, "password-removed")


async def _token_for(request: web.Request, email: str, typed: str) -> str | None:
    stored = await in_database(request.app, of_staff.stored_for, email)
    if not await slowly(request.app, passwords.fits, stored, typed):
        return None
    assert stored is not None
    return await in_database(request.app, _enter, stored, staff_token_of(request), agent_of(request))


def _enter(session: Session, stored: Stored, old_token: str | None, device: str) -> str | None:
    """None where the password was changed or removed while it was being compared."""
    staff = session.get_one(Staff, stored.owner_id, with_for_update=True)
    if staff.left_at is not None or staff.password_hash != stored.argon2_hash:
        return None
    return begin_session(session, staff, SignedInBy.PASSWORD, old_token, device)


async def _is_proven(request: web.Request, current: PasswordField) -> bool:
    """By a link used a short while ago, or by the current password; else the field says so."""
    who = signed_in_member(request)
    if await in_database(request.app, _link_proves, who):
        return True
    stored = of_staff.stored_of(who.staff)
    limits.hit(request.app, limits.PASSWORDS_PER_ACCOUNT, f"staff:{who.staff.email}")
    if stored is not None and await slowly(request.app, passwords.fits, stored, str(current.data or "")):
        return True
    current.errors = [
        "Enter your current password"
        if stored
        else "Sign in by a link first: it proves that the mailbox is yours"
    ]
    return False


def _link_proves(session: Session, who: Member) -> bool:
    return identity.link_proves(session, who.session)


def _keep(session: Session, app: web.Application, who: Member, argon2_hash: str | None) -> None:
    of_staff.keep(session, who.staff.id, argon2_hash, who.session.key_hash)
    template = "password_set" if argon2_hash else "password_removed"
    send_letter(session, app, who.staff.email, template, path=_ACCOUNT)


def _back_to_account(request: web.Request, done: str) -> web.Response:
    look_again(request.app)
    return web.Response(status=303, headers={"Location": f"{_ACCOUNT}?done={done}"})


def _sign_in_page(request: web.Request, form: PasswordSignInForm, status: int = 200) -> web.Response:
    return render_desk(request, "desk/sign_in/password.html", status=status, form=form)


async def _password_page(
    request: web.Request, form: NewPasswordForm, removal: RemovalForm | None = None, status: int = 200
) -> web.Response:
    who = signed_in_member(request)
    return render_desk(
        request,
        "desk/account/password.html",
        status=status,
        form=form,
        removal=removal or RemovalForm(meta=form_meta(request)),
        proven=await in_database(request.app, _link_proves, who),
        has_password=who.staff.password_hash is not None,
        shortest=passwords.SHORTEST,
    )
