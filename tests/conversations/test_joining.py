"""What becomes of what a visitor wrote, once they sign in."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from conversations import joining, lookup, messages, ownership, turns
from conversations.desk import replies
from conversations.messages import Reply
from conversations.names import Owner, Resolution
from onboarding.models import Contact
from tests.conversations.desk import said, staff_named
from tests.conversations.test_messages import answer, send


@pytest.fixture
def kenji(session):
    return session.scalars(select(Contact).where(Contact.email == "kenji@kumo.example")).one()


@pytest.fixture
def conversation(session, kenji):
    return lookup.open_for_contact(session, kenji.id)


def visitor_asks(session, text="What does it cost?"):
    visited = lookup.open_for_visitor(session)
    send(session, visited, text)
    return visited


def with_a_person(session, conversation):
    send(session, conversation, "Is somebody there?")
    mei = staff_named(session, "Mei Lin")
    ownership.claim(session, conversation.id, mei)
    return mei


def test_signing_in_appends_what_the_visitor_wrote(session, conversation, kenji):
    send(session, conversation, "from the account")
    visited = lookup.open_for_visitor(session)
    send(session, visited, "as a visitor")
    session.flush()

    joined = joining.adopt(session, visited.id, kenji.id)

    assert [view.text for view in messages.messages_after(session, joined.id, 0)] == [
        "from the account",
        "as a visitor",
    ]
    assert turns.next_due(session, joined.id, up_to=2).text == "from the account"
    assert lookup.conversation(session, visited.id).id == joined.id


def test_what_a_visitor_was_already_told_is_not_answered_again_after_signing_in(session, conversation, kenji):
    visited = lookup.open_for_visitor(session)
    send(session, visited, "as a visitor")
    answer(session, visited, Reply("told"))

    joined = joining.adopt(session, visited.id, kenji.id)

    assert turns.next_due(session, joined.id, up_to=9) is None


def test_a_contacts_conversation_cannot_be_adopted_by_somebody_else(session, conversation):
    send(session, conversation, "private")
    ingrid = session.scalar(select(Contact).where(Contact.email == "ingrid@nordlys.example"))

    own = joining.adopt(session, conversation.id, ingrid.id)

    assert messages.messages_after(session, own.id, 0) == []


def test_it_is_answered_though_what_they_asked_before_was_resolved(session, conversation, kenji):
    mei = with_a_person(session, conversation)
    ownership.resolve(session, conversation.id, mei, Resolution.ANSWERED)
    visited = visitor_asks(session)

    own = joining.adopt(session, visited.id, kenji.id)

    assert own.owner == Owner.BOT
    assert "again" in said(session, own.id)[-1]
    assert turns.next_due(session, own.id, up_to=own.last_seq).text == "What does it cost?"


def test_a_person_who_is_with_them_answers_it_and_not_the_assistant_afterwards(session, conversation, kenji):
    mei = with_a_person(session, conversation)
    visited = visitor_asks(session)

    own = joining.adopt(session, visited.id, kenji.id)

    ownership.agent_says(session, own.id, mei, "It costs RMB 150,000.", "reply")
    ownership.hand_back(session, own.id, mei)
    send(session, own, "And how long?")
    assert turns.next_due(session, own.id, up_to=own.last_seq).text == "And how long?"


def test_an_answer_that_came_too_late_is_kept_for_the_person(session, conversation, kenji):
    send(session, conversation, "Hello")
    mei = staff_named(session, "Mei Lin")
    visited = visitor_asks(session)
    turn = turns.next_due(session, visited.id, up_to=1)
    ownership.claim(session, visited.id, mei)
    turns.suggest(session, turn, [Reply("RMB 150,000.")])

    own = joining.adopt(session, visited.id, kenji.id)

    assert [one.text for one in turns.suggestions(session, own.id)] == ["RMB 150,000."]


def test_an_agents_reply_from_the_visitors_page_reaches_them(session, conversation, kenji):
    send(session, conversation, "Hello")
    mei = staff_named(session, "Mei Lin")
    visited = visitor_asks(session)
    ownership.claim(session, visited.id, mei)
    own = joining.adopt(session, visited.id, kenji.id)

    replies.reply(session, visited.id, "It costs RMB 150,000.", uuid4(), None, by=mei)

    assert said(session, own.id)[-1] == "It costs RMB 150,000."
    assert messages.messages_after(session, visited.id, 0) == []
