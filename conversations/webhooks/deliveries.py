"""One attempt at a delivery: what is to be sent, and what follows from the answer."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from conversations import jobs, mail, texts
from conversations.webhooks import line, retrying, signing
from conversations.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint, WebhookEvent
from conversations.webhooks.names import DeliveryStatus, WhyDisabled
from conversations.webhooks.retrying import RETRY_AFTER_SECONDS
from onboarding import clock, people
from onboarding.models import Brand, Contact

_GONE = 410
_KEPT_FOR = timedelta(days=30)


@dataclass(frozen=True)
class Wanted:
    url: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Outcome:
    """`error` says what happened where there was no answer; `retry_after` how many seconds to wait, if it did."""

    status_code: int | None
    error: str | None
    milliseconds: int
    retry_after: int | None = None

    @property
    def is_taken(self) -> bool:
        return self.status_code is not None and 200 <= self.status_code < 300


def what_to_send(
    session: Session, delivery_id: int, attempt: int, step: int, server_key: bytes, timestamp: int
) -> Wanted | None:
    """None where there is nothing to do now: it was overtaken, or stands in line behind others of its endpoint."""
    endpoint, delivery = _locked(session, delivery_id)
    if endpoint is None or delivery is None or _is_overtaken(delivery, attempt):
        return None
    if endpoint.disabled_at is not None or not line.take_turn(session, endpoint, delivery, step):
        return None
    body = payload(delivery.event)
    now = clock.now(session)
    signed = signing.headers(server_key, endpoint, delivery.event_id, timestamp, body, now)
    return Wanted(endpoint.url, {"content-type": "application/json", **signed}, body)


def payload(event: WebhookEvent) -> bytes:
    """Ids and little more: what they stand for is read by whoever may, through the API."""
    content = {"type": event.type, "timestamp": event.at.astimezone(UTC).isoformat(), "data": event.data}
    return json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode()


def keep_outcome(
    session: Session, delivery_id: int, attempt: int, step: int, outcome: Outcome, at: datetime, base_url: str
) -> None:
    """`at` is real time. Retries while there are any left, and switches an endpoint off that failed for a day."""
    endpoint, delivery = _locked(session, delivery_id)
    if endpoint is None or delivery is None:
        return
    session.add(
        WebhookAttempt(
            delivery_id=delivery.id,
            at=at,
            status_code=outcome.status_code,
            error=outcome.error,
            milliseconds=outcome.milliseconds,
        )
    )
    if _is_overtaken(delivery, attempt):
        return
    delivery.next_attempt += 1
    _follow(session, endpoint, delivery, step, outcome, at, base_url)
    line.leave(session, endpoint, delivery)


def attempts_of(session: Session, deliveries: list[WebhookDelivery]) -> dict[int, list[WebhookAttempt]]:
    """By delivery, the first attempt first."""
    found: dict[int, list[WebhookAttempt]] = {delivery.id: [] for delivery in deliveries}
    for attempt in session.scalars(
        select(WebhookAttempt).where(WebhookAttempt.delivery_id.in_(found)).order_by(WebhookAttempt.id)
    ):
        found[attempt.delivery_id].append(attempt)
    return found


def forget_old(session: Session) -> None:
    session.execute(delete(WebhookEvent).where(WebhookEvent.at < clock.now(session) - _KEPT_FOR))


def waiting(session: Session, endpoint: WebhookEndpoint) -> int:
    """How many deliveries are still to be made."""
    return (
        session.scalar(
            select(func.count()).where(
                WebhookDelivery.endpoint_id == endpoint.id, WebhookDelivery.status == DeliveryStatus.PENDING
            )
        )
        or 0
    )


def _locked(
    session: Session, delivery_id: int
) -> tuple[WebhookEndpoint, WebhookDelivery] | tuple[None, None]:
    """The endpoint first, as whoever sends a delivery again does."""
    of = select(WebhookDelivery.endpoint_id).where(WebhookDelivery.id == delivery_id)
    endpoint = line.locked(session, session.scalar(of))
    delivery = session.get(
        WebhookDelivery, delivery_id, with_for_update={"of": WebhookDelivery}, populate_existing=True
    )
    return (endpoint, delivery) if endpoint is not None and delivery is not None else (None, None)


def _follow(
    session: Session,
    endpoint: WebhookEndpoint,
    delivery: WebhookDelivery,
    step: int,
    outcome: Outcome,
    at: datetime,
    base_url: str,
) -> None:
    if outcome.is_taken:
        delivery.status, delivery.next_attempt_at, endpoint.failing_since = (
            DeliveryStatus.DELIVERED,
            None,
            None,
        )
        return
    endpoint.failing_since = endpoint.failing_since or at
    if outcome.status_code == _GONE:
        _give_up(delivery)
        _switch_off(session, endpoint, WhyDisabled.GONE, base_url)
    elif step < len(RETRY_AFTER_SECONDS):
        _try_again(session, delivery, step, at, outcome.retry_after)
    else:
        _give_up(delivery)
        if at - endpoint.failing_since >= timedelta(seconds=sum(RETRY_AFTER_SECONDS)):
            _switch_off(session, endpoint, WhyDisabled.FAILING, base_url)


def _is_overtaken(delivery: WebhookDelivery, attempt: int) -> bool:
    return delivery.status is not DeliveryStatus.PENDING or delivery.next_attempt != attempt


def _try_again(
    session: Session, delivery: WebhookDelivery, step: int, at: datetime, asked: int | None
) -> None:
    seconds = retrying.seconds_until(step, asked)
    delivery.next_attempt_at = at + timedelta(seconds=seconds)
    jobs.defer_webhook(session, delivery.id, delivery.next_attempt, step=step + 1, seconds=seconds)


def _give_up(delivery: WebhookDelivery) -> None:
    delivery.status, delivery.next_attempt_at = DeliveryStatus.FAILED, None


def _switch_off(session: Session, endpoint: WebhookEndpoint, why: WhyDisabled, base_url: str) -> None:
    """Its owners hear of it once."""
    endpoint.disabled_at, endpoint.why_disabled = clock.now(session), why
    brand = session.get_one(Brand, endpoint.brand_id)
    for owner in people.owners_of(session, endpoint.brand_id):
        _tell(session, owner, brand, endpoint, why, base_url)


def _tell(
    session: Session, owner: Contact, brand: Brand, endpoint: WebhookEndpoint, why: WhyDisabled, base_url: str
) -> None:
    values = {"name": owner.name, "brand": brand.name, "url": endpoint.url, "link": f"{base_url}/brands"}
    words = texts.webhook_mail(why.value.lower())
    mail.send_mail(session, owner.email, words["subject"].format(**values), words["body"].format(**values))
