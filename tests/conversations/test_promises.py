"""A promise that nobody keeps: the apology comes first, another way is offered, the desk is alerted, each once."""

from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import func, select

from conversations import handoff, notify, ownership, tickets
from conversations.background import do_what_is_due
from conversations.models import Handoff, Mail, Ticket
from conversations.names import HandoffReason, Owner
from onboarding import clock
from tests.conversations.desk import OUT_OF_HOURS, conversation_of, said, staff_named

ASKED = HandoffReason.ASKED_FOR_PERSON
A_DAY = timedelta(days=1)


@pytest.fixture
def asked(sessions):
    """Kenji waits in the queue."""
    with sessions.begin() as session:
        conversation = conversation_of(session, "kenji@kumo.example")
        handoff.ask_for_person(session, conversation, ASKED)
        return conversation.id


def pass_by(sessions, time):
    with sessions.begin() as session:
        clock.advance(session, time)


def told(sessions, conversation_id):
    with sessions() as session:
        return said(session, conversation_id)


def test_nothing_is_said_while_there_is_time(sessions, asked):
    do_what_is_due(sessions, "http://desk.example")

    assert len(told(sessions, asked)) == 1


def test_an_apology_and_other_ways_come_once_also_after_a_restart(sessions, asked):
    pass_by(sessions, A_DAY)

    for _ in range(3):
        do_what_is_due(sessions, "http://desk.example")

    [_, apology] = told(sessions, asked)
    assert apology.startswith("I apologise: an answer was promised by Thu 21 May 2026, 12:00 in Tokyo")
    with sessions() as session:
        assert conversation_of(session, "kenji@kumo.example").owner == Owner.WAITING
        assert session.scalars(select(Handoff.promise_broken_at)).one() is not None


def test_the_desk_is_alerted(sessions, asked, database_url):
    pass_by(sessions, A_DAY)
    with psycopg.connect(database_url, autocommit=True) as listening:
        listening.execute(f"LISTEN {notify.CHANNEL}")
        do_what_is_due(sessions, "http://desk.example")
        news = [notice.payload for notice in listening.notifies(timeout=5, stop_after=4)]

    assert any('"what": "promise_broken"' in payload for payload in news)


def test_what_somebody_has_claimed_is_no_broken_promise(sessions, asked):
    with sessions.begin() as session:
        ownership.claim(session, asked, staff_named(session, "Mei Lin"))
    pass_by(sessions, A_DAY)

    do_what_is_due(sessions, "http://desk.example")

    assert "apologise" not in told(sessions, asked)[-1]


def test_whoever_would_rather_not_wait_gets_a_ticket_with_a_new_promise(sessions, asked):
    pass_by(sessions, A_DAY)
    do_what_is_due(sessions, "http://desk.example")
    with sessions.begin() as session:
        conversation = conversation_of(session, "kenji@kumo.example")
        ticket = handoff.to_ticket(session, conversation)
        assert ticket.promised_by > clock.now(session)
        assert (ticket.email, conversation.owner) == ("kenji@kumo.example", Owner.BOT)
    pass_by(sessions, 3 * A_DAY)

    for _ in range(2):
        do_what_is_due(sessions, "http://desk.example")

    assert [text.startswith("I apologise") for text in told(sessions, asked)] == [False, True, True]


def test_a_ticket_that_nobody_took_is_apologised_for_here_and_by_mail(sessions):
    with sessions.begin() as session:
        clock.freeze(session, OUT_OF_HOURS)
        conversation = conversation_of(session, "kenji@kumo.example")
        handoff.ask_for_person(session, conversation, ASKED)
    pass_by(sessions, A_DAY)

    for _ in range(2):
        do_what_is_due(sessions, "http://desk.example")

    with sessions() as session:
        ticket = session.scalars(select(Ticket)).one()
        [apology] = said(session, conversation.id)
        assert ticket.reference in apology
        to_kenji = select(func.count()).select_from(Mail).where(Mail.recipient == "kenji@kumo.example")
        assert session.scalar(to_kenji) == 1
        assert ticket.promise_broken_at is not None


def test_a_ticket_that_somebody_has_is_no_broken_promise(sessions):
    with sessions.begin() as session:
        conversation = conversation_of(session, "kenji@kumo.example")
        ticket = tickets.open_ticket(session, conversation, "callback", "tomorrow")
        mei = staff_named(session, "Mei Lin")
        tickets.assign(session, ticket, mei, by=mei)
    pass_by(sessions, A_DAY)

    do_what_is_due(sessions, "http://desk.example")

    assert told(sessions, conversation.id) == []
