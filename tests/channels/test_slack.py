"""Slack, against a local server that speaks its documented protocol."""

import json
from time import time

import pytest
from aiohttp import web

from conversations.channels.names import DeliveryStatus
from conversations.channels.slack import _signature
from conversations.messages import Reply
from tests.channels import game
from tests.channels.provider import Hook
from tests.channels.slack import BOT

INGRID, SHARED = "U0INGRID", "C0SHARED"


def in_channel(slack, text, external_id, kind="app_mention", user=INGRID, **more):
    channel_type = {} if kind == "app_mention" else {"channel_type": "channel"}
    event = {**slack.provider.message(user, text, external_id), "type": kind, "channel": SHARED}
    return slack.provider.event({**event, "channel_type": None, **channel_type, **more})


def texts(slack, user=INGRID):
    return [view.text for view in slack.said(user)]


async def test_500_messages_with_repetitions_and_cuts_are_each_answered_once_and_in_order(slack):
    await game.plays_500_messages(slack)

    assert slack.provider.texts_by_user() == {
        user.removeprefix("D"): words for user, words in game.expected().items()
    }


async def test_the_address_is_confirmed_when_slack_asks(slack):
    body = json.dumps({"type": "url_verification", "challenge": "3eZbrw1aBm2rZgRNFdxV2595E9CY"}).encode()

    assert await slack.answer_to(slack.provider.signed(body)) == (200, b"3eZbrw1aBm2rZgRNFdxV2595E9CY")


async def test_the_signature_of_slacks_own_example_is_right():
    """The example of "Verifying requests from Slack"."""
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&"
        b"channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&"
        b"response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F"
        b"96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )

    assert _signature("8f742231b10e8888abcd99yyyzzz85a5", "1531420618", body) == (
        "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    )


@pytest.mark.parametrize("seconds", [-301, 305])
async def test_a_request_that_was_signed_more_than_five_minutes_ago_is_refused(slack, seconds, caplog):
    body = slack.provider.written(INGRID, "old and private", "1").body

    assert await slack.deliver(slack.provider.signed(body, at=time() + seconds)) == [401]
    assert "stale_signature" in caplog.text
    assert "old and private" not in caplog.text


async def test_forged_and_unsigned_requests_are_refused(slack):
    signed = slack.provider.written(INGRID, "hello", "1")
    changed = Hook(signed.body.replace(b"hello", b"hullo"), signed.headers)
    by_another = slack.provider.signed(signed.body, secret="another")

    assert await slack.deliver(changed, by_another, Hook(signed.body)) == [401, 401, 401]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"type":"event_callback"}', b'{"event":{}}'])
async def test_what_makes_no_sense_is_refused(slack, body):
    assert await slack.deliver(slack.provider.signed(body)) == [400]


async def test_a_retry_of_slack_is_a_no_op(slack):
    message = slack.provider.message(INGRID, "hello", "1")
    retried = slack.provider.event(
        message, **{"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"}
    )

    assert await slack.deliver(slack.provider.event(message), retried) == [200, 200]
    assert texts(slack) == ["hello"]


async def test_what_bots_say_and_what_was_changed_is_not_a_message(slack):
    said = [
        slack.provider.message(INGRID, "as a bot", "1", bot_id="B1"),
        slack.provider.message(BOT, "as ourselves", "2"),
        slack.provider.message(INGRID, "changed", "3", subtype="message_changed"),
        {"type": "reaction_added", "user": INGRID},
    ]

    assert await slack.deliver(*map(slack.provider.event, said)) == [200] * 4
    with pytest.raises(Exception, match="No row"):
        slack.identity(INGRID)


async def test_bold_links_and_lists_are_said_in_slacks_markup(slack):
    await slack.deliver(slack.provider.written(INGRID, "R&amp;D &lt;3", "1"))
    slack.answer_all(lambda text: Reply("**A & B** is [here](/help):\n- one\n- <two>"))
    await slack.send_all()

    assert texts(slack)[0] == "R&D <3"
    assert slack.provider.texts_to(INGRID) == [
        "*A &amp; B* is <http://desk.example/help|here>:\n• one\n• &lt;two&gt;"
    ]


async def test_buttons_are_block_kit_buttons_and_what_is_pressed_comes_back(slack):
    await slack.deliver(slack.provider.written(INGRID, "hello", "1"))
    slack.answer_all(lambda text: Reply("About?", [{"title": "Status", "payload": "/status"}]))
    await slack.send_all()
    ((title, value),) = slack.provider.heard[0].buttons

    pressed = slack.provider.pressed(INGRID, value)
    assert await slack.deliver(pressed, pressed) == [200, 200]

    assert title == "Status"
    assert texts(slack) == ["hello", "About?", "Status"]


async def test_a_button_of_somebody_elses_conversation_is_refused(slack):
    await slack.deliver(slack.provider.written(INGRID, "hello", "1"))
    slack.answer_all(lambda text: Reply("About?", [{"title": "Status", "payload": "/status"}]))
    await slack.send_all()
    ((_, value),) = slack.provider.heard[0].buttons

    await slack.deliver(slack.provider.pressed("U0OTHER", value))

    pressed, refused = texts(slack, "U0OTHER")
    assert pressed == "[A button that is not offered here]"
    assert "not among those shown" in refused


async def test_in_a_channel_we_answer_in_the_thread_of_who_named_us_and_to_nobody_else(slack):
    await slack.deliver(in_channel(slack, f"<@{BOT}> what do you charge?", "1"))
    root = slack.provider.time_of("1")
    await slack.deliver(
        in_channel(slack, "and when?", "2", kind="message", thread_ts=root),
        in_channel(slack, "I go for lunch", "3", kind="message", user="U0OTHER", thread_ts=root),
        in_channel(slack, "good morning all", "4", kind="message"),
    )
    slack.answer_all()
    await slack.send_all()

    assert {(one["channel"], one["thread_ts"]) for one in slack.provider.calls} == {(SHARED, root)}
    assert slack.provider.texts_to(SHARED)[1:] == ["echo what do you charge?", "echo and when?"]


async def test_a_message_that_comes_as_two_kinds_of_event_is_stored_once(slack):
    words = f"<@{BOT}> hello"
    await slack.deliver(
        in_channel(slack, words, "1", kind="message"), in_channel(slack, words, "1", kind="app_mention")
    )

    assert texts(slack)[1:] == ["hello"]


async def test_in_a_thread_of_a_private_chat_we_answer_in_the_thread(slack):
    message = slack.provider.message(INGRID, "hello", "1", thread_ts="1767326000.000100")
    await slack.deliver(slack.provider.event(message))
    slack.answer_all()
    await slack.send_all()

    assert slack.provider.calls[0]["thread_ts"] == "1767326000.000100"


async def test_what_slack_refuses_for_good_is_a_dead_letter_with_its_reason(slack):
    await slack.deliver(
        slack.provider.event(
            slack.provider.message(INGRID, "hello", "1", channel="C0GONE", channel_type="im")
        )
    )
    slack.answer_all()
    await slack.send_all()

    delivery = slack.deliveries()[0]
    assert (delivery.status, delivery.error_code) == (DeliveryStatus.FAILED, "channel_not_found")


@pytest.mark.parametrize("error", ["invalid_auth", "token_revoked", "account_inactive"])
async def test_with_a_token_that_does_not_hold_any_more_messages_wait_for_a_new_one(slack, error):
    await slack.deliver(slack.provider.written(INGRID, "hello", "1"))
    slack.answer_all()
    slack.provider.answers["/chat.postMessage"] = web.json_response({"ok": False, "error": error})
    await slack.send_due()
    assert (slack.deliveries()[0].status, slack.account().last_error) == (DeliveryStatus.QUEUED, error)

    await slack.send_all()
    assert slack.provider.texts_to(INGRID) == ["echo hello"]
