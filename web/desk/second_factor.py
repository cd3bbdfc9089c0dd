"""Setting up the second factor: the secret as a square code and as text, the first code, recovery codes."""

import segno
from aiohttp import web
from markupsafe import Markup
from sqlalchemy.orm import Session

from onboarding import audit
from onboarding.staff import second_factor, sessions
from onboarding.staff.second_factor import CodeOutcome
from web.database import in_database
from web.desk.paths import desk_path
from web.desk.rendering import render_desk
from web.desk.sign_in import CODE_WORDS, CodeForm, code_now, code_of_demonstration
from web.keys import SECOND_FACTORS
from web.security.forms import form_meta
from web.security.staff_sessions import STAFF_COOKIE, signed_in_member, staff_member

_LETTERS_IN_A_GROUP = 4


async def show(request: web.Request) -> web.Response:
    wanted = desk_path(request.query.get("next"))
    if signed_in_member(request).staff.has_second_factor:
        return await _codes_page(request)
    return await _set_up_page(request, CodeForm(data={"next": wanted}, meta=form_meta(request)))


async def set_up(request: web.Request) -> web.Response:
    who = signed_in_member(request)
    if who.staff.has_second_factor:
        raise web.HTTPSeeOther(request.path)
    form = CodeForm(await request.post(), meta=form_meta(request))
    if not form.validate():
        return await _set_up_page(request, form, status=422)
    outcome, token, codes = await in_database(request.app, _confirm, request, str(form.code.data))
    if token is None:
        form.code.errors = [CODE_WORDS[outcome]]
        return await _set_up_page(request, form, status=422)
    response = render_desk(
        request, "desk/account/recovery_codes.html", codes=codes, next_page=desk_path(form.next.data)
    )
    STAFF_COOKIE.keep(request, response, token)
    return response


async def make_recovery_codes(request: web.Request) -> web.Response:
    form = CodeForm(await request.post(), meta=form_meta(request))
    who = signed_in_member(request)
    if not who.staff.has_second_factor:
        raise web.HTTPSeeOther("/desk/account/second-factor")
    if not form.validate():
        return await _codes_page(request, form, status=422)
    outcome, codes = await in_database(request.app, _renew_codes, request, str(form.code.data))
    if outcome is not CodeOutcome.RIGHT:
        form.code.errors = [CODE_WORDS[outcome]]
        return await _codes_page(request, form, status=422)
    return render_desk(request, "desk/account/recovery_codes.html", codes=codes, next_page="/desk/account")


def square_code(address: str) -> Markup:
    """An SVG without inline style; its address stands as text beside it."""
    drawn = segno.make(address, error="m").svg_inline(border=2, omitsize=True, svgclass="square-code")
    return Markup(drawn)


def _confirm(session: Session, request: web.Request, typed: str) -> tuple[CodeOutcome, str | None, list[str]]:
    who = signed_in_member(request)
    outcome = second_factor.confirm(session, request.app[SECOND_FACTORS], who.staff.id, typed)
    if outcome is not CodeOutcome.RIGHT:
        return outcome, None, []
    codes = second_factor.new_recovery_codes(session, who.staff.id)
    audit.record(session, who.staff, "second factor set up", "staff", who.staff.id)
    sessions.close_others(session, who.staff.id, who.session.key_hash)
    return outcome, sessions.prove(session, who), codes


def _renew_codes(session: Session, request: web.Request, typed: str) -> tuple[CodeOutcome, list[str]]:
    staff = staff_member(request)
    outcome = second_factor.check(session, request.app[SECOND_FACTORS], staff.id, typed)
    if outcome is not CodeOutcome.RIGHT:
        return outcome, []
    audit.record(session, staff, "recovery codes made", "staff", staff.id)
    return outcome, second_factor.new_recovery_codes(session, staff.id)


async def _set_up_page(request: web.Request, form: CodeForm, status: int = 200) -> web.Response:
    staff = staff_member(request)
    secret = await in_database(request.app, second_factor.begin, request.app[SECOND_FACTORS], staff.id)
    starts = range(0, len(secret), _LETTERS_IN_A_GROUP)
    return render_desk(
        request,
        "desk/account/set_up.html",
        status=status,
        form=form,
        square=square_code(second_factor.address_for_app(staff, secret)),
        secret=" ".join(secret[start : start + _LETTERS_IN_A_GROUP] for start in starts),
        code_now=code_of_demonstration(request, secret),
    )


async def _codes_page(request: web.Request, form: CodeForm | None = None, status: int = 200) -> web.Response:
    staff = staff_member(request)
    left = await in_database(request.app, second_factor.recovery_codes_left, staff.id)
    return render_desk(
        request,
        "desk/account/second_factor.html",
        status=status,
        form=form or CodeForm(meta=form_meta(request)),
        left=left,
        code_now=code_now(request),
    )
