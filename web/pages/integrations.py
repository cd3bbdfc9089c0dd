"""What other programs may do for a brand: the overview, and keys for the API."""

from datetime import datetime
from typing import Any
from uuid import UUID

from aiohttp import web
from sqlalchemy.orm import Session
from wtforms import RadioField, SelectMultipleField, StringField
from wtforms.validators import AnyOf, InputRequired, Length

from conversations.webhooks import endpoints
from onboarding import api_keys, brands, chat_sites, clock, people
from onboarding.api_keys import KeyNotFound, NewKey, TooManyKeys
from onboarding.api_scopes import CHOSEN, OF_THE_CONVERSATION, Scope
from onboarding.brands import ConversationOfSeveralBrands
from onboarding.errors import DomainError
from onboarding.models import ApiKey, Brand, Contact
from onboarding.names import KeyKind, Role
from web.api.texts import texts
from web.database import in_database
from web.fields import choice_field, one_line
from web.keys import SETTINGS
from web.origins import origins_field, origins_in
from web.pages.brand_page import own_address, render_for_brand
from web.security.brand_access import brand_access
from web.security.forms import DeskForm, TokenForm, form_meta, is_own_form, token_form
from web.security.sessions import signed_in

_LONGEST_NAME = 80
_DAYS = ("30", "90", "365", "0")


class KeyForm(DeskForm):
    name = StringField(
        filters=[one_line],
        validators=[
            InputRequired("Enter what the key is for"),
            Length(max=_LONGEST_NAME, message=f"Enter at most {_LONGEST_NAME} characters"),
        ],
    )
    kind = choice_field(KeyKind, "Select how the program signs in")
    scopes = SelectMultipleField(
        choices=[(scope.value, scope.value) for scope in CHOSEN],
        validate_choice=False,
        validators=[InputRequired("Select what the program may do")],
    )
    days = RadioField(
        choices=dict.fromkeys(_DAYS, ""),
        validate_choice=False,
        validators=[
            InputRequired("Select how long it works"),
            AnyOf(_DAYS, message="Select how long it works"),
        ],
    )
    origins = origins_field()


async def overview(request: web.Request) -> web.Response:
    access = brand_access(request)
    found = await in_database(request.app, _read, access.brand, access.role)
    return page(request, "overview", form=empty_form(request), done=request.query.get("done"), **found)


async def ask_key(request: web.Request) -> web.Response:
    given = {"kind": KeyKind.KEY.value, "days": "90"}
    return await _key_page(request, KeyForm(data=given, meta=form_meta(request)))


async def make_key(request: web.Request) -> web.Response:
    """The page is the only place where the key is ever shown, so nothing leads away from it."""
    form = KeyForm(await request.post(), meta=form_meta(request))
    if not form.validate():
        return await _key_page(request, form, status=422)
    contact, brand = signed_in(request), brand_access(request).brand
    try:
        new = await in_database(request.app, _make, contact, brand, form)
    except TooManyKeys as refused:
        form.form_errors = [f"{refused} {refused.what_to_do}"]
        return await _key_page(request, form, status=422)
    except ConversationOfSeveralBrands as refused:
        form.scopes.errors = [f"{refused} {refused.what_to_do}"]
        return await _key_page(request, form, status=422)
    return page(request, "key_made", new=new, base_url=request.app[SETTINGS].base_url)


async def revoke_key(request: web.Request) -> web.Response:
    await checked(request)
    key_id = id_in(request, KeyNotFound)
    await in_database(
        request.app, api_keys.revoke, signed_in(request), brand_access(request).brand.id, key_id
    )
    return back(request, "", "revoked")


def page(request: web.Request, name: str, *, status: int = 200, **context: object) -> web.Response:
    template = f"integrations/{name}.html"
    return render_for_brand(request, template, status=status, here=home(request), words=texts(), **context)


def home(request: web.Request) -> str:
    return f"{own_address(request)}/integrations"


def back(request: web.Request, path: str, done: str) -> web.Response:
    return web.Response(status=303, headers={"Location": f"{home(request)}{path}?done={done}"})


def empty_form(request: web.Request) -> TokenForm:
    return token_form(request)


async def checked(request: web.Request) -> None:
    """A button without fields: a form that was open for too long leads back."""
    if not await is_own_form(request):
        raise web.HTTPSeeOther(home(request))


def id_in(request: web.Request, not_found: type[DomainError], name: str = "id") -> UUID:
    try:
        return UUID(request.match_info[name])
    except ValueError:
        raise not_found("There is nothing with that id.") from None


def _read(session: Session, brand: Brand, role: Role) -> dict[str, Any]:
    """Keys and webhooks are the owners'; whether a site may vouch for them is each person's own."""
    sites = chat_sites.sites_of(session, brand.id)
    if role is not Role.OWNER:
        return {"keys": [], "webhooks": [], "sites": sites}
    now = clock.now(session)
    names = {person.id: person.name for person in people.people_of(session, brand.id)}
    keys = [
        (key, names.get(key.contact_id), _works(key, names, now))
        for key in api_keys.keys_of(session, brand.id)
    ]
    webhooks = [(one, names.get(one.contact_id)) for one in endpoints.endpoints_of(session, brand.id)]
    return {"keys": keys, "webhooks": webhooks, "sites": sites}


def _works(key: ApiKey, names: dict[UUID, str], now: datetime) -> bool:
    expired = key.expires_at is not None and key.expires_at <= now
    return key.revoked_at is None and not expired and key.contact_id in names


def _make(session: Session, contact: Contact, brand: Brand, form: KeyForm) -> NewKey:
    known = {scope.value for scope in CHOSEN}
    return api_keys.make(
        session,
        contact,
        brand.id,
        str(form.name.data),
        KeyKind(form.kind.data),
        [Scope(scope) for scope in form.scopes.data or [] if scope in known],
        days=int(form.days.data) or None,
        origins=origins_in(form.origins.data),
    )


async def _key_page(request: web.Request, form: KeyForm, status: int = 200) -> web.Response:
    """What the key could not do is not offered."""
    acts_for_others = await in_database(
        request.app, brands.acts_for_others, signed_in(request), brand_access(request).brand.id
    )
    offered = [scope for scope in CHOSEN if not (acts_for_others and scope in OF_THE_CONVERSATION)]
    return page(request, "key", status=status, form=form, scopes=offered, acts_for_others=acts_for_others)
