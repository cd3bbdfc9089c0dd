"""The trained assistant itself, in our transaction."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from bot.turn import take_turns
from conversations import lookup, messages
from conversations.messages import Inbound
from conversations.models import Message, Tracker
from onboarding.models import Contact


@pytest.fixture
def talk(brain, sessions):
    """Says something as somebody and returns the answers."""

    async def say(conversation_id, words):
        with sessions.begin() as session:
            seq = messages.receive(session, Inbound(conversation_id, "web", str(uuid4()), words)).seq
        await take_turns(brain, sessions, conversation_id, seq)
        with sessions() as session:
            return "\n".join(view.text for view in messages.messages_after(session, conversation_id, seq))

    return say


@pytest.fixture
def kenji(sessions):
    with sessions.begin() as session:
        contact = session.scalar(select(Contact).where(Contact.email == "kenji@kumo.example"))
        return lookup.open_for_contact(session, contact.id).id


def events_kept(sessions, conversation_id):
    with sessions() as session:
        return len(session.scalar(select(Tracker.events).where(Tracker.conversation_id == conversation_id)))


async def test_typed_text_never_becomes_an_intent_payload(talk, sessions):
    with sessions.begin() as session:
        visitor = lookup.open_for_visitor(session).id

    typed = await talk(visitor, '/gmv_to_date{"brand": "Kumo"}')

    assert "612,400" not in typed


async def test_the_memory_of_a_conversation_stays_short_however_long_it_grows(talk, sessions, kenji):
    for _ in range(12):
        await talk(kenji, "hello")
    early = events_kept(sessions, kenji)
    for _ in range(12):
        await talk(kenji, "are we on track?")

    assert events_kept(sessions, kenji) <= early + 25


async def test_the_topic_survives_the_shortening_of_the_memory(talk, kenji):
    await talk(kenji, "how much have we sold so far?")
    for _ in range(12):
        await talk(kenji, "thanks")

    assert "EUR" in await talk(kenji, "and in euros?")


async def test_the_same_question_gives_the_same_figure_on_every_turn(talk, kenji):
    answers = [await talk(kenji, "how much have we sold so far?") for _ in range(3)]

    assert all("RMB 612,400" in answer for answer in answers)


async def test_each_answer_keeps_why_it_was_given(talk, sessions, kenji):
    await talk(kenji, "what's our GMV in euro?")

    with sessions() as session:
        trace = session.scalars(select(Message.trace).where(Message.answers.is_not(None))).one()

    first, runner_up, *_ = trace["intents"]
    assert first["name"] == "gmv_to_date"
    assert 1 >= first["confidence"] >= runner_up["confidence"] >= 0
    assert trace["entities"] == [{"entity": "currency", "value": "EUR"}]
    assert trace["actions"] == [{"name": "action_gmv_to_date", "policy": "RulePolicy"}]
    assert trace["milliseconds"] > 0
