"""How the staff sign in: by a link that is mailed, then by a code where they have a second factor."""

from urllib.parse import quote, unquote

from aiohttp import web
from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired

from onboarding import audit
from onboarding.errors import DomainError
from onboarding.models import Staff
from onboarding.names import SignedInBy
from onboarding.staff import links, second_factor, sessions
from onboarding.staff.second_factor import CodeOutcome
from onboarding.staff.sessions import Member
from web.database import in_database
from web.desk.paths import HOME, desk_path
from web.desk.rendering import render_desk
from web.fields import LONGEST_EMAIL, email_field
from web.keys import DESK_HUB, SETTINGS
from web.letters import send_letter
from web.security import limits
from web.security.forms import DeskForm, form_meta
from web.security.policies import STAFF_CODE
from web.security.sessions import agent_of
from web.security.staff_sessions import (
    drop_staff_cookie,
    member,
    set_staff_cookie,
    signed_in_member,
    staff_token_of,
)

_SENT_TO = "desk_sent_to"
_SECONDS_SENT_TO_IS_KEPT = 15 * 60
CODE_WORDS = {
    CodeOutcome.WRONG: "The code is not right. Enter the one that the app shows now",
    CodeOutcome.USED: "This code has been used. Wait for the next one, at most 30 seconds",
    CodeOutcome.BLOCKED: "Too many codes were not right. Wait 15 minutes, then enter a new one",
}


class StaffAddressForm(DeskForm):
    email = email_field()
    next = HiddenField()


class StaffLinkForm(DeskForm):
    token = HiddenField()
    next = HiddenField()


class CodeForm(DeskForm):
    code = StringField(validators=[InputRequired("Enter the code of your app")])
    next = HiddenField()


class SignOutForm(DeskForm):
    pass


async def ask_address(request: web.Request) -> web.Response:
    wanted = desk_path(request.query.get("next"))
    if member(request) is not None:
        raise web.HTTPSeeOther(wanted)
    given = {"email": _sent_to(request), "next": wanted}
    return await _address_page(request, StaffAddressForm(data=given, meta=form_meta(request)))


async def send_link(request: web.Request) -> web.Response:
    form = StaffAddressForm(await request.post(), meta=form_meta(request))
    if not form.validate():
        return await _address_page(request, form, status=422)
    email = str(form.email.data)
    limits.hit(request.app, limits.LINKS_PER_ADDRESS, limits.address_of(request))
    limits.hit(request.app, limits.LINKS_PER_EMAIL, f"staff:{email}")
    wanted = desk_path(form.next.data)
    await in_database(request.app, _mail_link, request.app, email, wanted)
    response = web.Response(status=303, headers={"Location": f"/desk/sign-in/sent{_carried(wanted)}"})
    response.set_cookie(
        _SENT_TO,
        quote(email),
        max_age=_SECONDS_SENT_TO_IS_KEPT,
        path="/desk/sign-in",
        httponly=True,
        samesite="Lax",
        secure=request.app[SETTINGS].in_production,
    )
    return response


async def link_sent(request: web.Request) -> web.Response:
    email = _sent_to(request)
    if not email:
        raise web.HTTPSeeOther("/desk/sign-in")
    given = {"email": email, "next": desk_path(request.query.get("next"))}
    form = StaffAddressForm(data=given, meta=form_meta(request))
    return render_desk(request, "desk/sign_in/sent.html", email=email, form=form)


async def show_link(request: web.Request) -> web.Response:
    """Opening the link changes nothing: mail scanners open links too. The button on this page signs in."""
    given = {"token": request.match_info["token"], "next": desk_path(request.query.get("next"))}
    return _link_page(request, StaffLinkForm(data=given, meta=form_meta(request)))


async def use_link(request: web.Request) -> web.Response:
    form = StaffLinkForm(await request.post(), meta=form_meta(request))
    if not form.validate():
        return _link_page(request, form, status=422)
    limits.hit(request.app, limits.SIGN_INS_PER_ADDRESS, limits.address_of(request))
    try:
        token = await in_database(request.app, _use_link, request, str(form.token.data))
    except DomainError as refused:
        return _refused_page(request, refused)
    return enter(request, token, desk_path(form.next.data))


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
    outcome, token = await in_database(request.app, _check_code, who, str(form.code.data))
    if token is None:
        form.code.errors = [CODE_WORDS[outcome]]
        return _code_page(request, form, status=422)
    return enter(request, token, desk_path(form.next.data))


async def sign_out(request: web.Request) -> web.Response:
    if not SignOutForm(await request.post(), meta=form_meta(request)).validate():
        raise web.HTTPSeeOther(HOME)
    key_hash = signed_in_member(request).session.key_hash
    await in_database(request.app, sessions.close, key_hash)
    await request.app[DESK_HUB].close_session(key_hash)
    return signed_out(request)


def enter(request: web.Request, token: str, next_page: str) -> web.Response:
    """Into the new session: on to the code where one is owed."""
    response = web.Response(status=303, headers={"Location": next_page})
    set_staff_cookie(request, response, token)
    return response


def signed_out(request: web.Request) -> web.Response:
    response = web.Response(status=303, headers={"Location": "/desk/sign-in"})
    drop_staff_cookie(request, response)
    return response


def begin_session(session: Session, staff: Staff, by: SignedInBy, old_token: str | None, device: str) -> str:
    """Always a new session, never the one that was there."""
    old = sessions.find_member(session, old_token) if old_token else None
    if old is not None:
        sessions.close(session, old.session.key_hash)
    token, _ = sessions.open_session(session, staff, device, by)
    audit.record(session, staff, "signed in", "staff", staff.id, by=by)
    return token


def _mail_link(session: Session, app: web.Application, email: str, wanted: str) -> None:
    # Nobody learns here who works at the desk: the answer is the same for everybody else.
    token = links.request_link(session, email)
    if token is not None:
        send_letter(
            session, app, email, "staff_sign_in", path=f"/desk/sign-in/link/{token}{_carried(wanted)}"
        )


def _use_link(session: Session, request: web.Request, link_token: str) -> str:
    staff = links.consume_link(session, link_token)
    return begin_session(session, staff, SignedInBy.LINK, staff_token_of(request), agent_of(request))


def _check_code(session: Session, who: Member, typed: str) -> tuple[CodeOutcome, str | None]:
    outcome = second_factor.check(session, who.staff.id, typed)
    if outcome is not CodeOutcome.RIGHT:
        audit.record(session, who.staff, "second factor refused", "staff", who.staff.id, outcome=outcome)
        return outcome, None
    audit.record(session, who.staff, "second factor shown", "staff", who.staff.id)
    return outcome, sessions.prove(session, who)


def _to_try(session: Session) -> list[Staff]:
    of_demonstration = (Staff.is_demonstration, Staff.left_at.is_(None))
    return list(session.scalars(select(Staff).where(*of_demonstration).order_by(Staff.name)))


async def _address_page(request: web.Request, form: StaffAddressForm, status: int = 200) -> web.Response:
    people = []
    if not request.app[SETTINGS].in_production:
        people = await in_database(request.app, _to_try)
    return render_desk(request, "desk/sign_in/address.html", status=status, form=form, people=people)


def _link_page(request: web.Request, form: StaffLinkForm, status: int = 200) -> web.Response:
    response = render_desk(request, "desk/sign_in/link.html", status=status, form=form)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _refused_page(request: web.Request, refused: DomainError) -> web.Response:
    form = StaffAddressForm(data={"email": _sent_to(request), "next": HOME}, meta=form_meta(request))
    return render_desk(request, "desk/sign_in/refused.html", status=410, refused=refused, form=form)


def _code_page(request: web.Request, form: CodeForm, status: int = 200) -> web.Response:
    return render_desk(
        request,
        "desk/sign_in/code.html",
        status=status,
        form=form,
        code_page=STAFF_CODE,
        code_now=code_of_demonstration(request, signed_in_member(request).staff),
    )


def code_of_demonstration(request: web.Request, staff: Staff) -> str | None:
    """Shown like everybody's mail, so that no telephone is needed; only for made-up people."""
    if request.app[SETTINGS].in_production or not staff.is_demonstration or staff.totp_secret is None:
        return None
    return second_factor.code_at(staff.totp_secret, second_factor.current_step())


def _carried(wanted: str) -> str:
    return "" if wanted == HOME else f"?next={quote(wanted, safe='')}"


def _sent_to(request: web.Request) -> str:
    return unquote(request.cookies.get(_SENT_TO, ""))[:LONGEST_EMAIL]
