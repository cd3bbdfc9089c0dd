"""An account for somebody new: a name and an address, confirmed by the first sign-in link."""

from aiohttp import web
from sqlalchemy.orm import Session
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length, Regexp

from onboarding.registration import sign_up as accounts
from web.database import in_database
from web.letters import send_letter
from web.rendering import render
from web.security import limits
from web.security.forms import form_meta, keep_seed
from web.security.sessions import reader
from web.sign_in.brands import BRANDS, BY_LINK, own_path
from web.sign_in.by_link import AddressForm

_LONGEST_NAME = 80


class SignUpForm(AddressForm):
    name = StringField(
        validators=[
            InputRequired("Enter your name"),
            Length(max=_LONGEST_NAME, message=f"Your name must be {_LONGEST_NAME} characters or fewer"),
            Regexp(
                r"[\w\s.,'’‘ʼ·()-]*[^\W\d_][\w\s.,'’‘ʼ·()-]*$",
                message="Your name must have letters, and no emoji or signs such as <",
            ),
        ]
    )
    next = HiddenField()


async def ask_account(request: web.Request) -> web.Response:
    next_page = own_path(request.query.get("next"))
    if reader(request).contact is not None:
        raise web.HTTPSeeOther(next_page)
    return _page(request, SignUpForm(data={"next": next_page}, meta=form_meta(request)))


async def open_account(request: web.Request) -> web.Response:
    form = SignUpForm(await request.post(), meta=form_meta(request))
    if not form.validate():
        return _page(request, form, status=422)
    email = str(form.email.data)
    limits.hit(request.app, limits.LINKS_PER_ADDRESS, limits.address_of(request))
    limits.hit(request.app, limits.LINKS_PER_EMAIL, email)
    next_page = own_path(form.next.data)
    await in_database(request.app, _mail_link, request.app, str(form.name.data), email, next_page)
    return BRANDS.sent_page_next(request, email, next_page)


def _mail_link(session: Session, app: web.Application, name: str, email: str, wanted: str) -> None:
    token = accounts.request_account(session, name, email)
    send_letter(session, app, email, "sign_up", path=BY_LINK.path_of(token, wanted))


def _page(request: web.Request, form: SignUpForm, status: int = 200) -> web.Response:
    response = render(request, "sign_in/new.html", status=status, form=form)
    keep_seed(request, response)
    return response
