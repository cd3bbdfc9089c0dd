"""Ways to a person."""

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from conversations.models import Ticket
from onboarding import clock
from tests.actions.conftest import Talk


def tickets(session: Session) -> list[Ticket]:
    return list(session.scalars(select(Ticket)))


def test_promises_an_answer_with_reference_time_and_address(ingrid: Talk, session: Session) -> None:
    told = ingrid.ask("handoff_human", "a person").text
    [ticket] = tickets(session)
    assert ticket.reference in told
    assert "Our team is at work now" in told
    assert "by Thu 21 May 2026, 05:00 in Oslo (11:00 in China)" in told
    assert "ingrid@nordlys.example" in told


def test_says_when_the_team_is_back(ingrid: Talk, session: Session) -> None:
    clock.freeze(session, datetime(2026, 5, 22, 16, tzinfo=UTC))
    told = ingrid.ask("handoff_human", "a person").text
    assert "Our team is away now and back on Mon 25 May 2026, 03:00 in Oslo (09:00 in China)" in told


def test_asking_twice_opens_one_ticket(ingrid: Talk, session: Session) -> None:
    ingrid.ask("handoff_human", "a person")
    ingrid.ask("handoff_human", "a person now")
    assert len(tickets(session)) == 1


def test_a_visitor_may_leave_an_address_in_any_words(visitor: Talk, session: Session) -> None:
    assert "Write your email address" in visitor.ask("handoff_human", "a person").text
    told = visitor.ask("out_of_scope", "sure, it is Anna@Example.org").text
    [ticket] = tickets(session)
    assert ticket.email == "anna@example.org"
    assert ticket.reference in told


def test_one_address_serves_every_ticket_that_waits_for_it(visitor: Talk, session: Session) -> None:
    visitor.ask("handoff_human", "a person")
    visitor.ask("handoff_complaint", "too slow")
    visitor.ask("correct", "anna@example.org")
    assert [ticket.email for ticket in tickets(session)] == ["anna@example.org"] * 2


def test_other_questions_are_answered_before_the_address_comes(visitor: Talk) -> None:
    visitor.ask("handoff_human", "a person")
    assert "RMB 1,000,000" in visitor.ask("gmv_target", "what is the goal?").text
    assert "anna@example.org" in visitor.ask("correct", "anna@example.org").text


def test_a_complaint_keeps_its_words(lena: Talk, session: Session) -> None:
    lena.ask("handoff_complaint", "your review is too slow")
    [ticket] = tickets(session)
    assert (ticket.reason, ticket.detail) == ("complaint", "your review is too slow")


def test_a_callback_keeps_time_and_number(kenji: Talk, session: Session) -> None:
    kenji.ask("handoff_callback", "call me at 10 on +81 3 1234 5678")
    [ticket] = tickets(session)
    assert ticket.reason == "callback"
    assert "+81 3 1234 5678" in (ticket.detail or "")


def test_office_hours_are_told_in_both_zones(ingrid: Talk) -> None:
    told = ingrid.ask("handoff_office_hours", "when are you there?").text
    assert "Mon to Fri, 09:00 to 18:00 in China (03:00 to 12:00 in Oslo)" in told
    assert "Dragon Boat Festival" in told
