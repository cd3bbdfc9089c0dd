"""Asking for access to a brand: the answer is the same whether it is here or not."""

from aiohttp import web
from sqlalchemy.orm import Session
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from conversations import access_tickets
from onboarding import access_requests
from onboarding.access_requests import LONGEST_NOTE
from onboarding.models import Contact
from onboarding.names import AccessReason
from web.database import in_database
from web.fields import choice_field, one_line, several_lines
from web.letters import send_letter
from web.rendering import render
from web.security import limits
from web.security.forms import DeskForm, form_meta
from web.security.sessions import signed_in

_LONGEST_NAMED = 200


class AccessForm(DeskForm):
    named = StringField(
        filters=[one_line],
        validators=[
            InputRequired("Enter the name of the brand or company"),
            Length(max=_LONGEST_NAMED, message=f"Enter a name of at most {_LONGEST_NAMED} characters"),
        ],
    )
    reason = choice_field(AccessReason, "Select why you may act for the company")
    note = TextAreaField(
        filters=[several_lines],
        validators=[
            Length(max=LONGEST_NOTE, message=f"Shorten your note to {LONGEST_NOTE:,} characters"),
        ],
    )


async def ask_for_access(request: web.Request) -> web.Response:
    return render(request, "people/access.html", form=AccessForm(meta=form_meta(request)))


async def send_request(request: web.Request) -> web.Response:
    form = AccessForm(await request.post(), meta=form_meta(request))
    if not form.validate():
        return render(request, "people/access.html", status=422, form=form)
    contact = signed_in(request)
    limits.hit(request.app, limits.ACCESS_REQUESTS, str(contact.id))
    await in_database(
        request.app,
        _ask,
        request.app,
        contact,
        str(form.named.data),
        AccessReason(form.reason.data),
        str(form.note.data),
    )
    raise web.HTTPSeeOther("/access/sent")


async def request_sent(request: web.Request) -> web.Response:
    return render(request, "people/access_sent.html", contact=signed_in(request))


def _ask(
    session: Session, app: web.Application, contact: Contact, named: str, reason: AccessReason, note: str
) -> None:
    asked = access_requests.ask(session, contact, named, reason, note)
    if asked.request is None:
        return
    send_letter(session, app, contact.email, "access_recorded", named=named, path="/access")
    for owner in asked.owners:
        assert asked.brand is not None
        send_letter(
            session, app, owner.email, "access_asked", brand=asked.brand, contact=contact, path="/brands"
        )
    if asked.for_programme:
        access_tickets.pass_on(session, asked.request)
