"""The line before an endpoint: a few deliveries at once, the others wait without a job until one has been answered.

Whoever calls these holds the endpoint's row locked.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from conversations import jobs
from conversations.webhooks.models import WebhookDelivery, WebhookEndpoint
from conversations.webhooks.names import DeliveryStatus
from onboarding import clock

# Of eight that are sent at once to all: who hangs leaves room for the others.
AT_ONCE = 2
# Longer than an attempt can take: who holds it for so long has died.
_HELD_FOR = timedelta(seconds=30)


def locked(session: Session, endpoint_id: UUID | None) -> WebhookEndpoint | None:
    """Not so strictly that a delivery that is just being noted would have to wait; None where it was deleted."""
    if endpoint_id is None:
        return None
    return session.get(
        WebhookEndpoint, endpoint_id, with_for_update={"key_share": True}, populate_existing=True
    )


def take_turn(session: Session, delivery: WebhookDelivery, step: int) -> bool:
    """Whether it is sent now; else it stands in line."""
    now = clock.database_time(session)
    others = (
        WebhookDelivery.endpoint_id == delivery.endpoint_id,
        WebhookDelivery.sending_until > now,
        WebhookDelivery.id != delivery.id,
    )
    if session.scalars(select(func.count()).where(*others)).one() >= AT_ONCE:
        delivery.waits_at_step = step
        return False
    delivery.sending_until, delivery.waits_at_step = now + _HELD_FOR, None
    return True


def leave(session: Session, delivery: WebhookDelivery) -> None:
    """And calls the next one."""
    delivery.sending_until = None
    call_next(session, delivery.endpoint_id, 1)


def call_next(session: Session, endpoint_id: UUID, count: int = AT_ONCE) -> None:
    session.flush()
    in_line = (WebhookDelivery.endpoint_id == endpoint_id, WebhookDelivery.waits_at_step.is_not(None))
    waiting = select(WebhookDelivery).where(*in_line).order_by(WebhookDelivery.id).limit(count)
    for delivery in session.scalars(waiting.with_for_update(of=WebhookDelivery)):
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
