"""A turn as a transaction, with an assistant whose behaviour the test decides."""

import asyncio
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from bot.brain import Thought, TurnFailed
from bot.turn import take_turns
from bot.worker import TurnWorker
from conversations import lookup, messages, ownership
from conversations.context import bound_session
from conversations.messages import Inbound, Reply
from conversations.models import Conversation, Mail, Suggestion
from onboarding.models import Contact
from tests.conversations.desk import staff_named


class FakeBrain:
    """Thinks as told: by default it repeats what it heard."""

    def __init__(self, *meanwhile):
        self.heard = []
        self.meanwhile = list(meanwhile)

    async def think(self, session, turn, zone=None):
        self.heard.append(turn.text)
        if self.meanwhile:
            self.meanwhile.pop(0)(session)
        return Thought([Reply(f"you said {turn.text}")], {"intents": []})


def failing(_session):
    raise TurnFailed("The assistant said nothing.")


@pytest.fixture
def conversation_id(sessions):
    with sessions.begin() as session:
        kenji = session.scalar(select(Contact).where(Contact.email == "kenji@kumo.example"))
        return lookup.open_for_contact(session, kenji.id).id


def say(sessions, conversation_id, words):
    with sessions.begin() as session:
        return messages.receive(session, Inbound(conversation_id, "web", str(uuid4()), words)).seq


def texts(sessions, conversation_id):
    with sessions() as session:
        return [view.text for view in messages.messages_after(session, conversation_id, 0)]


async def test_several_messages_are_answered_in_order_each_once(sessions, conversation_id):
    brain = FakeBrain()
    for words in ("one", "two", "three"):
        newest = say(sessions, conversation_id, words)

    await take_turns(brain, sessions, conversation_id, newest)
    await take_turns(brain, sessions, conversation_id, newest)

    assert brain.heard == ["one", "two", "three"]
    assert texts(sessions, conversation_id)[3:] == ["you said one", "you said two", "you said three"]


async def test_a_turn_answers_nothing_that_came_after_its_own_message(sessions, conversation_id):
    first = say(sessions, conversation_id, "one")
    say(sessions, conversation_id, "two")

    await take_turns(FakeBrain(), sessions, conversation_id, first)

    assert texts(sessions, conversation_id)[-1] == "you said one"


async def test_a_message_can_arrive_while_the_assistant_thinks(sessions, conversation_id):
    seq = say(sessions, conversation_id, "one")
    brain = FakeBrain(lambda _session: say(sessions, conversation_id, "two"))

    await take_turns(brain, sessions, conversation_id, seq)

    assert texts(sessions, conversation_id) == ["one", "two", "you said one"]


async def test_an_answer_is_dropped_and_suggested_when_a_person_takes_over_in_mid_turn(
    sessions, conversation_id
):
    def person_takes_over(_session):
        with sessions.begin() as other:
            ownership.claim(other, conversation_id, staff_named(other, "Mei Lin"))

    seq = say(sessions, conversation_id, "one")

    await take_turns(FakeBrain(person_takes_over), sessions, conversation_id, seq)

    assert "you said one" not in texts(sessions, conversation_id)
    with sessions() as session:
        assert session.scalar(select(Suggestion.text)) == "you said one"


async def test_what_an_action_changed_is_undone_with_a_failed_turn(sessions, conversation_id):
    def change_then_fail(session):
        session.add(
            Mail(
                recipient="a@b.example",
                subject="s",
                body="b",
                created_at=session.scalar(text("SELECT now()")),
            )
        )
        session.flush()
        failing(session)

    seq = say(sessions, conversation_id, "one")

    await take_turns(FakeBrain(change_then_fail), sessions, conversation_id, seq)

    with sessions() as session:
        assert session.scalar(select(Mail)) is None
    assert "saved" in texts(sessions, conversation_id)[-1]


async def test_a_query_that_fails_in_the_turn_leads_to_an_apology(sessions, conversation_id):
    seq = say(sessions, conversation_id, "one")
    brain = FakeBrain(lambda session: session.execute(text("SELECT no_such_column FROM brands")))

    await take_turns(brain, sessions, conversation_id, seq)

    assert len(texts(sessions, conversation_id)) == 2


async def test_the_same_turn_run_by_two_workers_is_answered_once(sessions, conversation_id):
    seq = say(sessions, conversation_id, "one")
    others = []

    def another_worker_is_faster(_session):
        others.append(asyncio.create_task(take_turns(FakeBrain(), sessions, conversation_id, seq)))

    await take_turns(FakeBrain(another_worker_is_faster), sessions, conversation_id, seq)
    await asyncio.gather(*others)

    assert texts(sessions, conversation_id) == ["one", "you said one"]


class SlowBrain(FakeBrain):
    async def think(self, session, turn, zone=None):
        await asyncio.Event().wait()


class FakeJob:
    attempts = 0


class FakeContext:
    job = FakeJob()


async def test_a_turn_that_takes_too_long_is_ended_with_an_apology(
    sessions, conversation_id, database_url, monkeypatch
):
    monkeypatch.setattr("bot.worker.SECONDS_FOR_A_TURN", 0.05)
    seq = say(sessions, conversation_id, "one")
    worker = TurnWorker(SlowBrain(), sessions, database_url)

    await worker._answer(FakeContext(), str(conversation_id), seq)

    assert len(texts(sessions, conversation_id)) == 2


async def test_a_message_that_killed_three_workers_is_given_to_a_person(
    sessions, conversation_id, database_url, monkeypatch
):
    monkeypatch.setattr(FakeJob, "attempts", 3)
    brain = FakeBrain()
    seq = say(sessions, conversation_id, "poison")

    await TurnWorker(brain, sessions, database_url)._answer(FakeContext(), str(conversation_id), seq)

    assert brain.heard == []
    assert "A person is called" in texts(sessions, conversation_id)[-2]


def test_outside_of_a_turn_actions_use_a_session_of_their_own(database_url, monkeypatch):
    from conversations import context

    monkeypatch.setenv("DATABASE_URL", database_url)
    context._own_sessions.cache_clear()
    with bound_session() as session:
        assert session.scalar(select(Conversation)) is None
    context._own_sessions().kw["bind"].dispose()
    context._own_sessions.cache_clear()
