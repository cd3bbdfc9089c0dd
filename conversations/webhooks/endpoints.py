"""The endpoints of a brand, as its owners manage them."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from conversations import jobs
from conversations.webhooks import line
from conversations.webhooks.addresses import require_address
from conversations.webhooks.models import WebhookDelivery, WebhookEndpoint, WebhookEvent
from conversations.webhooks.names import OF_A_CONVERSATION, DeliveryStatus, EventType, WhyDisabled
from onboarding import brands, clock, integrations, permissions, secret_versions
from onboarding.errors import DomainError, NotFound
from onboarding.models import Contact
from onboarding.permissions import Permission

MOST_ENDPOINTS = 20


class EndpointNotFound(NotFound):
    code = "webhook_not_found"


class DeliveryNotFound(NotFound):
    code = "delivery_not_found"


class TooManyEndpoints(DomainError):
    code = "too_many_webhooks"
    what_to_do = "Delete a webhook that is no longer used, then add the new one."


class EndpointDisabled(DomainError):
    code = "webhook_disabled"
    what_to_do = "Switch the webhook on, then send it again."


class DeliveryUnderWay(DomainError):
    code = "delivery_under_way"
    what_to_do = "Wait for its answer, some seconds at most, then send it again."


def register(
    session: Session,
    contact: Contact,
    brand_id: int,
    url: str,
    events: Collection[EventType],
    *,
    description: str = "",
    loopback: bool,
) -> WebhookEndpoint:
    """Raises AddressRefused, TooManyEndpoints, ConversationOfSeveralBrands, and what permissions.require does."""
    permissions.require(session, contact, brand_id, Permission.MANAGE_INTEGRATIONS)
    _require_one_brand(session, contact, brand_id, events)
    require_address(url, loopback=loopback)
    integrations.add_one_at_a_time(session, brand_id)
    count = session.scalar(select(func.count()).where(WebhookEndpoint.brand_id == brand_id)) or 0
    if count >= MOST_ENDPOINTS:
        raise TooManyEndpoints(f"A brand has at most {MOST_ENDPOINTS} webhooks.")
    endpoint = WebhookEndpoint(
        brand_id=brand_id,
        contact_id=contact.id,
        url=url,
        description=description,
        events=sorted(set(events)),
        created_at=clock.now(session),
    )
    session.add(endpoint)
    session.flush()
    return endpoint


def endpoints_of(session: Session, brand_id: int) -> list[WebhookEndpoint]:
    """The oldest first."""
    return list(
        session.scalars(
            select(WebhookEndpoint)
            .where(WebhookEndpoint.brand_id == brand_id)
            .order_by(WebhookEndpoint.created_at, WebhookEndpoint.id)
        )
    )


def endpoint_of(session: Session, brand_id: int, endpoint_id: UUID) -> WebhookEndpoint:
    """Locked until the transaction ends; raises EndpointNotFound for another brand's as well."""
    found = session.scalar(
        select(WebhookEndpoint)
        .where(WebhookEndpoint.id == endpoint_id, WebhookEndpoint.brand_id == brand_id)
        .with_for_update(key_share=True)
    )
    if found is None:
        raise EndpointNotFound("There is no such webhook.")
    return found


def change(
    session: Session,
    endpoint: WebhookEndpoint,
    *,
    by: Contact,
    url: str | None = None,
    events: Collection[EventType] | None = None,
    description: str | None = None,
    loopback: bool,
) -> None:
    """Raises AddressRefused or ConversationOfSeveralBrands."""
    if url is not None:
        require_address(url, loopback=loopback)
    _require_one_brand(session, by, endpoint.brand_id, events or ())
    is_elsewhere = url not in (None, endpoint.url)
    is_other = events is not None and set(events) != set(endpoint.events)
    if by.id != endpoint.contact_id and (is_elsewhere or is_other):
        _hand_over(session, endpoint, by)
    if url is not None:
        endpoint.url = url
    if events is not None:
        endpoint.events = sorted(set(events))
    if description is not None:
        endpoint.description = description


def _require_one_brand(
    session: Session, contact: Contact, brand_id: int, events: Collection[EventType]
) -> None:
    if OF_A_CONVERSATION & set(events):
        brands.require_conversation_of(session, contact, brand_id)


def _hand_over(session: Session, endpoint: WebhookEndpoint, to: Contact) -> None:
    """Nothing of the conversation of whoever had it goes where somebody else decides, what waits included."""
    endpoint.contact_id = to.id
    endpoint.events = [event for event in endpoint.events if event not in OF_A_CONVERSATION]
    of_conversations = select(WebhookEvent.id).where(WebhookEvent.type.in_(OF_A_CONVERSATION))
    session.execute(
        delete(WebhookDelivery).where(
            WebhookDelivery.endpoint_id == endpoint.id, WebhookDelivery.event_id.in_(of_conversations)
        )
    )


def switch(session: Session, endpoint: WebhookEndpoint, *, on: bool) -> None:
    if on and endpoint.disabled_at is not None:
        endpoint.disabled_at = endpoint.why_disabled = endpoint.failing_since = None
        line.call_all_again(session, endpoint)
    elif on:
        endpoint.failing_since = None
    elif endpoint.disabled_at is None:
        endpoint.disabled_at, endpoint.why_disabled = clock.now(session), WhyDisabled.BY_OWNER


def rotate_secret(session: Session, endpoint: WebhookEndpoint) -> None:
    """The one before goes on signing for a day, beside the new one; raises JustReplaced while one does."""
    secret_versions.replace(endpoint, clock.now(session))


def revoke_secret(session: Session, endpoint: WebhookEndpoint) -> None:
    secret_versions.replace_at_once(endpoint)


def send_test(session: Session, endpoint: WebhookEndpoint) -> WebhookDelivery:
    """Raises EndpointDisabled."""
    if endpoint.disabled_at is not None:
        raise EndpointDisabled("The webhook is switched off.")
    event = WebhookEvent(type=EventType.TEST, data={"webhook": str(endpoint.id)}, at=clock.now(session))
    session.add(event)
    session.flush()
    delivery = WebhookDelivery(endpoint_id=endpoint.id, event_id=event.id, event=event)
    session.add(delivery)
    session.flush()
    session.refresh(delivery)
    jobs.defer_webhook(session, delivery.id, delivery.next_attempt)
    return delivery


def deliveries_of(
    session: Session,
    endpoint: WebhookEndpoint,
    *,
    before: int | None = None,
    limit: int = 20,
    status: DeliveryStatus | None = None,
) -> list[WebhookDelivery]:
    """The newest first; `before` is the id of the last one seen."""
    query = select(WebhookDelivery).where(WebhookDelivery.endpoint_id == endpoint.id)
    if before is not None:
        query = query.where(WebhookDelivery.id < before)
    if status is not None:
        query = query.where(WebhookDelivery.status == status)
    return list(session.scalars(query.order_by(WebhookDelivery.id.desc()).limit(limit)))


def delivery_of(
    session: Session, endpoint: WebhookEndpoint, delivery_id: int, *, lock: bool = False
) -> WebhookDelivery:
    """With `lock` freshly read and locked until the transaction ends; raises DeliveryNotFound."""
    query = select(WebhookDelivery).where(
        WebhookDelivery.id == delivery_id, WebhookDelivery.endpoint_id == endpoint.id
    )
    if lock:
        query = query.with_for_update(of=WebhookDelivery).execution_options(populate_existing=True)
    delivery = session.scalar(query)
    if delivery is None:
        raise DeliveryNotFound("There is no such delivery.")
    return delivery


def replay(session: Session, endpoint: WebhookEndpoint, delivery_id: int) -> WebhookDelivery:
    """The same event under the same id, at once and with all its retries. Raises as `send_test` does,
    DeliveryNotFound, and DeliveryUnderWay.
    """
    if endpoint.disabled_at is not None:
        raise EndpointDisabled("The webhook is switched off.")
    delivery = delivery_of(session, endpoint, delivery_id, lock=True)
    if delivery.sending_until is not None and delivery.sending_until > clock.database_time(session):
        raise DeliveryUnderWay("It is being sent at this moment.")
    # A retry that is still to come is overtaken by this one.
    delivery.next_attempt += 1
    delivery.status, delivery.next_attempt_at, delivery.waits_at_step = DeliveryStatus.PENDING, None, None
    jobs.defer_webhook(session, delivery.id, delivery.next_attempt)
    return delivery
