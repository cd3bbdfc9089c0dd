"""A person takes a conversation over and hands it back."""

from uuid import uuid4

import pytest

from conversations import lookup, messages, takeover
from conversations.messages import Inbound
from conversations.names import Owner, Speaker
from conversations.takeover import NotWithAPerson
from conversations.turns import next_due


@pytest.fixture
def conversation_id(sessions):
    with sessions.begin() as session:
        return lookup.open_for_visitor(session).id


def receive(session, conversation_id, text):
    return messages.receive(session, Inbound(conversation_id, "web", str(uuid4()), text))


def test_only_one_of_two_people_gets_the_conversation(sessions, conversation_id):
    with sessions.begin() as session:
        assert takeover.take_over(session, conversation_id, "Mei")
    with sessions.begin() as session:
        assert not takeover.take_over(session, conversation_id, "Bo")


def test_what_waits_for_the_assistant_is_the_persons_from_then_on(sessions, conversation_id):
    with sessions.begin() as session:
        seq = receive(session, conversation_id, "are you there?").seq
        takeover.take_over(session, conversation_id, "Mei")
    with sessions.begin() as session:
        assert next_due(session, conversation_id, seq) is None


def test_the_brand_reads_who_speaks(sessions, conversation_id):
    with sessions.begin() as session:
        takeover.take_over(session, conversation_id, "Mei")
        takeover.say(session, conversation_id, "Hello, I look at it.")
        takeover.hand_back(session, conversation_id)
    with sessions() as session:
        read = [(view.role, view.text) for view in messages.messages_after(session, conversation_id, 0)]
    assert [role for role, _ in read] == [Speaker.NOTICE, Speaker.PERSON, Speaker.NOTICE]
    assert "Mei" in read[0][1]


def test_the_assistant_begins_anew_after_it(sessions, conversation_id):
    with sessions.begin() as session:
        takeover.take_over(session, conversation_id, "Mei")
        takeover.hand_back(session, conversation_id)
        conversation = lookup.conversation(session, conversation_id)
        assert (conversation.owner, conversation.stretch) == (Owner.BOT, 2)
        seq = receive(session, conversation_id, "and now?").seq
        assert next_due(session, conversation_id, seq).seq == seq


def test_nobody_speaks_as_a_person_without_having_taken_over(sessions, conversation_id):
    with sessions.begin() as session, pytest.raises(NotWithAPerson):
        takeover.say(session, conversation_id, "Hello")
