"""Webhooks of a brand: where events are sent, the secret that signs them, and what became of each."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from aiohttp import web
from sqlalchemy.orm import Session
from wtforms import SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length

from conversations.webhooks import deliveries, endpoints, signing
from conversations.webhooks.addresses import AddressRefused
from conversations.webhooks.endpoints import (
    DeliveryNotFound,
    DeliveryUnderWay,
    EndpointDisabled,
    EndpointNotFound,
    TooManyEndpoints,
)
from conversations.webhooks.models import WebhookEndpoint
from conversations.webhooks.names import CHOSEN, EventType
from onboarding import clock, people, secret_versions
from onboarding.brands import ConversationOfSeveralBrands
from onboarding.models import Brand, Contact
from onboarding.secret_versions import JustReplaced
from web.database import in_database
from web.fields import one_line
from web.keys import SECRET, SETTINGS
from web.numbers import whole_number
from web.pages.integrations import back, checked, empty_form, id_in, page
from web.security.brand_access import brand_access
from web.security.forms import DeskForm, form_meta
from web.security.sessions import signed_in

_LONGEST_NAME = 120


def _as_typed(typed: str | None) -> str:
    return "".join((typed or "").split())


class WebhookForm(DeskForm):
    url = StringField(
        filters=[_as_typed],
        validators=[InputRequired("Enter the address that events are sent to")],
    )
    events = SelectMultipleField(
        choices=[(event.value, event.value) for event in CHOSEN],
        validate_choice=False,
        validators=[InputRequired("Select at least one event")],
    )
    description = StringField(
        filters=[one_line],
        validators=[Length(max=_LONGEST_NAME, message=f"Enter at most {_LONGEST_NAME} characters")],
    )


async def ask(request: web.Request) -> web.Response:
    return _form_page(request, WebhookForm(meta=form_meta(request)))


async def add(request: web.Request) -> web.Response:
    form = WebhookForm(await request.post(), meta=form_meta(request))
    if not form.validate():
        return _form_page(request, form, status=422)
    try:
        added = await in_database(
            request.app, _add, signed_in(request), brand_access(request).brand, form, _loopback(request)
        )
    except (AddressRefused, TooManyEndpoints) as refused:
        form.url.errors = [f"{refused} {refused.what_to_do}"]
        return _form_page(request, form, status=422)
    except ConversationOfSeveralBrands as refused:
        form.events.errors = [f"{refused} {refused.what_to_do}"]
        return _form_page(request, form, status=422)
    return back(request, f"/webhooks/{added.id}", "added")


async def show(request: web.Request) -> web.Response:
    return await _shown(request, with_secret=False)


async def reveal(request: web.Request) -> web.Response:
    await checked(request)
    return await _shown(request, with_secret=True)


async def rotate(request: web.Request) -> web.Response:
    return await _done(request, endpoints.rotate_secret, "rotated")


async def revoke(request: web.Request) -> web.Response:
    return await _done(request, endpoints.revoke_secret, "revoked")


async def send_test(request: web.Request) -> web.Response:
    return await _done(request, endpoints.send_test, "tested")


async def switch_on(request: web.Request) -> web.Response:
    return await _done(request, lambda session, endpoint: endpoints.switch(session, endpoint, on=True), "on")


async def switch_off(request: web.Request) -> web.Response:
    return await _done(
        request, lambda session, endpoint: endpoints.switch(session, endpoint, on=False), "off"
    )


async def replay(request: web.Request) -> web.Response:
    wanted = whole_number(request.match_info["delivery"])
    if wanted is None:
        raise DeliveryNotFound("There is no such delivery.")
    return await _done(
        request, lambda session, endpoint: endpoints.replay(session, endpoint, wanted), "replayed"
    )


async def delete(request: web.Request) -> web.Response:
    await checked(request)
    endpoint_id = id_in(request, EndpointNotFound)
    await in_database(request.app, _delete, brand_access(request).brand, endpoint_id)
    return back(request, "", "deleted")


async def _done(
    request: web.Request, work: Callable[[Session, WebhookEndpoint], object], done: str
) -> web.Response:
    await checked(request)
    endpoint_id = id_in(request, EndpointNotFound)

    def changed(session: Session) -> None:
        work(session, endpoints.endpoint_of(session, brand_access(request).brand.id, endpoint_id))

    try:
        await in_database(request.app, changed)
    except EndpointDisabled:
        done = "is_off"
    except DeliveryUnderWay:
        done = "under_way"
    except JustReplaced:
        done = "just_rotated"
    return back(request, f"/webhooks/{endpoint_id}", done)


async def _shown(request: web.Request, *, with_secret: bool) -> web.Response:
    endpoint_id = id_in(request, EndpointNotFound)
    found = await in_database(request.app, _read, brand_access(request).brand, endpoint_id)
    endpoint = found["webhook"]
    assert isinstance(endpoint, WebhookEndpoint)
    secret = (
        signing.secret(request.app[SECRET], endpoint.id, endpoint.secret_version) if with_secret else None
    )
    return page(
        request, "webhook", form=empty_form(request), done=request.query.get("done"), secret=secret, **found
    )


def _read(session: Session, brand: Brand, endpoint_id: UUID) -> dict[str, Any]:
    endpoint = endpoints.endpoint_of(session, brand.id, endpoint_id)
    log = endpoints.deliveries_of(session, endpoint)
    names = {person.id: person.name for person in people.people_of(session, brand.id)}
    return {
        "webhook": endpoint,
        "maker": names.get(endpoint.contact_id),
        "replaced": len(secret_versions.in_use(endpoint, clock.now(session))) > 1,
        "deliveries": log,
        "attempts": deliveries.attempts_of(session, log),
    }


def _add(
    session: Session, contact: Contact, brand: Brand, form: WebhookForm, loopback: bool
) -> WebhookEndpoint:
    known = {event.value for event in CHOSEN}
    return endpoints.register(
        session,
        contact,
        brand.id,
        str(form.url.data),
        [EventType(event) for event in form.events.data or [] if event in known],
        description=form.description.data or "",
        loopback=loopback,
    )


def _delete(session: Session, brand: Brand, endpoint_id: UUID) -> None:
    session.delete(endpoints.endpoint_of(session, brand.id, endpoint_id))


def _loopback(request: web.Request) -> bool:
    return not request.app[SETTINGS].in_production


def _form_page(request: web.Request, form: WebhookForm, status: int = 200) -> web.Response:
    return page(request, "webhook_new", status=status, form=form, events=[event.value for event in CHOSEN])
