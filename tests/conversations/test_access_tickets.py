"""Requests for access that nobody answers reach the programme's people."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from conversations import access_tickets
from conversations.models import Ticket
from onboarding import access_requests, clock
from onboarding.models import AccessRequest
from onboarding.names import AccessReason, Role
from tests.onboarding.people import INGRID, KENJI, brand, contact


def ask(session: Session) -> AccessRequest:
    asked = access_requests.ask(
        session, contact(session, KENJI), "Nordlys Skincare", AccessReason.AGENCY, "Please"
    )
    assert asked.request is not None
    return asked.request


def days_later(session: Session, days: int) -> list[Ticket]:
    clock.advance(session, timedelta(days=days))
    access_tickets.pass_on_unanswered(session)
    session.flush()
    return list(session.scalars(select(Ticket)))


def test_an_owner_has_some_days_to_answer_then_the_programmes_people_hear_of_it_once(
    session: Session,
) -> None:
    request = ask(session)

    assert days_later(session, 4) == []
    tickets = days_later(session, 1)
    assert [(ticket.reason, ticket.email) for ticket in tickets] == [("access_request", KENJI)]
    assert tickets[0].detail == f"{request.id}: AGENCY, Nordlys Skincare. Please"
    assert days_later(session, 30) == tickets


def test_what_an_owner_answered_is_not_passed_on(session: Session) -> None:
    request = ask(session)
    nordlys = brand(session, "Nordlys Skincare")
    access_requests.answer(session, contact(session, INGRID), nordlys.id, request.id, Role.VIEWER)

    assert days_later(session, 30) == []
