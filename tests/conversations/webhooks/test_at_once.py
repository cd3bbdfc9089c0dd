"""Two connections that meet at one webhook: neither undoes the other's work."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from conversations import lookup, messages
from conversations.messages import Inbound
from conversations.models import Message
from conversations.webhooks import endpoints
from conversations.webhooks.models import WebhookDelivery, WebhookEndpoint
from conversations.webhooks.names import CHOSEN
from onboarding import stages
from onboarding.brands import application_of
from onboarding.database import SessionFactory
from onboarding.models import StageChange
from onboarding.names import Stage
from tests.onboarding.people import INGRID, brand, contact
from tests.onboarding.test_people import in_the_middle

URL = "https://integrator.example/hook"


def add(session: Session) -> WebhookEndpoint:
    nordlys = brand(session, "Nordlys Skincare").id
    return endpoints.register(session, contact(session, INGRID), nordlys, URL, CHOSEN, loopback=False)


def delete(session: Session) -> None:
    session.delete(session.scalars(select(WebhookEndpoint)).one())
    session.flush()


def write(session: Session) -> None:
    own = lookup.open_for_contact(session, contact(session, INGRID).id)
    messages.receive(session, Inbound(own.id, "web", str(uuid4()), "Hello"))


def decide(session: Session) -> None:
    stages.move(
        session, application_of(session, brand(session, "Nordlys Skincare")), Stage.APPROVED, by="A test"
    )


def count(session: Session, what: type[Message | StageChange | WebhookDelivery]) -> int:
    return session.scalars(select(func.count()).select_from(what)).one()


@pytest.mark.parametrize(("work", "made"), [(write, Message), (decide, StageChange)])
def test_what_happens_while_a_webhook_is_being_deleted_is_kept(
    sessions: SessionFactory,
    session: Session,
    work: Callable[[Session], None],
    made: type[Message | StageChange],
) -> None:
    with sessions.begin() as begun:
        add(begun)
        before = count(begun, made)

    failed = in_the_middle(sessions, session, delete, work)

    assert failed is None
    assert count(session, made) == before + 1
    assert count(session, WebhookDelivery) == 0


def test_a_webhook_is_deleted_with_what_is_just_being_noted_for_it(
    sessions: SessionFactory, session: Session
) -> None:
    with sessions.begin() as begun:
        add(begun)

    failed = in_the_middle(sessions, session, write, delete)

    assert failed is None
    assert (count(session, Message), count(session, WebhookDelivery)) == (1, 0)
