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
from conversations.webhooks.endpoints import TooManyEndpoints
from conversations.webhooks.models import WebhookDelivery, WebhookEndpoint
from conversations.webhooks.names import CHOSEN
from onboarding import api_keys, chat_sites, stages
from onboarding.api_keys import TooManyKeys
from onboarding.api_scopes import Scope
from onboarding.brands import application_of
from onboarding.chat_sites import TooManySites
from onboarding.database import SessionFactory
from onboarding.errors import DomainError
from onboarding.models import StageChange
from onboarding.names import KeyKind, ProofAlgorithm, Stage
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


def add_key(session: Session) -> None:
    owner, nordlys = contact(session, INGRID), brand(session, "Nordlys Skincare").id
    api_keys.make(session, owner, nordlys, "A key", KeyKind.KEY, [Scope.SALES_READ], days=None)


def add_site(session: Session) -> None:
    owner, nordlys = contact(session, INGRID), brand(session, "Nordlys Skincare").id
    chat_sites.register(session, owner, nordlys, "A shop", ["https://a.example"], ProofAlgorithm.HS256, None)


@pytest.mark.parametrize(
    ("work", "refused"), [(add, TooManyEndpoints), (add_key, TooManyKeys), (add_site, TooManySites)]
)
def test_two_who_add_the_last_one_at_once_do_not_both(
    sessions: SessionFactory,
    session: Session,
    work: Callable[[Session], object],
    refused: type[DomainError],
) -> None:
    with sessions.begin() as begun:
        for _ in range(endpoints.MOST_ENDPOINTS - 1):
            work(begun)

    assert isinstance(in_the_middle(sessions, session, work, work), refused)


def test_a_webhook_is_deleted_with_what_is_just_being_noted_for_it(
    sessions: SessionFactory, session: Session
) -> None:
    with sessions.begin() as begun:
        add(begun)

    failed = in_the_middle(sessions, session, write, delete)

    assert failed is None
    assert (count(session, Message), count(session, WebhookDelivery)) == (1, 0)
