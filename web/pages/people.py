"""The people of a brand: list, roles, removing, leaving, and requests for access."""

from uuid import UUID

from aiohttp import web
from sqlalchemy.orm import Session

from onboarding import access_requests, invitations, people
from onboarding.access_requests import RequestNotFound
from onboarding.errors import DomainError
from onboarding.invitations import InvitationNotFound
from onboarding.models import Brand, Contact
from onboarding.names import Role
from onboarding.people import LastOwner, PersonNotFound
from web.database import in_database
from web.fields import email_field, role_field
from web.letters import send_letter
from web.pages.brand_page import own_address, render_for_brand
from web.security import limits
from web.security.brand_access import BrandAccess, brand_access
from web.security.forms import DeskForm, TokenForm, form_meta, is_own_form, token_form
from web.security.sessions import signed_in


class RoleForm(DeskForm):
    role = role_field()


class InvitationForm(DeskForm):
    email = email_field("Enter their email address")
    role = role_field()


async def show_people(request: web.Request) -> web.Response:
    return await _list_page(request, token_form(request))


async def ask_whom_to_invite(request: web.Request) -> web.Response:
    return _page(request, "invite", form=InvitationForm(meta=form_meta(request)))


async def invite(request: web.Request) -> web.Response:
    form = InvitationForm(await request.post(), meta=form_meta(request))
    if not form.validate():
        return _page(request, "invite", status=422, form=form)
    brand = brand_access(request).brand
    limits.hit(request.app, limits.INVITATIONS_PER_BRAND, str(brand.id))
    limits.hit(request.app, limits.INVITATIONS_PER_EMAIL, str(form.email.data))
    try:
        await in_database(
            request.app,
            _invite,
            request.app,
            signed_in(request),
            brand,
            str(form.email.data),
            Role(form.role.data),
        )
    except invitations.AlreadyColleague as refused:
        form.email.errors = [f"{refused} {refused.what_to_do}"]
        return _page(request, "invite", status=422, form=form)
    return _back_to_people(request, "invited")


async def withdraw_invitation(request: web.Request) -> web.Response:
    await _checked(request)
    invitation_id = _id(request, InvitationNotFound)
    brand = brand_access(request).brand
    await in_database(request.app, invitations.withdraw, signed_in(request), brand.id, invitation_id)
    return _back_to_people(request, "withdrawn")


async def show_person(request: web.Request) -> web.Response:
    person = await _person(request)
    form = RoleForm(data={"role": person.role.value}, meta=form_meta(request))
    return _page(request, "person", form=form, person=person)


async def change_role(request: web.Request) -> web.Response:
    person = await _person(request)
    form = RoleForm(await request.post(), meta=form_meta(request))
    if not form.validate():
        return _page(request, "person", status=422, form=form, person=person)
    try:
        await in_database(
            request.app,
            _change_role,
            request.app,
            signed_in(request),
            brand_access(request),
            person,
            Role(form.role.data),
        )
    except LastOwner as refused:
        form.role.errors = [f"{refused} {refused.what_to_do}"]
        return _page(request, "person", status=422, form=form, person=person)
    return _back_to_people(request, "role")


async def ask_to_remove(request: web.Request) -> web.Response:
    return _page(request, "remove", form=token_form(request), person=await _person(request))


async def remove(request: web.Request) -> web.Response:
    person = await _person(request)
    form = TokenForm(await request.post(), meta=form_meta(request))
    if form.validate():
        try:
            brand = brand_access(request).brand
            await in_database(request.app, _remove, request.app, signed_in(request), brand, person)
            return _back_to_people(request, "removed")
        except LastOwner as refused:
            form.form_errors = [f"{refused} {refused.what_to_do}"]
    return _page(request, "remove", status=422, form=form, person=person)


async def ask_to_leave(request: web.Request) -> web.Response:
    return _page(request, "leave", form=token_form(request))


async def leave(request: web.Request) -> web.Response:
    form = TokenForm(await request.post(), meta=form_meta(request))
    if form.validate():
        try:
            await in_database(request.app, people.leave, signed_in(request), brand_access(request).brand.id)
            raise web.HTTPSeeOther("/brands")
        except LastOwner as refused:
            form.form_errors = [f"{refused} {refused.what_to_do}"]
    return _page(request, "leave", status=422, form=form)


async def show_request(request: web.Request) -> web.Response:
    asked = await _request_for_access(request)
    return _page(request, "request", form=RoleForm(meta=form_meta(request)), asked=asked)


async def grant_request(request: web.Request) -> web.Response:
    asked = await _request_for_access(request)
    form = RoleForm(await request.post(), meta=form_meta(request))
    if not form.validate():
        return _page(request, "request", status=422, form=form, asked=asked)
    await _answer(request, asked, Role(form.role.data))
    return _back_to_people(request, "granted")


async def refuse_request(request: web.Request) -> web.Response:
    asked = await _request_for_access(request)
    await _checked(request)
    await _answer(request, asked, None)
    return _back_to_people(request, "refused")


async def _list_page(request: web.Request, form: DeskForm, status: int = 200) -> web.Response:
    brand = brand_access(request).brand
    found = await in_database(request.app, _read_list, brand)
    return _page(request, "list", status=status, form=form, done=request.query.get("done"), **found)


def _read_list(session: Session, brand: Brand) -> dict[str, object]:
    return {
        "people": people.people_of(session, brand.id),
        "invitations": invitations.open_invitations(session, brand.id),
        "requests": access_requests.waiting_for(session, brand.id),
        "changes": people.changes_of(session, brand.id),
    }


def _invite(
    session: Session, app: web.Application, actor: Contact, brand: Brand, email: str, role: Role
) -> None:
    invitation, token = invitations.invite(session, actor, brand.id, email, role)
    send_letter(
        session,
        app,
        invitation.email,
        "invitation",
        brand=brand,
        role=role,
        invited_by=actor.name,
        path=f"/invitations/{token}",
    )


def _change_role(
    session: Session,
    app: web.Application,
    actor: Contact,
    access: BrandAccess,
    person: people.Person,
    role: Role,
) -> None:
    changed = people.change_role(session, actor, access.brand.id, person.id, role)
    if changed and person.id != actor.id:
        send_letter(session, app, person.email, "role_changed", brand=access.brand, role=role, by=actor.name)


def _remove(
    session: Session, app: web.Application, actor: Contact, brand: Brand, person: people.Person
) -> None:
    people.remove(session, actor, brand.id, person.id)
    if person.id != actor.id:
        send_letter(session, app, person.email, "removed", brand=brand, by=actor.name)


async def _answer(request: web.Request, asked: access_requests.Waiting, role: Role | None) -> None:
    await in_database(
        request.app,
        _answer_and_tell,
        request.app,
        signed_in(request),
        brand_access(request).brand,
        asked,
        role,
    )


def _answer_and_tell(
    session: Session,
    app: web.Application,
    actor: Contact,
    brand: Brand,
    asked: access_requests.Waiting,
    role: Role | None,
) -> None:
    request = access_requests.answer(session, actor, brand.id, asked.id, role)
    if role is None:
        send_letter(session, app, asked.email, "access_refused", named=request.named)
    else:
        send_letter(session, app, asked.email, "access_granted", brand=brand, role=role, path="/brands")


async def _person(request: web.Request) -> people.Person:
    person_id = _id(request, PersonNotFound)
    return await in_database(request.app, people.person_of, brand_access(request).brand.id, person_id)


async def _request_for_access(request: web.Request) -> access_requests.Waiting:
    request_id = _id(request, RequestNotFound)
    brand_id = brand_access(request).brand.id
    return await in_database(request.app, access_requests.waiting_request, brand_id, request_id)


def _id(request: web.Request, not_found: type[DomainError]) -> UUID:
    try:
        return UUID(request.match_info["id"])
    except ValueError:
        raise not_found("There is nothing with that id.") from None


async def _checked(request: web.Request) -> None:
    """A button without fields: a form that was open for too long leads back to its page."""
    if not await is_own_form(request):
        raise web.HTTPSeeOther(_people_path(request))


def _page(request: web.Request, name: str, *, status: int = 200, **context: object) -> web.Response:
    template, here = f"people/{name}.html", _people_path(request)
    return render_for_brand(request, template, status=status, here=here, **context)


def _back_to_people(request: web.Request, done: str) -> web.Response:
    """Whoever just took the owner's rights from themselves may still read the list."""
    return web.Response(status=303, headers={"Location": f"{_people_path(request)}?done={done}"})


def _people_path(request: web.Request) -> str:
    return f"{own_address(request)}/people"
