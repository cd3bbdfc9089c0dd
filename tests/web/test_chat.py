"""The chat socket: nothing is lost, nothing is doubled, and nobody hears what is not theirs."""

import asyncio

import pytest
from aiohttp import WSServerHandshakeError
from sqlalchemy import select

from conversations.messages import LONGEST_TEXT
from conversations.models import Conversation, Message
from onboarding import identity
from tests.postgres import drop_connections
from tests.web.assistant import FakeAssistant
from tests.web.visitor import INGRID, KENJI, Visitor
from web.chat.hub import SOCKETS_PER_SESSION


@pytest.fixture
def assistant(sessions) -> FakeAssistant:
    return FakeAssistant(sessions)


async def test_a_visitor_without_an_account_can_chat(visitor, assistant):
    chat = await visitor.chat()

    await chat.write("What does it cost?", "c1")
    ack = await chat.hear("ack")
    await asyncio.to_thread(assistant.answer, "It depends on your category.", "Cosmetics")

    assert ack == {"type": "ack", "cid": "c1", "id": 1}
    said = await chat.hear("msg")
    reply = await chat.hear("msg")
    assert (said["role"], said["cid"], said["text"]) == ("user", "c1", "What does it cost?")
    assert (reply["role"], reply["text"], reply["buttons"]) == (
        "bot",
        "It depends on your category.",
        ["Cosmetics"],
    )


async def test_opening_a_page_leaves_no_session_behind(visitor):
    for path in ["/", "/help", "/messages"]:
        await visitor.open(path)

    assert visitor.cookie() is None


async def test_a_message_sent_again_is_stored_once(visitor, sessions):
    chat = await visitor.chat()
    await chat.write("Hello", "c1")
    first = await chat.hear("ack")
    await chat.write("Hello", "c1")

    assert await chat.hear("ack") == first
    with sessions() as session:
        assert len(session.scalars(select(Message)).all()) == 1


async def test_a_reload_brings_the_history_back(visitor, assistant):
    chat = await visitor.chat()
    await chat.write("Hello", "c1")
    await chat.hear("ack")
    await chat.socket.close()
    assistant.answer("Hello to you.")

    history = await (await visitor.chat()).hear("history")

    assert [item["text"] for item in history["items"]] == ["Hello", "Hello to you."]


async def test_a_reconnect_asks_only_for_what_was_missed(visitor, assistant):
    chat = await visitor.chat()
    await chat.write("Hello", "c1")
    await chat.hear("ack")
    await chat.socket.close()
    assistant.answer("Hello to you.")

    history = await (await visitor.chat(after=1)).hear("history")

    assert [item["id"] for item in history["items"]] == [2]


async def test_typing_is_shown_until_the_answer_is_there(visitor, assistant):
    chat = await visitor.chat()
    await chat.write("Hello", "c1")

    assert (await chat.hear("typing"))["on"] is True
    await asyncio.to_thread(assistant.answer, "Hello to you.")
    assert (await chat.hear("typing"))["on"] is False


async def test_the_chat_says_when_the_assistant_gets_ready(visitor, assistant):
    chat = await visitor.chat()
    assert (await chat.hear("history"))["assistant"] == {"phase": "starting", "detail": ""}

    with assistant.ready():
        await chat.hear_state(assistant={"phase": "ready", "detail": ""})


async def test_the_head_of_the_chat_hears_that_a_person_answers(visitor, assistant):
    chat = await visitor.chat()
    await chat.write("I want a person", "c1")
    await chat.hear("ack")

    await asyncio.to_thread(assistant.person_says, "Hello, Mei Lin here.")

    await chat.hear_state(owner="person")


async def test_a_pressed_button_is_answered_by_its_title(visitor, assistant, sessions):
    chat = await visitor.chat()
    await chat.write("Hello", "c1")
    await chat.hear("ack")
    await asyncio.to_thread(assistant.answer, "What do you sell?", "Cosmetics", "Food")

    await chat.write("ignored", "c2", button={"seq": 2, "index": 1})

    await chat.hear("ack")
    with sessions() as session:
        pressed = session.scalars(select(Message).order_by(Message.id.desc())).first()
        assert (pressed.text, pressed.button) == ("Food", "/greet")


async def test_a_button_that_was_never_shown_is_refused(visitor):
    chat = await visitor.chat()

    await chat.write("x", "c1", button={"seq": 1, "index": 0})

    error = await chat.hear("error")
    assert (error["cid"], error["code"]) == ("c1", "button_unknown")


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "message_empty"), ("   ", "message_empty"), ("x" * (LONGEST_TEXT + 1), "message_too_long")],
)
async def test_a_message_that_cannot_be_taken_is_explained(visitor, text, code):
    chat = await visitor.chat()

    await chat.write(text, "c1")

    assert (await chat.hear("error"))["code"] == code


async def test_the_longest_message_in_any_script_fits_a_frame(visitor):
    chat = await visitor.chat()

    await chat.write("𠮷" * LONGEST_TEXT, "c1")

    assert (await chat.hear("ack"))["cid"] == "c1"


@pytest.mark.parametrize(
    "frame",
    [
        "not json",
        "[" * 2500,
        "[]",
        '{"type": "msg"}',
        '{"type": "msg", "cid": "", "text": "x"}',
        '{"type": "msg", "cid": 1, "text": "x"}',
        '{"type": "msg", "cid": "\\u0000", "text": "x"}',
        '{"type": "hello", "after": -1}',
        '{"type": "hello", "after": 99999999999}',
        '{"type": "history"}',
        '{"type": "msg", "cid": "c", "text": "x", "button": 1}',
    ],
)
async def test_a_frame_that_is_not_ours_is_refused_and_the_chat_goes_on(visitor, frame):
    chat = await visitor.chat()

    await chat.socket.send_str(frame)

    assert (await chat.hear("error"))["code"] == "frame_invalid"
    await chat.write("Still here", "c1")
    assert await chat.hear("ack")


async def test_a_refusal_names_the_message_also_when_that_is_not_as_it_should_be(visitor):
    chat = await visitor.chat()

    await chat.socket.send_str('{"type": "msg", "cid": "c1", "text": "x", "button": 1}')

    assert (await chat.hear("error"))["cid"] == "c1"


async def test_a_frame_larger_than_any_message_closes_the_socket(visitor):
    chat = await visitor.chat()

    await chat.socket.send_str("x" * 40_000)

    assert await chat.closed() == 1009


async def test_a_session_may_open_only_so_many_sockets(visitor):
    chats = [await visitor.chat() for _ in range(SOCKETS_PER_SESSION)]

    with pytest.raises(WSServerHandshakeError) as refused:
        await visitor.open_socket()

    assert refused.value.status == 429
    assert len(chats) == SOCKETS_PER_SESSION


async def test_two_visitors_do_not_hear_each_other(visitor, colleague):
    chat = await visitor.chat()
    await chat.write("My secret", "c1")
    await chat.hear("ack")

    history = await (await colleague.chat()).hear("history")

    assert history["items"] == []


async def test_two_devices_of_a_contact_share_one_conversation(visitor, colleague):
    await visitor.sign_in(INGRID)
    await colleague.sign_in(INGRID)
    here, there = await visitor.chat(), await colleague.chat()
    await there.hear("history")

    await here.write("From my phone", "c1")

    assert (await there.hear("msg"))["text"] == "From my phone"


async def test_signing_in_takes_the_visitors_conversation_along(visitor):
    chat = await visitor.chat()
    await chat.write("Asked before signing in", "c1")
    await chat.hear("ack")

    await visitor.sign_in(INGRID)

    history = await (await visitor.chat()).hear("history")
    assert [item["text"] for item in history["items"]] == ["Asked before signing in"]


async def test_signing_in_closes_the_visitors_socket(visitor):
    chat = await visitor.chat()
    await chat.hear("history")
    closed = chat.closed()

    await visitor.sign_in(INGRID)

    assert await closed == 4401


async def test_signing_out_closes_the_open_chats_of_that_session(visitor):
    await visitor.sign_in(INGRID)
    chat = await visitor.chat()
    await chat.hear("history")
    closed = chat.closed()

    await visitor.submit(await visitor.open("/account"), "/sign-out")

    assert await closed == 4401


async def test_signing_out_everywhere_closes_the_chats_on_other_devices(visitor, colleague):
    await visitor.sign_in(INGRID)
    await colleague.sign_in(INGRID)
    chat = await colleague.chat()
    await chat.hear("history")
    closed = chat.closed()

    await visitor.submit(await visitor.open("/account"), "/sign-out/everywhere")

    assert await closed == 4401


async def test_a_session_ended_elsewhere_can_say_nothing_more(visitor, sessions):
    chat = await visitor.chat()
    await chat.hear("history")
    with sessions.begin() as session:
        identity.close_session(session, visitor.cookie())

    await chat.write("Am I still in?", "c1")

    assert await chat.closed() == 4401
    with sessions() as session:
        assert session.scalars(select(Message)).all() == []


async def test_a_session_ended_elsewhere_hears_nothing_more(visitor, sessions, assistant):
    chat = await visitor.chat()
    await chat.write("Hello", "c1")
    await chat.hear("ack")
    with sessions.begin() as session:
        identity.close_session(session, visitor.cookie())

    assistant.answer("Only for the owner of the session.")

    assert await chat.closed() == 4401


async def test_who_somebody_is_never_comes_from_a_frame(visitor, colleague, sessions):
    await colleague.sign_in(KENJI)
    await colleague.chat()
    with sessions() as session:
        theirs = session.scalars(select(Conversation.id)).one()
    chat = await visitor.chat()

    await chat.write("Hello", "c1", conversation=str(theirs), contact=KENJI)
    await chat.hear("ack")

    with sessions() as session:
        assert session.scalars(select(Message.conversation_id)).one() != theirs


async def test_stopping_the_site_tells_open_pages_to_come_back(server):
    async with Visitor(server) as visitor:
        chat = await visitor.chat()
        await chat.hear("history")
        closed = chat.closed()

        await server.close()

        assert await closed == 1001


async def test_the_chat_goes_on_after_postgresql_dropped_every_connection(visitor, assistant, database_url):
    chat = await visitor.chat()
    await chat.hear("history")
    drop_connections(database_url)

    await chat.write("Are you still there?", "c1")
    frame = await chat.hear_any("ack", "error")
    if frame["type"] == "error":
        assert frame["retry_after"]
        await chat.write("Are you still there?", "c1")
        await chat.hear("ack")
    await asyncio.to_thread(assistant.answer, "Yes.")

    assert (await chat.hear_text("Yes."))["role"] == "bot"
