"""Callbacks, complaints and tickets: who has them, what became of them, and who may see them."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from conversations import tickets
from conversations.names import TicketEvent
from conversations.tickets import OutcomeMissing, TicketSettled
from onboarding import clock
from onboarding.models import Contact
from tests.conversations.desk import conversation_of, staff_named

CALL_AT = datetime(2026, 5, 21, 1, tzinfo=UTC)


@pytest.fixture
def kenjis(session):
    return conversation_of(session, "kenji@kumo.example")


@pytest.fixture
def mei(session):
    return staff_named(session, "Mei Lin")


def call(session, conversation, at=CALL_AT):
    return tickets.ask_for_call(session, conversation, at=at, phone="+81 3 1234 5678", detail=f"Call at {at}")


def test_another_time_for_the_same_call_is_the_same_ticket(session, kenjis):
    first = call(session, kenjis)
    again = call(session, kenjis, CALL_AT + timedelta(hours=2))

    assert again is first
    assert first.due_at == CALL_AT + timedelta(hours=2)


def test_whoever_has_it_settles_it_with_an_outcome(session, kenjis, mei):
    ticket = call(session, kenjis)
    tickets.assign(session, ticket, mei, by=mei)
    tickets.settle(session, ticket, " Agreed on Friday. ", by=mei)

    assert (ticket.staff_id, ticket.outcome) == (mei.id, "Agreed on Friday.")
    assert [change.event for change in tickets.changes_of(session, ticket)] == [
        TicketEvent.OPENED,
        TicketEvent.ASSIGNED,
        TicketEvent.SETTLED,
    ]


def test_what_is_settled_is_not_settled_again(session, kenjis, mei):
    ticket = call(session, kenjis)
    tickets.settle(session, ticket, "Called", by=mei)

    with pytest.raises(TicketSettled):
        tickets.settle(session, ticket, "Called twice", by=mei)
    with pytest.raises(TicketSettled):
        tickets.assign(session, ticket, mei, by=mei)


def test_nothing_is_settled_without_an_outcome(session, kenjis, mei):
    with pytest.raises(OutcomeMissing):
        tickets.settle(session, call(session, kenjis), "  ", by=mei)


def test_reopening_makes_a_new_promise(session, kenjis, mei):
    ticket = call(session, kenjis)
    tickets.settle(session, ticket, "Called", by=mei)
    clock.advance(session, timedelta(days=7))

    tickets.reopen(session, ticket, by=mei, note="They called back")

    assert (ticket.settled_at, ticket.outcome) == (None, None)
    assert ticket.promised_by > clock.now(session)


def test_a_settled_ticket_is_not_the_one_that_is_asked_for_next(session, kenjis, mei):
    ticket = call(session, kenjis)
    tickets.settle(session, ticket, "Called", by=mei)

    assert call(session, kenjis) is not ticket


def test_a_contact_sees_its_own_what_is_open_first(session, kenjis, mei):
    ingrids = conversation_of(session, "ingrid@nordlys.example")
    done = tickets.open_ticket(session, kenjis, "complaint", "slow")
    tickets.settle(session, done, "Explained", by=mei)
    still_open = call(session, kenjis)
    tickets.open_ticket(session, ingrids, "complaint", "too slow")

    kenji = session.scalars(select(Contact).where(Contact.email == "kenji@kumo.example")).one()

    assert tickets.of_contact(session, kenji) == [still_open, done]
