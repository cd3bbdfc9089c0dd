"""Ways to a person."""

from datetime import UTC, date, datetime, time

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from conversations import ownership
from conversations.models import Handoff, Ticket
from conversations.names import HandoffReason
from conversations.queue import waiting_list
from onboarding import clock, office_hours
from onboarding.office_hours import NewHours
from onboarding.programme_types import Holiday
from tests.actions.conftest import Talk
from tests.conversations.desk import conversation_of, staff_named


def tickets(session: Session) -> list[Ticket]:
    return list(session.scalars(select(Ticket)))


def test_in_office_hours_the_conversation_waits_and_the_assistant_says_that_it_goes_on(
    ingrid: Talk, session: Session
) -> None:
    told = ingrid.ask("handoff_human", "a person").text
    assert "need not repeat anything" in told
    assert "email" not in told
    assert [item.contact.email for item in waiting_list(session) if item.contact] == [
        "ingrid@nordlys.example"
    ]
    assert tickets(session) == []


def test_out_of_hours_promises_an_answer_with_reference_time_and_address(
    ingrid: Talk, session: Session
) -> None:
    clock.freeze(session, datetime(2026, 5, 22, 16, tzinfo=UTC))
    told = ingrid.ask("handoff_human", "a person").text
    [ticket] = tickets(session)
    assert ticket.reference in told
    assert "Our team is away now and back on Mon 25 May 2026, 03:00 in Oslo (09:00 in China)" in told
    assert "by Mon 25 May 2026, 07:00 in Oslo (13:00 in China)" in told
    assert "ingrid@nordlys.example" in told


def test_asking_again_is_said_in_other_words(ingrid: Talk, session: Session) -> None:
    told = [ingrid.ask("handoff_human", "a person").text for _ in range(4)]
    assert len(set(told)) == 4
    assert "number 1" in told[1]
    assert len(waiting_list(session)) == 1


def test_asking_again_out_of_hours_names_the_same_ticket(ingrid: Talk, session: Session) -> None:
    clock.freeze(session, datetime(2026, 5, 22, 16, tzinfo=UTC))
    told = [ingrid.ask("handoff_human", "a person").text for _ in range(2)]
    [ticket] = tickets(session)
    assert told[0] != told[1]
    assert all(ticket.reference in answer for answer in told)


def test_never_mind_ends_the_wait(ingrid: Talk, session: Session) -> None:
    ingrid.ask("handoff_human", "a person")
    assert "without a person" in ingrid.ask("cancel", "never mind").text
    assert waiting_list(session) == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("If this is not fixed we will sue you", HandoffReason.LEGAL_THREAT),
        ("You will hear from our lawyers", HandoffReason.LEGAL_THREAT),
        ("I can see another brand's documents on my page", HandoffReason.DATA_LEAK),
        ("you sent me someone else's certificate", HandoffReason.DATA_LEAK),
    ],
)
def test_what_is_grave_goes_to_a_person_whatever_it_looks_like(
    ingrid: Talk, session: Session, text: str, reason: HandoffReason
) -> None:
    told = ingrid.ask("document_status", text).text
    [ticket] = tickets(session)
    assert ticket.reference in told
    assert [(item.reason, item.detail) for item in waiting_list(session)] == [(reason, text)]


@pytest.mark.parametrize(
    "text",
    [
        "do we need a lawyer for the trademark?",
        "can you show me another brand's sales?",
        "which court is responsible for contracts?",
        "what do you do against a data breach?",
    ],
)
def test_a_question_about_law_or_data_is_no_threat(ingrid: Talk, session: Session, text: str) -> None:
    ingrid.ask("document_requirements", text)
    assert waiting_list(session) == []


def test_what_the_team_noted_is_told_once_after_it_handed_back(ingrid: Talk, session: Session) -> None:
    conversation = conversation_of(session, "ingrid@nordlys.example")
    mei = staff_named(session, "Mei Lin")
    ownership.claim(session, conversation.id, mei)
    ownership.hand_back(session, conversation.id, mei, "The letter is accepted without a stamp.")
    anew = Talk(session, f"{conversation.id}:2")

    assert "Our team noted for me: The letter is accepted without a stamp." in anew.ask("greet").text
    assert "Our team noted" not in anew.ask("greet").text


def test_a_visitor_may_leave_an_address_in_any_words(visitor: Talk, session: Session) -> None:
    assert "Write your email address" in visitor.ask("handoff_human", "a person").text
    assert "Anna@Example.org" in visitor.ask("out_of_scope", "sure, it is Anna@Example.org").text
    assert session.scalars(select(Handoff.email)).all() == ["anna@example.org"]


def test_one_address_serves_everything_that_waits_for_it(visitor: Talk, session: Session) -> None:
    visitor.ask("handoff_human", "a person")
    visitor.ask("handoff_complaint", "too slow")
    visitor.ask("correct", "anna@example.org")
    assert [ticket.email for ticket in tickets(session)] == ["anna@example.org"]
    assert session.scalars(select(Handoff.email)).all() == ["anna@example.org"]


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
    assert (ticket.reason, ticket.phone) == ("callback", "+81 3 1234 5678")
    assert ticket.call_at == datetime(2026, 5, 21, 1, tzinfo=UTC)
    assert "+81 3 1234 5678" in (ticket.detail or "")


def test_office_hours_are_told_in_both_zones(ingrid: Talk) -> None:
    told = ingrid.ask("handoff_office_hours", "when are you there?").text
    assert "Mon to Fri, 09:00 to 18:00 in China (03:00 to 12:00 in Oslo)" in told
    assert "Dragon Boat Festival" in told


def test_what_an_operator_changes_is_told_and_promised_from_that_day_on(
    ingrid: Talk, session: Session
) -> None:
    hours = NewHours(
        valid_from=date(2026, 5, 20),
        days=(1, 2, 3, 4, 5, 6),
        opens=time(8),
        closes=time(15),
        first_reply_working_hours=2,
        holidays=(Holiday("Company day", date(2026, 5, 21), date(2026, 5, 21)),),
    )
    office_hours.change(session, staff_named(session, "Amara Osei"), hours)

    told = ingrid.ask("handoff_office_hours", "when are you there?").text
    called = ingrid.ask("handoff_human", "a person").text

    assert "08:00 to 15:00" in told
    assert "Company day" in told
    assert "by Fri 22 May 2026, 04:00 in Oslo (10:00 in China)" in called
