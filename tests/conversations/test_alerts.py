"""Mails to the staff while nobody is at the desk."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from conversations import alerts
from conversations.handoff import ask_for_person, never_mind
from conversations.lookup import open_for_contact
from conversations.models import Handoff, Mail
from conversations.names import HandoffReason
from conversations.tickets import open_ticket
from onboarding import clock
from onboarding.models import Staff
from onboarding.names import AlertWish, SignedInBy
from onboarding.staff import sessions
from tests.onboarding import people

AMARA, RUI, MEI = "amara.osei@desk.example", "rui.zhang@desk.example", "mei.lin@desk.example"


@pytest.fixture
def called(session) -> Handoff:
    """Ingrid waits; Amara wants to hear of every risk, Rui of broken promises only, all others of nothing."""
    for email, wish in ((AMARA, AlertWish.AT_RISK), (RUI, AlertWish.BROKEN)):
        session.scalars(select(Staff).where(Staff.email == email)).one().alerts = wish
    conversation = open_for_contact(session, people.contact(session, people.INGRID).id)
    return ask_for_person(session, conversation, HandoffReason.ASKED_FOR_PERSON)


def mailed(session) -> list[str]:
    return sorted(session.scalars(select(Mail.recipient).where(Mail.recipient.like("%@desk.example"))))


def at(session, moment) -> None:
    clock.freeze(session, moment)
    alerts.send_due(session, "https://desk.example")


def test_nobody_is_told_while_there_is_time(session, called):
    at(session, called.promised_by - timedelta(minutes=31))

    assert mailed(session) == []


def test_who_wants_it_is_told_of_the_risk_and_the_others_when_it_is_broken(session, called):
    at(session, called.promised_by - timedelta(minutes=30))
    of_the_risk = mailed(session)
    at(session, called.promised_by)

    assert of_the_risk == [AMARA]
    assert mailed(session) == [AMARA, RUI]


def test_each_is_told_once_of_each_promise(session, called):
    for minutes in (-20, -10, 0, 10, 600):
        at(session, called.promised_by + timedelta(minutes=minutes))

    assert mailed(session) == [AMARA, RUI]


def test_everybody_who_wants_it_is_told_where_the_risk_passed_unseen(session, called):
    at(session, called.promised_by + timedelta(minutes=1))

    assert mailed(session) == [AMARA, RUI]


def test_nobody_is_told_while_somebody_is_at_the_desk(session, called):
    clock.freeze(session, called.promised_by)
    mei = session.scalars(select(Staff).where(Staff.email == MEI)).one()
    sessions.open_session(session, mei, "a test", SignedInBy.LINK)

    alerts.send_due(session, "https://desk.example")
    while_here = mailed(session)
    mei.is_away = True
    session.flush()
    alerts.send_due(session, "https://desk.example")

    assert (while_here, mailed(session)) == ([], [AMARA, RUI])


def test_a_promise_that_somebody_took_on_alerts_nobody(session, called):
    mei = session.scalars(select(Staff).where(Staff.email == MEI)).one()
    called.claimed_at, called.claimed_by = clock.now(session), mei.id
    session.flush()

    at(session, called.promised_by + timedelta(hours=1))

    assert mailed(session) == []


def test_a_ticket_is_a_promise_as_well_and_is_named(session, called):
    never_mind(session, open_for_contact(session, people.contact(session, people.INGRID).id))
    conversation = open_for_contact(session, people.contact(session, people.KENJI).id)
    ticket = open_ticket(session, conversation, "complaint")

    at(session, ticket.promised_by)

    assert mailed(session) == [AMARA, RUI]
    letter = session.scalars(select(Mail).where(Mail.recipient == AMARA)).one()
    assert ticket.reference in letter.body
    assert "\nhttps://desk.example/desk\n" in letter.body


def test_what_is_blocked_alerts_nobody(session, called):
    conversation = open_for_contact(session, people.contact(session, people.INGRID).id)
    conversation.blocked_at = clock.now(session)
    session.flush()

    at(session, called.promised_by)

    assert mailed(session) == []
