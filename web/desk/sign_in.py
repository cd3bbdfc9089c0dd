"""The second step of signing in to the desk, a code where one is owed, and signing out."""

from aiohttp import web
from sqlalchemy.orm import Session
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired

from onboarding import audit
from onboarding.staff import second_factor, sessions
from onboarding.staff.second_factor import CodeOutcome, SecondFactorUnreadable
from web.database import in_database
from web.desk.paths import HOME, desk_path
from web.desk.rendering import render_desk
from web.keys import SECOND_FACTORS, SETTINGS
from web.security.forms import DeskForm, form_meta, is_own_form
from web.security.policies import STAFF_CODE
from web.security.staff_sessions import signed_in_member, staff_member
from web.sign_in.desk import DESK

CODE_WORDS = {
    CodeOutcome.WRONG: "The code is not right. Enter the one that the app shows now",
    CodeOutcome.USED: "This code has been used. Wait for the next one, at most 30 seconds",
    CodeOutcome.BLOCKED: "Too many codes were not right. Wait 15 minutes, then enter a new one",
}


class CodeForm(DeskForm):
    code = StringField(validators=[InputRequired("Enter the code of your app")])
    next = HiddenField()


async def ask_code(request: web.Request) -> web.Response:
    wanted = desk_path(request.query.get("next"))
    if not signed_in_member(request).owes_code:
        raise web.HTTPSeeOther(wanted)
    return _code_page(request, CodeForm(data={"next": wanted}, meta=form_meta(request)))


async def check_code(request: web.Request) -> web.Response:
    form = CodeForm(await request.post(), meta=form_meta(request))
    who = signed_in_member(request)
    if not who.owes_code:
        raise web.HTTPSeeOther(desk_path(form.next.data))
    if not form.validate():
        return _code_page(request, form, status=422)
    outcome, token = await in_database(request.app, _check_code, request, str(form.code.data))
    if token is None:
        form.code.errors = [CODE_WORDS[outcome]]
        return _code_page(request, form, status=422)
    return await DESK.enter(request, token, desk_path(form.next.data))


async def sign_out(request: web.Request) -> web.Response:
    if not await is_own_form(request):
        raise web.HTTPSeeOther(HOME)
    await in_database(request.app, sessions.close, signed_in_member(request).session.key_hash)
    return await DESK.leave(request)


def _check_code(session: Session, request: web.Request, typed: str) -> tuple[CodeOutcome, str | None]:
    who = signed_in_member(request)
    outcome = second_factor.check(session, request.app[SECOND_FACTORS], who.staff.id, typed)
    if outcome is not CodeOutcome.RIGHT:
        audit.record(session, who.staff, "second factor refused", "staff", who.staff.id, outcome=outcome)
        return outcome, None
    audit.record(session, who.staff, "second factor shown", "staff", who.staff.id)
    return outcome, sessions.prove(session, who)


def _code_page(request: web.Request, form: CodeForm, status: int = 200) -> web.Response:
    return render_desk(
        request,
        "desk/sign_in/code.html",
        status=status,
        form=form,
        code_page=STAFF_CODE,
        code_now=code_now(request),
    )


def code_now(request: web.Request) -> str | None:
    """Of those who have a second factor already; recovery codes open the account of whose secret is lost."""
    closed = staff_member(request).totp_secret
    try:
        secret = second_factor.secret_in(request.app[SECOND_FACTORS], closed) if closed else None
    except SecondFactorUnreadable:
        return None
    return code_of_demonstration(request, secret) if secret else None


def code_of_demonstration(request: web.Request, secret: str) -> str | None:
    """Shown like everybody's mail, so that no telephone is needed; only for made-up people."""
    if request.app[SETTINGS].in_production or not staff_member(request).is_demonstration:
        return None
    return second_factor.code_at(secret, second_factor.current_step())
