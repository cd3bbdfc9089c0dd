"""Telegram, against a local server that speaks its documented protocol."""

import json

import pytest

from conversations import ownership
from conversations.channels import accounts
from conversations.channels.models import ChannelAccount
from conversations.channels.names import DeliveryStatus
from conversations.messages import Reply
from tests.channels import game
from tests.channels.provider import Hook
from tests.channels.telegram import BOT_TOKEN
from tests.conversations.desk import staff_named

INGRID = "771001"


async def write(telegram, text, external_id="1"):
    return await telegram.deliver(telegram.provider.written(INGRID, text, external_id))


def texts(telegram):
    return [view.text for view in telegram.said(INGRID)]


async def test_500_messages_with_repetitions_and_cuts_are_each_answered_once_and_in_order(telegram):
    await game.plays_500_messages(telegram)

    assert telegram.provider.texts_by_user() == game.expected()


async def test_without_the_secret_token_nothing_is_believed(telegram, caplog):
    body = telegram.provider.written(INGRID, "very private", "1").body

    assert await telegram.deliver(Hook(body), telegram.provider.signed(body, "guessed")) == [401, 401]
    assert "very private" not in caplog.text


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"update_id": 1, "message": {}}', b'{"update_id": "x"}']
)
async def test_what_makes_no_sense_is_refused(telegram, body):
    assert await telegram.deliver(telegram.provider.signed(body)) == [400]


async def test_an_update_of_another_kind_is_taken_and_ignored(telegram):
    edited = telegram.provider.message(INGRID, "1", text="better so")

    assert await telegram.deliver(telegram.provider.update("1", edited_message=edited)) == [200]
    assert await telegram.deliver(telegram.provider.update("2", message={**edited, "text": ""})) == [200]


async def test_the_first_command_is_a_greeting(telegram):
    await write(telegram, "/start")

    assert texts(telegram) == ["hello"]


async def test_bold_links_and_lists_are_said_in_html(telegram):
    await write(telegram, "hello")
    telegram.answer_all(lambda text: Reply("**A & B** is [here](/help?a=1&b=2):\n- <one>"))
    await telegram.send_all()

    assert telegram.provider.texts_to(INGRID) == [
        '<b>A &amp; B</b> is <a href="http://desk.example/help?a=1&amp;b=2">here</a>:\n• &lt;one&gt;'
    ]
    assert telegram.provider.calls[0]["parse_mode"] == "HTML"


async def test_buttons_are_an_inline_keyboard_and_the_press_is_answered(telegram):
    await write(telegram, "hello")
    telegram.answer_all(lambda text: Reply("About?", [{"title": "Status", "payload": "/status"}]))
    await telegram.send_all()
    ((title, value),) = telegram.provider.heard[0].buttons

    status, body = await telegram.answer_to(telegram.provider.pressed(INGRID, value))

    assert (title, status) == ("Status", 200)
    assert json.loads(body)["method"] == "answerCallbackQuery"
    assert texts(telegram) == ["hello", "About?", "Status"]


async def test_buttons_too_long_to_be_read_are_numbered(telegram):
    await write(telegram, "hello")
    title = "A title that nobody could read on the button of a phone"
    telegram.answer_all(lambda text: Reply("About?", [{"title": title, "payload": "/status"}]))
    await telegram.send_all()

    assert telegram.provider.texts_to(INGRID) == [f"About?\n\n1. {title}"]


async def test_a_message_longer_than_telegram_takes_is_split(telegram):
    await write(telegram, "everything, please")
    telegram.answer_all(lambda text: Reply("\n\n".join(f"Part {n}. {'& ' * 1000}" for n in range(4))))
    await telegram.send_all()

    assert len(telegram.provider.heard) > 2
    assert all(len(one.text) <= 4096 for one in telegram.provider.heard)
    assert telegram.deliveries()[0].status is DeliveryStatus.SENT


async def test_telegrams_wish_to_wait_is_obeyed(telegram):
    await write(telegram, "hello")
    telegram.answer_all()
    telegram.provider.misbehave("429")
    await telegram.send_due()

    step = telegram.deliveries()[0].steps[-1]
    assert (step["step"], step["code"]) == ("try_later", "too_many_requests")
    assert telegram.account().paused_until == telegram.deliveries()[0].next_try_at


async def test_somebody_who_blocked_the_bot_is_not_written_to_again_and_again(telegram):
    message = telegram.provider.message(INGRID, "1", text="hello", chat={"id": "blocked", "type": "private"})
    await telegram.deliver(telegram.provider.update("1", message=message))
    telegram.answer_all()
    await telegram.send_all()

    assert telegram.deliveries()[0].status is DeliveryStatus.FAILED
    assert len(telegram.provider.calls) == 1


async def test_in_a_group_the_name_of_the_bot_is_not_part_of_the_question(telegram):
    group = {"id": -100123, "type": "supergroup", "title": "Nordlys"}
    message = telegram.provider.message(INGRID, "1", text="@brand_desk_bot what do you charge?", chat=group)
    await telegram.deliver(telegram.provider.update("1", message=message))

    assert texts(telegram)[1:] == ["what do you charge?"]
    assert telegram.identity(INGRID).is_shared


async def test_while_the_assistant_answers_it_is_shown_as_typing(telegram):
    hello = telegram.provider.written(INGRID, "hello", "1")
    answers = [await telegram.answer_to(hello), await telegram.answer_to(hello)]

    assert json.loads(answers[0][1]) == {"method": "sendChatAction", "chat_id": INGRID, "action": "typing"}
    assert answers[1] == (200, b"")


async def test_nobody_is_shown_as_typing_where_a_person_has_the_conversation(telegram):
    await write(telegram, "hello")
    with telegram.sessions.begin() as session:
        ownership.claim(session, telegram.identity(INGRID).conversation_id, staff_named(session, "Mei Lin"))

    assert await telegram.answer_to(telegram.provider.written(INGRID, "are you there?", "2")) == (200, b"")


@pytest.mark.parametrize(
    ("kind", "file", "said"),
    [
        ("voice", {"file_id": "f", "duration": 3, "mime_type": "audio/ogg"}, "[File: without a name]"),
        ("audio", {"file_id": "f", "file_name": "call.mp3"}, "[File: call.mp3]"),
        ("video", {"file_id": "f", "file_name": "shop.mp4"}, "[File: shop.mp4]"),
        ("video_note", {"file_id": "f"}, "[File: without a name]"),
    ],
)
async def test_what_is_spoken_or_filmed_is_a_file_and_not_passed_over(telegram, kind, file, said):
    message = telegram.provider.message(INGRID, "1", **{kind: file})
    assert await telegram.deliver(telegram.provider.update("1", message=message)) == [200]

    assert texts(telegram) == [said]


async def test_with_a_token_that_does_not_hold_any_more_messages_wait_for_a_new_one(telegram):
    await write(telegram, "hello")
    telegram.answer_all()
    rotate(telegram, bot_token="revoked")
    await telegram.send_due()
    assert (telegram.deliveries()[0].status, telegram.account().last_error) == (
        DeliveryStatus.QUEUED,
        "http_401",
    )

    rotate(telegram, bot_token=BOT_TOKEN)
    await telegram.send_all()
    assert telegram.provider.texts_to(INGRID) == ["echo hello"]


def rotate(telegram, **secrets):
    with telegram.sessions.begin() as session:
        account = session.get_one(ChannelAccount, telegram.account_id)
        accounts.rotate(session, telegram.post.vault, account, secrets)
