"""Calling a person: the queue in office hours, a ticket with a promise out of hours, never mind at any moment."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from conversations import handoff, joining, ownership, queue, tickets
from conversations.handoff_history import last_handoff, open_handoff
from conversations.models import Ticket
from conversations.names import HandoffOutcome, HandoffReason, Owner
from onboarding import clock
from tests.conversations.desk import OUT_OF_HOURS, conversation_of, said, staff_named, writes

ASKED = HandoffReason.ASKED_FOR_PERSON


@pytest.fixture
def kenjis(session):
    return conversation_of(session, "kenji@kumo.example")


@pytest.fixture
def ingrids(session):
    return conversation_of(session, "ingrid@nordlys.example")


def test_in_office_hours_the_conversation_waits_with_place_and_promised_time(session, ingrids):
    asked = handoff.ask_for_person(session, ingrids, ASKED)

    assert ingrids.owner == Owner.WAITING
    assert asked.promised_by == datetime(2026, 5, 21, 3, 0, tzinfo=UTC)
    assert said(session, ingrids.id) == [
        "**You asked for a person.** You are next. Answer by Thu 21 May 2026, 05:00 in Oslo (11:00 in China)."
    ]
    assert asked.ticket_id is None


def test_asking_again_is_the_same_call_with_one_notice(session, ingrids):
    first = handoff.ask_for_person(session, ingrids, ASKED, "where is my answer")

    again = handoff.ask_for_person(session, ingrids, ASKED, "hello?")

    assert again is first
    assert again.detail == "where is my answer\nhello?"
    assert len(said(session, ingrids.id)) == 1


def test_out_of_hours_the_assistant_stays_and_a_ticket_is_promised(session, kenjis):
    clock.freeze(session, OUT_OF_HOURS)

    asked = handoff.ask_for_person(session, kenjis, ASKED)

    ticket = handoff.ticket_of(session, asked)
    assert kenjis.owner == Owner.BOT
    assert (ticket.email, ticket.promised_by) == (
        "kenji@kumo.example",
        datetime(2026, 5, 21, 5, 0, tzinfo=UTC),
    )
    assert said(session, kenjis.id) == []


def test_who_asked_out_of_hours_and_asks_again_in_hours_waits_in_the_queue(session, kenjis):
    clock.freeze(session, OUT_OF_HOURS)
    asked = handoff.ask_for_person(session, kenjis, ASKED)
    promised = asked.promised_by
    clock.advance(session, timedelta(hours=13))

    again = handoff.ask_for_person(session, kenjis, ASKED)

    assert (again.id, kenjis.owner, again.promised_by) == (asked.id, Owner.WAITING, promised)


def test_a_complaint_waits_and_keeps_a_reference(session, ingrids):
    asked = handoff.ask_for_person(session, ingrids, HandoffReason.COMPLAINT, "too slow")

    assert ingrids.owner == Owner.WAITING
    assert handoff.ticket_of(session, asked).detail == "too slow"


def test_who_waits_and_then_complains_has_one_call_that_is_a_complaint(session, ingrids):
    handoff.ask_for_person(session, ingrids, ASKED)

    asked = handoff.ask_for_person(session, ingrids, HandoffReason.COMPLAINT, "too slow")

    assert asked.reason == HandoffReason.COMPLAINT
    assert handoff.ticket_of(session, asked) is not None


def test_never_mind_ends_the_wait_with_one_notice(session, ingrids):
    asked = handoff.ask_for_person(session, ingrids, ASKED)

    assert handoff.never_mind(session, ingrids)

    assert (ingrids.owner, asked.outcome) == (Owner.BOT, HandoffOutcome.NEVER_MIND)
    assert said(session, ingrids.id)[1:] == [
        "**You no longer wait for a person.** The assistant goes on answering."
    ]
    assert not handoff.never_mind(session, ingrids)
    assert len(said(session, ingrids.id)) == 2


def test_never_mind_withdraws_a_ticket_but_no_complaint(session, kenjis, ingrids):
    clock.freeze(session, OUT_OF_HOURS)
    asked = handoff.ask_for_person(session, kenjis, ASKED)
    complained = handoff.ask_for_person(session, ingrids, HandoffReason.COMPLAINT, "too slow")

    handoff.never_mind(session, kenjis)
    handoff.never_mind(session, ingrids)

    assert handoff.ticket_of(session, asked).outcome == "withdrawn"
    assert handoff.ticket_of(session, complained).outcome is None


def test_the_queue_is_ordered_by_promise_then_by_the_day_of_the_opening(session, kenjis, ingrids):
    lenas = conversation_of(session, "lena@fjellvann.example")
    for conversation in (kenjis, ingrids):
        handoff.ask_for_person(session, conversation, ASKED)
    clock.advance(session, timedelta(minutes=-30))
    handoff.ask_for_person(session, lenas, ASKED)

    waiting = queue.waiting_list(session)

    days = {item.conversation_id: item.day for item in waiting}
    by_day = sorted((kenjis, ingrids), key=lambda one: days[one.id] or 0, reverse=True)
    assert [item.conversation_id for item in waiting] == [lenas.id, *(one.id for one in by_day)]
    assert [item.position for item in waiting] == [1, 2, 3]
    placed = [queue.position(session, conversation) for conversation in (lenas, *by_day)]
    assert placed == [1, 2, 3]
    assert {item.brand.name for item in waiting} >= {"Fjellvann"}


def test_what_is_claimed_waits_no_longer(session, ingrids):
    handoff.ask_for_person(session, ingrids, ASKED)
    ownership.claim(session, ingrids.id, staff_named(session, "Mei Lin"))

    assert queue.waiting_list(session) == []
    assert queue.position(session, ingrids) is None


def test_asking_while_a_person_is_there_calls_nobody_else(session, ingrids):
    claimed = ownership.claim(session, ingrids.id, staff_named(session, "Mei Lin"))
    told = said(session, ingrids.id)

    assert handoff.ask_for_person(session, ingrids, ASKED) is claimed
    assert ingrids.owner == Owner.PERSON
    assert said(session, ingrids.id) == told


def test_a_visitor_who_signs_in_keeps_the_place_in_the_queue(session, kenjis):
    visited = conversation_of(session, None)
    writes(session, visited.id, "a person please")
    writes(session, kenjis.id, "earlier")
    asked = handoff.ask_for_person(session, visited, ASKED)

    own = joining.adopt(session, visited.id, kenjis.contact_id)

    session.refresh(asked)
    assert (own.owner, asked.conversation_id) == (Owner.WAITING, own.id)
    assert said(session, own.id)[asked.notice_seq - 1].startswith("**You asked for a person.**")
    assert [item.conversation_id for item in queue.waiting_list(session)] == [own.id]


def test_of_two_calls_that_come_together_one_goes_on(session, kenjis):
    visited = conversation_of(session, None)
    first = handoff.ask_for_person(session, kenjis, ASKED)
    second = handoff.ask_for_person(session, visited, ASKED)

    own = joining.adopt(session, visited.id, kenjis.contact_id)

    session.refresh(second)
    assert open_handoff(session, own) is first
    assert second.outcome == HandoffOutcome.JOINED


def test_a_ticket_ends_with_the_conversation_that_it_was_about(session, kenjis):
    clock.freeze(session, OUT_OF_HOURS)
    handoff.ask_for_person(session, kenjis, ASKED)
    mei = staff_named(session, "Mei Lin")
    ownership.claim(session, kenjis.id, mei)
    [ticket] = session.scalars(select(Ticket)).all()
    assert ticket.staff_id == mei.id

    ownership.hand_back(session, kenjis.id, mei, summary="Told them the fee")

    assert ticket.outcome == "Told them the fee"
    assert last_handoff(session, kenjis).outcome == HandoffOutcome.HANDED_BACK
    assert tickets.changes_of(session, ticket)[-1].staff_id == mei.id
