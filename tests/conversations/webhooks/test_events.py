"""What is noted in the transaction that causes it, for whom, and what follows from each answer."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from conversations import joining, lookup, messages
from conversations.messages import Inbound
from conversations.models import Mail
from conversations.names import Owner
from conversations.webhooks import deliveries, endpoints, line, retrying
from conversations.webhooks.deliveries import Outcome
from conversations.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint, WebhookEvent
from conversations.webhooks.names import CHOSEN, DeliveryStatus, EventType, WhyDisabled
from conversations.webhooks.retrying import RETRY_AFTER_SECONDS
from onboarding import clock, stages
from onboarding.brands import application_of
from onboarding.models import Membership, Milestone
from onboarding.names import DocumentStatus, DocumentType, Role, Stage
from onboarding.permissions import RoleTooLow
from onboarding.requirements import newest_submissions
from tests.onboarding.people import INGRID, KENJI, SOFIA, brand, contact

KEY = b"a key"
URL = "https://integrator.example/hook"


def endpoint(
    session: Session, *events: EventType, email: str = INGRID, name: str = "Nordlys Skincare"
) -> WebhookEndpoint:
    return endpoints.register(
        session, contact(session, email), brand(session, name).id, URL, events or CHOSEN, loopback=False
    )


def noted(session: Session) -> list[WebhookEvent]:
    return list(session.scalars(select(WebhookEvent).order_by(WebhookEvent.at, WebhookEvent.type)))


def jobs(session: Session) -> list[dict[str, int]]:
    found = session.execute(
        text("SELECT args FROM procrastinate_jobs WHERE task_name = 'webhooks.deliver' ORDER BY id")
    )
    return [args for (args,) in found]


def write(session: Session, email: str) -> str:
    own = lookup.open_for_contact(session, contact(session, email).id)
    messages.receive(session, Inbound(own.id, "web", str(uuid4()), "Something private"))
    return str(own.id)


def test_a_stage_that_is_entered_is_told_with_its_job(session: Session) -> None:
    told = endpoint(session)
    application = application_of(session, brand(session, "Nordlys Skincare"))
    before = application.stage
    stages.move(session, application, Stage.DOCUMENT_REVIEW, by="A test")

    (event,) = noted(session)
    assert event.type == EventType.STAGE_CHANGED
    assert event.data == {
        "application": application.number,
        "stage": "DOCUMENT_REVIEW",
        "previous_stage": before.value,
    }
    assert event.at == clock.now(session)
    delivery = session.scalars(select(WebhookDelivery)).one()
    assert delivery.endpoint_id == told.id
    assert jobs(session) == [{"delivery_id": delivery.id, "attempt": 1, "step": 0}]


def test_what_is_undone_is_not_told(session: Session) -> None:
    endpoint(session)
    undone = session.begin_nested()
    stages.move(
        session, application_of(session, brand(session, "Nordlys Skincare")), Stage.APPROVED, by="A test"
    )
    undone.rollback()

    assert noted(session) == []
    assert jobs(session) == []


def test_a_document_that_changes_its_status_is_told_once(session: Session) -> None:
    endpoint(session, EventType.DOCUMENT_CHANGED)
    newest = newest_submissions(session, application_of(session, brand(session, "Nordlys Skincare")))
    submission = newest[DocumentType.BUSINESS_REG]
    submission.status = DocumentStatus.EXPIRED
    session.flush()
    submission.decided_at = clock.now(session)
    session.flush()

    (event,) = noted(session)
    assert (event.data["document"], event.data["status"]) == ("BUSINESS_REG", "EXPIRED")


def test_a_milestone_is_told(session: Session) -> None:
    endpoint(session, EventType.MILESTONE_REACHED)
    nordlys = brand(session, "Nordlys Skincare")
    session.add(Milestone(brand_id=nordlys.id, tier="T1", reached_on=clock.today_in_china(session)))
    session.flush()

    assert noted(session)[0].data == {"tier": "T1", "reached_on": "2026-05-20"}


def test_messages_and_handoffs_are_told_by_their_ids(session: Session) -> None:
    endpoint(session)
    conversation_id = write(session, INGRID)
    own = lookup.open_for_contact(session, contact(session, INGRID).id)
    own.owner = Owner.WAITING.value
    session.flush()

    handoff, message = sorted(noted(session), key=lambda event: event.type)
    assert message.data == {"conversation": conversation_id, "message": 1, "role": "brand", "channel": "web"}
    assert handoff.data == {"conversation": conversation_id, "owner": "waiting", "previous_owner": "bot"}
    assert "private" not in deliveries.payload(message).decode()


def test_what_a_visitor_wrote_is_told_once_it_is_in_the_conversation_of_whom_it_is_told_to(
    session: Session,
) -> None:
    endpoint(session, EventType.MESSAGE_CREATED)
    own = write(session, INGRID)
    visited = lookup.open_for_visitor(session).id
    messages.receive(session, Inbound(visited, "web", "v1", "As a visitor"))
    before = noted(session)
    clock.advance(session, timedelta(hours=1))
    joining.adopt(session, visited, contact(session, INGRID).id)

    told = [event for event in noted(session) if event not in before]
    assert [event.data for event in before] == [
        {"conversation": own, "message": 1, "role": "brand", "channel": "web"}
    ]
    assert [(event.data, event.at) for event in told] == [
        ({"conversation": own, "message": 2, "role": "brand", "channel": "web"}, clock.now(session))
    ]


@pytest.mark.parametrize("email", [SOFIA, KENJI])
def test_nobody_hears_of_somebody_elses_conversation(session: Session, email: str) -> None:
    endpoint(session)
    write(session, email)

    assert noted(session) == []


def test_whoever_left_the_brand_has_their_conversation_told_no_more(session: Session) -> None:
    told = endpoint(session)
    session.delete(session.get_one(Membership, (told.contact_id, told.brand_id)))
    write(session, INGRID)

    assert noted(session) == []


def test_only_what_was_asked_for_is_noted_and_nothing_while_it_is_off(session: Session) -> None:
    told = endpoint(session, EventType.MILESTONE_REACHED)
    application = application_of(session, brand(session, "Nordlys Skincare"))
    stages.move(session, application, Stage.DOCUMENT_REVIEW, by="A test")
    endpoints.change(session, told, by=contact(session, INGRID), events=CHOSEN, loopback=False)
    endpoints.switch(session, told, on=False)
    stages.move(session, application, Stage.APPROVED, by="A test")

    assert noted(session) == []


def test_another_brands_events_are_not_told(session: Session) -> None:
    endpoint(session, email=KENJI, name="Kumo")
    stages.move(
        session, application_of(session, brand(session, "Nordlys Skincare")), Stage.APPROVED, by="A test"
    )

    assert noted(session) == []


def test_only_owners_add_webhooks(session: Session) -> None:
    with pytest.raises(RoleTooLow) as refused:
        endpoint(session, email=SOFIA)

    assert refused.value.needed is Role.OWNER


def sent(session: Session) -> WebhookDelivery:
    return endpoints.send_test(session, endpoint(session))


def keep(
    session: Session, delivery: WebhookDelivery, outcome: Outcome, *, step: int = 0, hours: float = 0
) -> None:
    at = clock.now(session) + timedelta(hours=hours)
    deliveries.keep_outcome(
        session, delivery.id, delivery.next_attempt, step, outcome, at, "https://desk.example"
    )
    session.flush()


FAILED = Outcome(500, None, 20)


def test_a_failure_is_tried_again_later_and_later_for_a_day() -> None:
    assert list(RETRY_AFTER_SECONDS) == sorted(RETRY_AFTER_SECONDS)
    assert timedelta(hours=23) < timedelta(seconds=sum(RETRY_AFTER_SECONDS)) < timedelta(hours=26)


def test_each_failure_defers_the_next_attempt(session: Session) -> None:
    delivery = sent(session)
    keep(session, delivery, FAILED)

    assert delivery.status is DeliveryStatus.PENDING
    wait = delivery.next_attempt_at - clock.now(session)
    assert (
        timedelta(seconds=RETRY_AFTER_SECONDS[0]) <= wait <= timedelta(seconds=RETRY_AFTER_SECONDS[0] * 1.1)
    )
    assert jobs(session)[-1] == {"delivery_id": delivery.id, "attempt": 2, "step": 1}


def test_what_failed_together_is_not_sent_again_together() -> None:
    waits = {retrying.seconds_until(4, None) for _ in range(20)}

    assert len(waits) > 1
    assert min(waits) >= RETRY_AFTER_SECONDS[4]


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120),
        ("Wed, 20 May 2026 08:10:00 GMT", 600),
        ("Wed, 20 May 2026 07:00:00 GMT", 0),
        ("-5", None),
        ("soon", None),
        ("Wed, 20 May 2026 08:10:00 +99999999999999", None),
        ("9" * 5000, 999_999_999),
        ("²", None),
        (None, None),
    ],
)
def test_a_receiver_says_how_long_to_wait_in_seconds_or_as_a_moment(
    said: str | None, seconds: int | None
) -> None:
    assert retrying.seconds_asked(said, datetime(2026, 5, 20, 8, tzinfo=UTC)) == seconds


def test_a_receiver_is_given_the_time_that_it_asks_for_within_limits(session: Session) -> None:
    delivery, other = sent(session), sent(session)
    keep(session, delivery, Outcome(429, None, 20, retry_after=600))
    keep(session, other, Outcome(503, None, 20, retry_after=10**9))

    assert delivery.next_attempt_at
    assert other.next_attempt_at
    assert timedelta(minutes=10) <= delivery.next_attempt_at - clock.now(session) <= timedelta(minutes=11)
    assert other.next_attempt_at - clock.now(session) <= timedelta(hours=10)


def test_what_is_just_being_sent_is_not_sent_again_beside_it(session: Session) -> None:
    delivery = sent(session)
    told = session.get_one(WebhookEndpoint, delivery.endpoint_id)
    assert deliveries.what_to_send(session, delivery.id, 1, 0, KEY, 0) is not None

    with pytest.raises(endpoints.DeliveryUnderWay):
        endpoints.replay(session, told, delivery.id)

    keep(session, delivery, FAILED)
    assert endpoints.replay(session, told, delivery.id).next_attempt == 3


def test_an_attempt_that_was_overtaken_is_logged_and_changes_nothing(session: Session) -> None:
    delivery = sent(session)
    endpoints.replay(session, session.get_one(WebhookEndpoint, delivery.endpoint_id), delivery.id)

    assert deliveries.what_to_send(session, delivery.id, 1, 0, KEY, 0) is None
    deliveries.keep_outcome(session, delivery.id, 1, 0, FAILED, clock.now(session), "https://desk.example")
    assert session.scalars(select(WebhookAttempt.status_code)).all() == [500]
    assert (delivery.status, delivery.next_attempt) == (DeliveryStatus.PENDING, 2)
    assert deliveries.what_to_send(session, delivery.id, 2, 0, KEY, 0) is not None


def in_line_behind_two(session: Session) -> list[WebhookDelivery]:
    """Two that are being sent, and one that waits for them."""
    told = endpoint(session)
    found = [endpoints.send_test(session, told) for _ in range(3)]
    begun = [deliveries.what_to_send(session, one.id, 1, 0, KEY, 0) is not None for one in found]
    assert begun == [True, True, False]
    return found


def test_the_next_in_line_is_called_once_one_was_answered(session: Session) -> None:
    first, _, third = in_line_behind_two(session)
    before = len(jobs(session))
    keep(session, first, Outcome(200, None, 5))

    assert jobs(session)[before:] == [{"delivery_id": third.id, "attempt": 1, "step": 0}]
    assert deliveries.what_to_send(session, third.id, 1, 0, KEY, 0) is not None


def test_a_line_goes_on_where_those_that_were_being_sent_died_for_good(session: Session) -> None:
    first, second, third = in_line_behind_two(session)
    line.call_forgotten(session)
    before = len(jobs(session))
    first.sending_until = second.sending_until = clock.now(session) - timedelta(days=1)
    line.call_forgotten(session)

    assert jobs(session)[before:] == [{"delivery_id": third.id, "attempt": 1, "step": 0}]


def test_an_endpoint_that_took_nothing_for_a_day_is_switched_off_and_its_owners_hear_of_it(
    session: Session,
) -> None:
    delivery = sent(session)
    told = session.get_one(WebhookEndpoint, delivery.endpoint_id)
    keep(session, delivery, FAILED)
    keep(session, delivery, FAILED, step=len(RETRY_AFTER_SECONDS), hours=25)

    assert delivery.status is DeliveryStatus.FAILED
    assert told.why_disabled is WhyDisabled.FAILING
    (mail,) = session.scalars(select(Mail).where(Mail.subject.contains("webhook")))
    assert mail.recipient == INGRID
    assert URL in mail.body


def test_an_endpoint_that_took_something_meanwhile_stays_on(session: Session) -> None:
    delivery = sent(session)
    told = session.get_one(WebhookEndpoint, delivery.endpoint_id)
    other = endpoints.send_test(session, told)
    keep(session, delivery, FAILED)
    keep(session, other, Outcome(200, None, 5), hours=20)
    keep(session, delivery, FAILED, step=len(RETRY_AFTER_SECONDS), hours=25)

    assert delivery.status is DeliveryStatus.FAILED
    assert told.disabled_at is None


def test_gone_is_believed_at_once(session: Session) -> None:
    delivery = sent(session)
    keep(session, delivery, Outcome(410, None, 5))

    assert session.get_one(WebhookEndpoint, delivery.endpoint_id).why_disabled is WhyDisabled.GONE


def test_old_events_are_forgotten_with_their_log(session: Session) -> None:
    delivery = sent(session)
    keep(session, delivery, Outcome(200, None, 5))
    clock.advance(session, timedelta(days=31))
    deliveries.forget_old(session)

    assert session.scalar(select(func.count()).select_from(WebhookAttempt)) == 0
