"""A brand that two companies claim reaches the programme's people."""

import json

from sqlalchemy import select
from sqlalchemy.orm import Session

from conversations import background, claim_tickets, personal_data
from conversations.models import Ticket
from onboarding.database import SessionFactory
from onboarding.models import Application, Contact
from onboarding.names import ClaimStatus
from onboarding.registration import claims, drafts
from tests.onboarding.registration.answers import F, filled, person


def name_one_brand(session: Session) -> tuple[Contact, Application]:
    """Nora's company first, then Ruth's."""
    filled(session, person(session))
    ruth = person(session, "Ruth Rival", "ruth@rival.example")
    return ruth, filled(session, ruth, company_name="Rival Ltd", country="GB")


def passed_on(session: Session) -> list[Ticket]:
    claim_tickets.pass_on_new(session)
    session.flush()
    return list(session.scalars(select(Ticket)))


def test_the_programmes_people_hear_once_of_a_brand_that_two_companies_name(session: Session) -> None:
    _, application = name_one_brand(session)
    claim = claims.open_claims(session)[0]

    tickets = passed_on(session)

    assert [(ticket.reason, ticket.email) for ticket in tickets] == [
        (f"brand_claim {claim.id}", "ruth@rival.example")
    ]
    assert tickets[0].detail == f"{claim.id}: Glade Ceramics, Rival Ltd, {application.number}"
    assert passed_on(session) == tickets


def test_a_brand_that_is_named_differently_by_then_is_no_ticket(session: Session) -> None:
    ruth, application = name_one_brand(session)
    drafts.save_answer(session, ruth, application, F.BRAND_NAME, "Rival")

    assert passed_on(session) == []


def test_a_claim_that_was_decided_by_then_is_no_ticket(session: Session) -> None:
    name_one_brand(session)
    claims.decide(session, claims.open_claims(session)[0], ClaimStatus.UPHELD, by="Zhou", reason="Owner")

    assert passed_on(session) == []


def test_the_ticket_does_not_tell_who_the_other_company_is(session: Session) -> None:
    ruth, _ = name_one_brand(session)
    passed_on(session)

    copied = json.dumps(personal_data.held(session, ruth), default=str)

    assert "Rival Ltd" in copied
    assert "Glade Ceramics AS" not in copied


def test_the_background_work_passes_claims_on(sessions: SessionFactory) -> None:
    with sessions.begin() as session:
        name_one_brand(session)

    background.do_what_is_due(sessions, "http://desk.example")

    with sessions() as session:
        assert len(session.scalars(select(Ticket)).all()) == 1
