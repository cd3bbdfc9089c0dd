"""Webhooks of the brand: the same as on its page."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from conversations.webhooks import deliveries, endpoints, signing
from conversations.webhooks.endpoints import DeliveryNotFound
from conversations.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from conversations.webhooks.names import EventType
from onboarding import clock, secret_versions
from web.api import models
from web.api.models import DeliveryQuery, NewWebhook, WebhookChange
from web.api.operations import Call
from web.keys import SECRET
from web.numbers import whole_number

# How a webhook fares and what signs for it is nobody's change of it.
BY_ITSELF = frozenset({"failing_since", "key_ids"})


def webhooks(session: Session, call: Call) -> models.WebhookPage:
    query = select(WebhookEndpoint).where(WebhookEndpoint.brand_id == call.caller.brand.id)
    if call.after is not None:
        query = query.where(_after(call.after))
    ordered = query.order_by(WebhookEndpoint.created_at, WebhookEndpoint.id)
    found = session.scalars(ordered.limit(call.limit + 1)).all()
    shown, next_cursor = call.page(found, lambda one: f"{one.created_at.isoformat()} {one.id}")
    now = clock.now(session)
    return models.WebhookPage(data=[_shown(one, now) for one in shown], next_cursor=next_cursor)


def register(session: Session, call: Call) -> models.Webhook:
    asked = call.body
    assert isinstance(asked, NewWebhook)
    endpoint = endpoints.register(
        session,
        call.caller.contact,
        call.caller.brand.id,
        asked.url,
        asked.events,
        description=asked.description,
        loopback=call.in_demonstration,
    )
    return _shown(endpoint, clock.now(session))


def webhook(session: Session, call: Call) -> models.Webhook:
    return _shown(_named(session, call), clock.now(session))


def change(session: Session, call: Call) -> models.Webhook:
    asked, endpoint = call.body, _named(session, call)
    assert isinstance(asked, WebhookChange)
    endpoints.change(
        session,
        endpoint,
        by=call.caller.contact,
        url=asked.url,
        events=asked.events,
        description=asked.description,
        loopback=call.in_demonstration,
    )
    if asked.enabled is not None:
        endpoints.switch(session, endpoint, on=asked.enabled)
    return _shown(endpoint, clock.now(session))


def delete(session: Session, call: Call) -> None:
    session.delete(_named(session, call))


def secret(session: Session, call: Call) -> models.WebhookSecret:
    return _secret(call, _named(session, call))


def rotate(session: Session, call: Call) -> models.Webhook:
    """The new secret is read afterwards, so that no kept answer holds one."""
    endpoint = _named(session, call)
    endpoints.rotate_secret(session, endpoint)
    return _shown(endpoint, clock.now(session))


def revoke(session: Session, call: Call) -> models.Webhook:
    endpoint = _named(session, call)
    endpoints.revoke_secret(session, endpoint)
    return _shown(endpoint, clock.now(session))


def send_test(session: Session, call: Call) -> models.Delivery:
    return _delivery(endpoints.send_test(session, _named(session, call)), [])


def list_deliveries(session: Session, call: Call) -> models.DeliveryPage:
    endpoint = _named(session, call)
    asked, before = call.query, int(call.after) if call.after is not None else None
    assert isinstance(asked, DeliveryQuery)
    found = endpoints.deliveries_of(
        session, endpoint, before=before, limit=call.limit + 1, status=asked.status
    )
    shown, next_cursor = call.page(found, lambda one: str(one.id))
    tried = deliveries.attempts_of(session, list(shown))
    return models.DeliveryPage(data=[_delivery(one, tried[one.id]) for one in shown], next_cursor=next_cursor)


def delivery(session: Session, call: Call) -> models.Delivery:
    found = endpoints.delivery_of(session, _named(session, call), _delivery_id(call))
    return _delivery(found, deliveries.attempts_of(session, [found])[found.id])


def replay(session: Session, call: Call) -> models.Delivery:
    delivery = endpoints.replay(session, _named(session, call), _delivery_id(call))
    return _delivery(delivery, deliveries.attempts_of(session, [delivery])[delivery.id])


def location(path: str, made: Mapping[str, Any]) -> str:
    return f"{path}/{made['id']}"


def _named(session: Session, call: Call) -> WebhookEndpoint:
    return endpoints.endpoint_of(session, call.caller.brand.id, UUID(call.values["webhook_id"]))


def _delivery_id(call: Call) -> int:
    found = whole_number(call.values["delivery_id"])
    if found is None:
        raise DeliveryNotFound("There is no such delivery.")
    return found


def _after(place: str) -> ColumnElement[bool]:
    moment, _, endpoint_id = place.partition(" ")
    created_at = datetime.fromisoformat(moment)
    return or_(
        WebhookEndpoint.created_at > created_at,
        and_(WebhookEndpoint.created_at == created_at, WebhookEndpoint.id > UUID(endpoint_id)),
    )


def _shown(endpoint: WebhookEndpoint, now: datetime) -> models.Webhook:
    return models.Webhook(
        id=endpoint.id,
        url=endpoint.url,
        description=endpoint.description,
        events=[EventType(event) for event in endpoint.events],
        enabled=endpoint.disabled_at is None,
        why_disabled=endpoint.why_disabled,
        failing_since=endpoint.failing_since,
        key_ids=[signing.key_id(endpoint.id, one) for one in secret_versions.in_use(endpoint, now)],
        created_at=endpoint.created_at,
    )


def _secret(call: Call, endpoint: WebhookEndpoint) -> models.WebhookSecret:
    version = endpoint.secret_version
    return models.WebhookSecret(
        key_id=signing.key_id(endpoint.id, version),
        secret=signing.secret(call.app[SECRET], endpoint.id, version),
        previous_until=endpoint.previous_secret_until,
    )


def _delivery(delivery: WebhookDelivery, tried: list[WebhookAttempt]) -> models.Delivery:
    return models.Delivery(
        id=delivery.id,
        event_id=f"evt_{delivery.event_id.hex}",
        type=EventType(delivery.event.type),
        status=delivery.status,
        next_attempt_at=delivery.next_attempt_at,
        attempts=[
            models.Attempt(
                at=one.at, status_code=one.status_code, error=one.error, milliseconds=one.milliseconds
            )
            for one in tried
        ],
    )
