"""What is decided elsewhere is no promise any more."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from conversations import access_tickets, claim_tickets, opening
from conversations.decided_tickets import settle_decided
from conversations.models import Ticket
from onboarding import access_requests, clock
from onboarding.names import AccessReason, ClaimStatus, Role
from onboarding.registration import claims
from tests.conversations.test_claim_tickets import name_one_brand
from tests.onboarding.opening import way
from tests.onboarding.people import INGRID, KENJI, brand, contact

DESK = "https://desk.example"


@pytest.fixture
def appealed(session):
    application = way.nordlys(session)
    opening.refuse(session, application.id, reason="No.", by=way.MEI, base_url=DESK)
    opening.appeal(session, way.ingrid(session), application, "Look again")
    return application


@pytest.fixture
def requested(session):
    asked = access_requests.ask(
        session, contact(session, KENJI), "Nordlys Skincare", AccessReason.AGENCY, "Please"
    )
    clock.advance(session, timedelta(days=5))
    access_tickets.pass_on_unanswered(session)
    session.flush()
    return asked.request


def test_a_claim_of_a_brand_ends_with_its_decision(session):
    name_one_brand(session)
    claim_tickets.pass_on_new(session)
    session.flush()
    assert outcomes(session) == [None]

    claims.decide(session, claims.open_claims(session)[0], ClaimStatus.UPHELD, by="Zhou", reason="Owner")

    assert outcomes(session) == ["decided"]


def outcomes(session):
    settle_decided(session)
    return session.scalars(select(Ticket.outcome)).all()


def test_an_appeal_ends_with_its_answer(session, appealed):
    assert outcomes(session) == [None]

    opening.decide_appeal(
        session, appealed.id, granted=False, answer="We looked again.", by="Zhou", base_url=DESK
    )

    assert outcomes(session) == ["decided"]


def test_a_request_for_access_ends_with_its_answer(session, requested):
    assert outcomes(session) == [None]

    nordlys = brand(session, "Nordlys Skincare")
    access_requests.answer(session, contact(session, INGRID), nordlys.id, requested.id, Role.VIEWER)

    assert outcomes(session) == ["decided"]
