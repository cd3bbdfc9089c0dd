"""What the assistant would say, when an agent asks it: a suggestion for them, and nothing else."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from bot.turn import suggest_answer, take_turns
from conversations import messages, ownership, turns
from conversations.desk import suggesting
from conversations.desk.suggesting import NothingAsked
from conversations.messages import Inbound
from conversations.models import Conversation, Tracker
from conversations.ownership import NotYours
from tests.conversations.desk import conversation_of, said, staff_named
from tests.web.visitor import INGRID


@pytest.fixture
def conversation_id(sessions):
    with sessions.begin() as session:
        return conversation_of(session, INGRID).id


def write(sessions, conversation_id, text):
    with sessions.begin() as session:
        return messages.receive(session, Inbound(conversation_id, "web", str(uuid4()), text)).seq


def claim(sessions, conversation_id):
    with sessions.begin() as session:
        ownership.claim(session, conversation_id, staff_named(session, "Mei Lin"))


def suggestions(sessions, conversation_id):
    with sessions() as session:
        return [one.text for one in turns.suggestions(session, conversation_id)]


async def test_the_suggestion_is_what_it_would_have_answered(brain, sessions, conversation_id):
    claim(sessions, conversation_id)
    seq = write(sessions, conversation_id, "why was our trademark rejected?")

    await suggest_answer(brain, sessions, conversation_id, seq)

    (text,) = suggestions(sessions, conversation_id)
    assert "Nordlys Holding AS" in text
    with sessions() as session:
        assert text not in said(session, conversation_id)


async def test_nothing_else_that_it_did_is_kept(brain, sessions, conversation_id):
    seq = write(sessions, conversation_id, "hello")
    await take_turns(brain, sessions, conversation_id, seq)
    claim(sessions, conversation_id)
    with sessions() as session:
        before = [row.events for row in session.scalars(select(Tracker))]
    seq = write(sessions, conversation_id, "I want to talk to a person")

    await suggest_answer(brain, sessions, conversation_id, seq)

    with sessions() as session:
        assert [row.events for row in session.scalars(select(Tracker))] == before
        assert session.get_one(Conversation, conversation_id).owner == "person"


async def test_once_no_person_has_the_conversation_nothing_is_suggested(brain, sessions, conversation_id):
    claim(sessions, conversation_id)
    seq = write(sessions, conversation_id, "what does it cost?")
    with sessions.begin() as session:
        ownership.hand_back(session, conversation_id, staff_named(session, "Mei Lin"))

    await suggest_answer(brain, sessions, conversation_id, seq)

    assert suggestions(sessions, conversation_id) == []


def test_only_who_has_the_conversation_may_ask(sessions, conversation_id):
    claim(sessions, conversation_id)
    write(sessions, conversation_id, "what does it cost?")

    with sessions() as session, pytest.raises(NotYours):
        suggesting.ask_assistant(session, conversation_id, staff_named(session, "Jonas Weber"))


def test_where_nothing_was_asked_there_is_nothing_to_suggest(sessions, conversation_id):
    claim(sessions, conversation_id)

    with sessions() as session, pytest.raises(NothingAsked):
        suggesting.ask_assistant(session, conversation_id, staff_named(session, "Mei Lin"))
