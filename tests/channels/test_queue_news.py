"""Who asks for a person on a channel is told there what the website shows: the place, the promise, and being next."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from bot.turn import take_turns
from conversations import handoff, messages, ownership
from conversations.channels import queue_news
from conversations.channels.slack import Slack
from conversations.messages import Inbound
from conversations.models import Message
from conversations.names import HandoffReason
from onboarding import clock
from tests.channels.house import house
from tests.channels.slack import SlackDouble
from tests.channels.test_files import SLACK_INGRID, begin
from tests.conversations.desk import OUT_OF_HOURS, conversation_of, staff_named
from tests.onboarding.people import KENJI


@pytest.fixture
async def slack(settings, sessions):
    async with SlackDouble() as provider, house(settings, sessions, Slack(), provider) as opened:
        await begin(opened, SLACK_INGRID)
        await opened.send_all()
        yield opened


async def ask(slack, brain, text):
    """Gives what Ingrid reads next."""
    before = len(slack.provider.heard)
    await slack.deliver(slack.provider.written(SLACK_INGRID, text, uuid4().hex))
    with slack.sessions() as session:
        due = session.execute(select(Message.conversation_id, Message.seq).where(Message.due)).all()
    for conversation_id, seq in due:
        await take_turns(brain, slack.sessions, conversation_id, seq)
    await slack.send_all()
    return "\n".join(said.text for said in slack.provider.heard[before:])


def minute_passes(slack):
    with slack.sessions.begin() as session:
        queue_news.tell_who_is_next(session)


async def test_out_of_hours_the_promise_is_told(slack, brain):
    with slack.sessions.begin() as session:
        clock.freeze(session, OUT_OF_HOURS)

    asked = await ask(slack, brain, "a person please")

    assert "A person answers by" in asked
    assert "I go on answering meanwhile." in asked


async def test_who_waits_behind_another_is_told_the_place_and_once_that_it_is_next(slack, brain):
    with slack.sessions.begin() as session:
        kenjis = conversation_of(session, KENJI)
        messages.receive(session, Inbound(kenjis.id, "web", "1", "hello"))
        handoff.ask_for_person(session, kenjis, HandoffReason.ASKED_FOR_PERSON)
        clock.advance(session, timedelta(minutes=5))
    asked = await ask(slack, brain, "a person please")
    minute_passes(slack)
    before = len(slack.provider.heard)

    with slack.sessions.begin() as session:
        ownership.claim(session, conversation_of(session, KENJI).id, staff_named(session, "Mei Lin"))
    minute_passes(slack)
    minute_passes(slack)
    await slack.send_all()

    assert "You are number 2." in asked
    assert "Answer by" in asked
    assert [said.text for said in slack.provider.heard[before:]] == ["You are next."]
