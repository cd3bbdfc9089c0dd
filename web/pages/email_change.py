"""Another email address for the account: asked for here, changed by a link that is mailed to it."""

from aiohttp import web
from sqlalchemy.orm import Session
from wtforms import HiddenField, PasswordField

from onboarding import email_changes, identity
from onboarding.email_changes import AddressUnchanged, ChangeRefused
from onboarding.models import Contact, EmailChange
from web.database import in_database
from web.fields import email_field
from web.letters import send_letter
from web.rendering import render
from web.security import limits
from web.security.forms import DeskForm, form_meta
from web.security.sessions import signed_in
from web.sign_in.brands import BRANDS, OWN_PASSWORD
from web.sign_in.by_link import AddressForm

_PAGE = "/account/email"


class NewAddressForm(DeskForm):
    """`current` is asked for where no link was used a short while ago."""

    email = email_field("Enter your new email address")
    current = PasswordField()


class LinkForm(DeskForm):
    token = HiddenField()


async def ask_address(request: web.Request) -> web.Response:
    return await _address_page(request, NewAddressForm(meta=form_meta(request)))


async def send_link(request: web.Request) -> web.Response:
    form = NewAddressForm(await request.post(), meta=form_meta(request))
    if not form.validate() or not await OWN_PASSWORD.is_proven(request, form.current):
        return await _address_page(request, form, status=422)
    email = str(form.email.data)
    limits.hit(request.app, limits.LINKS_PER_ADDRESS, limits.address_of(request))
    limits.hit(request.app, limits.LINKS_PER_EMAIL, email)
    try:
        await in_database(request.app, _mail_link, request.app, signed_in(request), email)
    except AddressUnchanged as refused:
        form.email.errors = [f"{refused} {refused.what_to_do}"]
        return await _address_page(request, form, status=422)
    raise web.HTTPSeeOther(f"{_PAGE}/sent")


async def link_sent(request: web.Request) -> web.Response:
    waiting = await in_database(request.app, email_changes.pending, signed_in(request))
    if waiting is None:
        raise web.HTTPSeeOther(_PAGE)
    minutes = int(email_changes.LINK_LASTS.total_seconds() // 60)
    return render(request, "account/email_sent.html", waiting=waiting, minutes=minutes)


async def show_link(request: web.Request) -> web.Response:
    """Opening the link changes nothing: mail scanners open links too."""
    form = LinkForm(data={"token": request.match_info["token"]}, meta=form_meta(request))
    return _link_page(request, form)


async def use_link(request: web.Request) -> web.Response:
    form = LinkForm(await request.post(), meta=form_meta(request))
    if not form.validate():
        return _link_page(request, form, status=422)
    try:
        await in_database(
            request.app,
            _confirm,
            request.app,
            signed_in(request),
            str(form.token.data),
            BRANDS.session_key(request),
        )
    except ChangeRefused as refused:
        return render(request, "account/email_refused.html", status=410, refused=refused)
    BRANDS.ask_pages_again(request.app)
    raise web.HTTPSeeOther("/account?done=email")


def _mail_link(session: Session, app: web.Application, contact: Contact, email: str) -> None:
    """The answer on the page is the same whether the address is free or not."""
    token = email_changes.ask(session, contact, email)
    address = identity.normal_email(email)
    if token is None:
        send_letter(session, app, address, "email_taken", path="/sign-in")
    else:
        send_letter(session, app, address, "email_confirm", name=contact.name, path=f"{_PAGE}/link/{token}")
    send_letter(session, app, contact.email, "email_asked", path="/account")


def _confirm(
    session: Session, app: web.Application, contact: Contact, token: str, key_hash: str
) -> EmailChange:
    change = email_changes.confirm(session, contact, token, kept_key_hash=key_hash)
    send_letter(session, app, change.old_email, "email_changed", path="/help/account-change-contact")
    return change


async def _address_page(request: web.Request, form: NewAddressForm, status: int = 200) -> web.Response:
    contact = signed_in(request)
    proof = await OWN_PASSWORD.proof(request)
    by_link = AddressForm(data={"email": contact.email, "next": _PAGE}, meta=form_meta(request))
    return render(
        request,
        "account/email.html",
        status=status,
        form=form,
        by_link=by_link,
        contact=contact,
        proven=proof.is_given,
        has_password=proof.stored is not None,
    )


def _link_page(request: web.Request, form: LinkForm, status: int = 200) -> web.Response:
    response = render(request, "account/email_link.html", status=status, form=form)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
