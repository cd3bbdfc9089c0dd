"""The line before an endpoint: a few deliveries at once, the others wait without a job until one has been answered.

Whoever calls these holds the endpoint's row locked. The places of a brand are counted under a lock of their own, which
is taken after all others, and nothing is waited for while it is held.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from conversations import jobs
from conversations.webhooks.models import WebhookDelivery, WebhookEndpoint
from conversations.webhooks.names import DeliveryStatus
from onboarding import clock

# Of those that are sent at once to all (worker.AT_ONCE): who hangs leaves room for the others.
AT_ONCE = 2
AT_ONCE_OF_BRAND = 4
# Longer than an attempt can take: who holds it for so long has died.
_HELD_FOR = timedelta(seconds=30)


def locked(session: Session, endpoint_id: UUID | None) -> WebhookEndpoint | None:
    """Not so strictly that a delivery that is just being noted would have to wait; None where it was deleted."""
    if endpoint_id is None:
        return None
    return session.get(
        WebhookEndpoint, endpoint_id, with_for_update={"key_share": True}, populate_existing=True
    )


def take_turn(session: Session, endpoint: WebhookEndpoint, delivery: WebhookDelivery, step: int) -> bool:
    """Whether it is sent now; else it stands in line."""
    _hold_places(session, endpoint.brand_id)
    now = clock.database_time(session)
    others = (
        select(
            func.count(),
            func.count().filter(WebhookDelivery.endpoint_id == endpoint.id),
        )
        .join(WebhookEndpoint, WebhookEndpoint.id == WebhookDelivery.endpoint_id)
        .where(
            WebhookEndpoint.brand_id == endpoint.brand_id,
            WebhookDelivery.sending_until > now,
            WebhookDelivery.id != delivery.id,
        )
    )
    of_brand, of_endpoint = session.execute(others).one().tuple()
    if of_brand >= AT_ONCE_OF_BRAND or of_endpoint >= AT_ONCE:
        delivery.waits_at_step = step
        return False
    delivery.sending_until, delivery.waits_at_step = now + _HELD_FOR, None
    return True


def leave(session: Session, endpoint: WebhookEndpoint, delivery: WebhookDelivery) -> None:
    """And calls the next one of the brand."""
    delivery.sending_until = None
    session.flush()
    _hold_places(session, endpoint.brand_id)
    chosen = _next_of_brand(session, endpoint.brand_id)
    if chosen is not None:
        call_next(session, chosen, 1)


def call_next(session: Session, endpoint_id: UUID, count: int = AT_ONCE) -> None:
    session.flush()
    in_line = (WebhookDelivery.endpoint_id == endpoint_id, WebhookDelivery.waits_at_step.is_not(None))
    waiting = select(WebhookDelivery).where(*in_line).order_by(WebhookDelivery.id).limit(count)
    # Whoever holds one calls it as well, or asks for its turn.
    for delivery in session.scalars(waiting.with_for_update(of=WebhookDelivery, skip_locked=True)):
        step, delivery.waits_at_step = delivery.waits_at_step, None
        assert step is not None
        jobs.defer_webhook(session, delivery.id, delivery.next_attempt, step=step)


def call_all_again(session: Session, endpoint: WebhookEndpoint) -> None:
    """What was to be sent when the endpoint was switched off, with all its retries."""
    session.flush()
    session.execute(
        update(WebhookDelivery)
        .where(
            WebhookDelivery.endpoint_id == endpoint.id,
            WebhookDelivery.status == DeliveryStatus.PENDING,
            or_(
                WebhookDelivery.sending_until.is_(None),
                WebhookDelivery.sending_until < clock.database_time(session),
            ),
        )
        # A retry that is still to come is overtaken by this.
        .values(next_attempt=WebhookDelivery.next_attempt + 1, next_attempt_at=None, waits_at_step=0)
    )
    call_next(session, endpoint.id)


def call_forgotten(session: Session) -> None:
    """Where nobody is left to call the next one: who was being sent to has died for good."""
    now = clock.database_time(session)
    sending = select(WebhookDelivery.endpoint_id).where(WebhookDelivery.sending_until > now)
    forgotten = session.scalars(
        select(WebhookDelivery.endpoint_id)
        .join(WebhookEndpoint, WebhookEndpoint.id == WebhookDelivery.endpoint_id)
        .where(
            WebhookDelivery.waits_at_step.is_not(None),
            WebhookDelivery.endpoint_id.not_in(sending),
            WebhookEndpoint.disabled_at.is_(None),
        )
        .distinct()
    ).all()
    for endpoint_id in forgotten:
        if locked(session, endpoint_id) is not None:
            call_next(session, endpoint_id)


def _hold_places(session: Session, brand_id: int) -> None:
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"webhooks of {brand_id}", 0))))


def _next_of_brand(session: Session, brand_id: int) -> UUID | None:
    """One of the endpoints that are sent to the least: one that answers goes before those that hang."""
    of_endpoint = WebhookDelivery.endpoint_id == WebhookEndpoint.id
    sending = (
        select(func.count())
        .where(of_endpoint, WebhookDelivery.sending_until > clock.database_time(session))
        .scalar_subquery()
    )
    waits = select(WebhookDelivery.id).where(of_endpoint, WebhookDelivery.waits_at_step.is_not(None)).exists()
    return session.scalar(
        select(WebhookEndpoint.id)
        .where(
            WebhookEndpoint.brand_id == brand_id,
            WebhookEndpoint.disabled_at.is_(None),
            waits,
            sending < AT_ONCE,
        )
        .order_by(sending, func.random())
        .limit(1)
    )
