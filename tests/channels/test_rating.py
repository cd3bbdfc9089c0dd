"""How was it? Asked where the brand wrote, once a person has closed the conversation."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from conversations import ownership
from conversations.channels.meta.messenger import Messenger
from conversations.channels.meta.whatsapp import WhatsappCloud
from conversations.channels.slack import Slack
from conversations.channels.teams.channel import Teams
from conversations.channels.telegram import Telegram
from conversations.models import Conversation, Handoff
from conversations.names import Owner, Resolution
from tests.channels.house import house
from tests.channels.meta.doubles import MessengerDouble, WhatsappDouble
from tests.channels.plain import PlainChannel, PlainProvider
from tests.channels.slack import BOT, SlackDouble
from tests.channels.teams.double import TeamsDouble
from tests.channels.telegram import TelegramDouble
from tests.conversations.desk import staff_named

USER = "4915112345"
WORDS = ["Poor", "Not so good", "All right", "Good", "Very good"]


@pytest.fixture
async def plain(settings, sessions):
    async with PlainProvider() as provider, house(settings, sessions, PlainChannel(), provider) as opened:
        yield opened


def press_on_whatsapp(provider, value):
    reply = {"type": "list_reply", "list_reply": {"id": value, "title": "?"}}
    return provider.batch(provider.message(USER, f"press {value}", interactive=reply))


def press_on_messenger(provider, value):
    chosen = {"mid": f"press {value}", "text": "?", "quick_reply": {"payload": value}}
    return provider.batch(provider.event(USER, message=chosen))


def press_on_teams(provider, value):
    return provider.hook(provider.activity(USER, "?", f"press {value}", value={"button": value}))


def press(provider, value):
    return provider.pressed_button(USER, value)


WITH_BUTTONS = {
    "slack": (Slack, SlackDouble, press),
    "telegram": (Telegram, TelegramDouble, press),
    "whatsapp": (WhatsappCloud, WhatsappDouble, press_on_whatsapp),
    "messenger": (Messenger, MessengerDouble, press_on_messenger),
    "teams": (Teams, TeamsDouble, press_on_teams),
}


async def talk(house, external_id="1", hook=None):
    await house.deliver(hook or house.provider.written(USER, "hello", external_id))
    house.answer_all()


async def close(house, user=USER):
    """A person answers and closes the conversation."""
    with house.sessions.begin() as session:
        conversation_id = house.identity(user).conversation_id
        mei = staff_named(session, "Mei Lin")
        ownership.agent_says(session, conversation_id, mei, "Here you are.", str(uuid4()))
        ownership.resolve(session, conversation_id, mei, Resolution.ANSWERED)
    await house.send_all()


def rated(house):
    """Of each handoff, the oldest first."""
    with house.sessions() as session:
        found = session.scalars(select(Handoff).order_by(Handoff.id))
        return [(handoff.stars, handoff.rating_comment) for handoff in found]


def owner(house):
    with house.sessions() as session:
        return session.get_one(Conversation, house.identity(USER).conversation_id).owner


@pytest.fixture(params=WITH_BUTTONS)
async def with_buttons(settings, sessions, request):
    channel, double, pressed = WITH_BUTTONS[request.param]
    async with double() as provider, house(settings, sessions, channel(), provider) as opened:
        yield opened, pressed


async def test_is_asked_by_buttons_and_the_first_press_counts(with_buttons):
    opened, pressed = with_buttons
    await talk(opened)
    await close(opened)
    asked = opened.provider.heard[-1]
    buttons = dict(asked.buttons)

    await opened.deliver(pressed(opened.provider, buttons["Good"]))
    await opened.deliver(pressed(opened.provider, buttons["Poor"]))
    await opened.send_all()

    assert "has closed this conversation" in asked.text
    assert "How was it?" in asked.text
    assert list(buttons) == WORDS
    assert rated(opened) == [(4, None)]
    assert owner(opened) == Owner.RESOLVED
    thanks, again = (said.text for said in opened.provider.heard[-2:])
    assert thanks.startswith("Thank you.")
    assert again.startswith("You have rated this already")


@pytest.mark.parametrize("typed", ["5", "5.", " 5 "])
async def test_is_asked_by_numbers_where_there_are_no_buttons(plain, typed):
    await talk(plain)
    await close(plain)

    await plain.deliver(plain.provider.written(USER, typed, "2"), plain.provider.written(USER, "4", "3"))

    assert plain.provider.texts_to(USER)[-1].endswith(
        "\n\n".join(["How was it?", "\n".join(f"{n}. {word}" for n, word in enumerate(WORDS, 1))])
    )
    assert rated(plain) == [(5, None)]
    assert owner(plain) == Owner.RESOLVED


async def test_a_number_that_is_typed_counts_beside_buttons_too(slack):
    await talk(slack)
    await close(slack)

    await slack.deliver(slack.provider.written(USER, "3", "2"))

    assert rated(slack) == [(3, None)]


async def test_a_comment_may_follow_once(plain):
    await talk(plain)
    await close(plain)

    await plain.deliver(
        plain.provider.written(USER, "2", "2"),
        plain.provider.written(USER, "Comment: I had to ask twice", "3"),
    )

    assert rated(plain) == [(2, "I had to ask twice")]
    assert owner(plain) == Owner.RESOLVED


async def test_a_comment_that_is_too_long_is_asked_for_again(plain):
    await talk(plain)
    await close(plain)
    await plain.deliver(
        plain.provider.written(USER, "2", "2"), plain.provider.written(USER, "comment:" + "x" * 501, "3")
    )

    assert "at most 500 characters" in plain.said(USER)[-1].text
    assert rated(plain) == [(2, None)]
    assert owner(plain) == Owner.RESOLVED


async def test_whatever_else_is_written_opens_the_conversation_again(plain):
    await talk(plain)
    await close(plain)

    await plain.deliver(plain.provider.written(USER, "5 more questions", "2"))

    assert owner(plain) == Owner.BOT
    assert rated(plain) == [(None, None)]


async def test_a_press_that_comes_too_late_does_no_harm(slack):
    await talk(slack)
    await close(slack)
    good = dict(slack.provider.heard[-1].buttons)["Good"]
    await talk(slack, "2")

    await slack.deliver(slack.provider.pressed_button(USER, good))

    assert slack.said(USER)[-1].text.startswith("The conversation has gone on since")
    assert slack.answer_all() == 0
    assert rated(slack) == [(None, None)]
    assert owner(slack) == Owner.BOT


async def test_is_asked_again_only_when_a_person_has_closed_it_again(slack):
    await talk(slack)
    await close(slack)
    first = dict(slack.provider.heard[-1].buttons)
    await slack.deliver(slack.provider.pressed_button(USER, first["Good"]))
    await talk(slack, "2")
    await close(slack)
    second = dict(slack.provider.heard[-1].buttons)

    await slack.deliver(
        slack.provider.pressed_button(USER, first["Poor"]),
        slack.provider.pressed_button(USER, second["Very good"]),
    )

    assert rated(slack) == [(4, None), (5, None)]


async def test_is_not_asked_in_a_shared_channel(slack):
    event = {**slack.provider.message(USER, f"<@{BOT}> hello", "1"), "type": "app_mention", "channel": "C0S"}
    await talk(slack, hook=slack.provider.event({**event, "channel_type": None}))
    await close(slack)

    assert "has closed this conversation" in slack.provider.heard[-1].text
    assert slack.provider.heard[-1].buttons == ()


@pytest.fixture
async def whatsapp(settings, sessions):
    async with (
        WhatsappDouble(window_template="news") as provider,
        house(settings, sessions, WhatsappCloud(), provider) as opened,
    ):
        yield opened


async def test_is_not_asked_where_only_a_template_would_go_through(whatsapp):
    await talk(whatsapp)
    whatsapp.pass_time(timedelta(hours=25))
    await close(whatsapp)

    assert "How was it?" not in whatsapp.said(USER)[-1].text
