"""Operators: who works at the desk, inviting, roles, lost devices, and leaving."""

from uuid import UUID

from aiohttp import web
from sqlalchemy.orm import Session
from wtforms import RadioField
from wtforms.validators import AnyOf, InputRequired

from conversations import leaving
from onboarding.errors import DomainError
from onboarding.models import Staff
from onboarding.names import StaffRole
from onboarding.staff import accounts
from onboarding.staff.accounts import LastOperator, StaffExists, StaffNotFound
from web.database import in_database
from web.desk.forms import id_in_path, require_sent
from web.desk.rendering import render_desk
from web.fields import email_field, name_field
from web.letters import send_letter
from web.security import limits
from web.security.forms import DeskForm, form_meta, token_form
from web.security.staff_sessions import staff_member
from web.sign_in.desk import DESK

_LIST = "/desk/staff"
_CHOOSE = "Select a role"


def _role_field() -> RadioField:
    return RadioField(
        choices=list(StaffRole),
        validators=[InputRequired(_CHOOSE), AnyOf(list(StaffRole), message=_CHOOSE)],
        validate_choice=False,
    )


class InvitationForm(DeskForm):
    name = name_field("Enter their name")
    email = email_field("Enter their email address")
    role = _role_field()


class RoleForm(DeskForm):
    role = _role_field()


async def show_staff(request: web.Request) -> web.Response:
    found = await in_database(request.app, accounts.everybody)
    return render_desk(request, "desk/staff/list.html", people=found, done=request.query.get("done"))


async def ask_whom_to_invite(request: web.Request) -> web.Response:
    return render_desk(request, "desk/staff/invite.html", form=InvitationForm(meta=form_meta(request)))


async def invite(request: web.Request) -> web.Response:
    form = InvitationForm(await request.post(), meta=form_meta(request))
    if not form.validate():
        return render_desk(request, "desk/staff/invite.html", status=422, form=form)
    limits.hit(request.app, limits.INVITATIONS_PER_EMAIL, str(form.email.data))
    try:
        await in_database(request.app, _invite, request.app, staff_member(request), form)
    except StaffExists as refused:
        form.email.errors = [f"{refused} {refused.what_to_do}"]
        return render_desk(request, "desk/staff/invite.html", status=422, form=form)
    raise web.HTTPSeeOther(f"{_LIST}?done=invited")


async def show_person(request: web.Request) -> web.Response:
    person = await in_database(request.app, accounts.of_desk, id_in_path(request, StaffNotFound))
    form = RoleForm(data={"role": person.role}, meta=form_meta(request))
    return _person_page(request, person, form)


async def change_role(request: web.Request) -> web.Response:
    form = RoleForm(await request.post(), meta=form_meta(request))
    staff_id = id_in_path(request, StaffNotFound)
    if not form.validate():
        person = await in_database(request.app, accounts.of_desk, staff_id)
        return _person_page(request, person, form, status=422)
    try:
        await in_database(
            request.app, accounts.change_role, staff_member(request), staff_id, StaffRole(form.role.data)
        )
    except LastOperator as refused:
        return await _refused(request, form, refused)
    DESK.ask_pages_again(request.app)
    raise web.HTTPSeeOther(f"{_LIST}?done=role")


async def send_link(request: web.Request) -> web.Response:
    await require_sent(request)
    await in_database(
        request.app, _send_link, request.app, staff_member(request), id_in_path(request, StaffNotFound)
    )
    raise web.HTTPSeeOther(f"{_LIST}?done=link")


async def reset_second_factor(request: web.Request) -> web.Response:
    await require_sent(request)
    await in_database(
        request.app,
        accounts.reset_second_factor,
        staff_member(request),
        id_in_path(request, StaffNotFound),
    )
    DESK.ask_pages_again(request.app)
    raise web.HTTPSeeOther(f"{_LIST}?done=reset")


async def ask_to_end(request: web.Request) -> web.Response:
    person = await in_database(request.app, accounts.of_desk, id_in_path(request, StaffNotFound))
    return render_desk(request, "desk/staff/leave.html", person=person, form=token_form(request))


async def end(request: web.Request) -> web.Response:
    await require_sent(request)
    staff_id = id_in_path(request, StaffNotFound)
    await in_database(request.app, _end, staff_member(request), staff_id)
    DESK.ask_pages_again(request.app)
    raise web.HTTPSeeOther(f"{_LIST}?done=left")


def _invite(session: Session, app: web.Application, by: Staff, form: InvitationForm) -> None:
    role = StaffRole(form.role.data)
    staff, token = accounts.invite(session, by, str(form.name.data), str(form.email.data), role)
    _mail_invitation(session, app, by, staff, token)


def _send_link(session: Session, app: web.Application, by: Staff, staff_id: UUID) -> None:
    staff, token = accounts.invite_again(session, by, staff_id)
    _mail_invitation(session, app, by, staff, token)


def _mail_invitation(session: Session, app: web.Application, by: Staff, staff: Staff, token: str) -> None:
    send_letter(
        session, app, staff.email, "staff_invitation", path=f"/desk/sign-in/link/{token}", by=by.name,
        role=staff.role,
    )  # fmt: skip


def _end(session: Session, by: Staff, staff_id: UUID) -> None:
    """In one transaction: nobody's conversation is left behind."""
    leaving.give_back(session, accounts.leave(session, by, staff_id))


async def _refused(request: web.Request, form: RoleForm, refused: DomainError) -> web.Response:
    form.role.errors = [f"{refused} {refused.what_to_do}"]
    person = await in_database(request.app, accounts.of_desk, id_in_path(request, StaffNotFound))
    return _person_page(request, person, form, status=422)


def _person_page(request: web.Request, person: Staff, form: RoleForm, status: int = 200) -> web.Response:
    return render_desk(request, "desk/staff/person.html", status=status, person=person, form=form)
