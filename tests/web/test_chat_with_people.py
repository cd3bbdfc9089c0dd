"""What the chat socket tells of people: the place in the queue, who answers and types, the question afterwards."""

import pytest
from sqlalchemy import select

from conversations import handoff
from conversations.models import Handoff
from conversations.names import HandoffReason
from tests.conversations.desk import conversation_of
from tests.web.people import Desk
from tests.web.visitor import INGRID, KENJI


@pytest.fixture
def desk(sessions) -> Desk:
    return Desk(sessions)


@pytest.fixture
async def chat(visitor):
    await visitor.sign_in(KENJI)
    chat = await visitor.chat()
    await chat.write("I want a person", "c1")
    await chat.hear("ack")
    return chat


async def test_a_brand_that_waits_hears_its_place_and_when_to_expect_an_answer(chat, desk):
    await desk.call()

    notice = await chat.hear_text(
        "**You asked for a person.** You are next. Answer by Thu 21 May 2026, 12:00 in Tokyo (11:00 in China)."
    )
    state = await chat.hear_state(owner="waiting")
    assert state["waiting"] == {"id": notice["id"], "text": notice["text"]}


async def test_its_place_is_told_again_when_others_come_and_go(chat, desk, sessions):
    await desk.call()
    await chat.hear_state(owner="waiting")

    with sessions.begin() as session:
        ingrids = conversation_of(session, INGRID)
        handoff.ask_for_person(session, ingrids, HandoffReason.ASKED_FOR_PERSON)
    await place(chat, "You are number 2.")
    with sessions.begin() as session:
        handoff.never_mind(session, conversation_of(session, INGRID))
    await place(chat, "You are next.")


async def place(chat, words):
    while words not in (await chat.hear("state"))["waiting"]["text"]:
        pass


async def test_never_mind_goes_back_to_the_assistant(chat, desk):
    await desk.call()
    await chat.hear_state(owner="waiting")

    await chat.say(type="never_mind")

    assert (await chat.hear_state(owner="bot"))["waiting"] is None


async def test_a_person_has_a_name_and_is_seen_to_type(chat, desk):
    await desk.claims()
    assert (await chat.hear_state(owner="person"))["person"] == "Mei Lin"

    await desk.types()
    while not (await chat.hear("typing"))["on"]:
        pass
    await desk.says("Hello Kenji")

    said = await chat.hear_text("Hello Kenji")
    assert (said["role"], said["name"]) == ("person", "Mei Lin")


async def test_nobody_is_seen_to_type_who_does_not_have_the_conversation(chat, desk):
    await desk.claims()
    await chat.hear_state(owner="person")

    await desk.types(name="Bo Chen")
    await desk.says("Hello Kenji")

    heard = [await chat.hear_any("typing", "msg")]
    while heard[-1].get("text") != "Hello Kenji":
        heard.append(await chat.hear_any("typing", "msg"))
    assert not any(frame.get("on") for frame in heard)


@pytest.mark.parametrize("moment", ["waiting", "person", "resolved"])
async def test_a_page_that_was_away_hears_all_of_the_state_again(chat, desk, visitor, moment):
    await chat.socket.close()
    await desk.call()
    if moment != "waiting":
        await desk.claims()
    if moment == "resolved":
        await desk.resolves()

    history = await (await visitor.chat(after=1)).hear("history")

    assert history["owner"] == moment
    assert bool(history["waiting"]) == (moment == "waiting")
    assert history["person"] == ("Mei Lin" if moment == "person" else None)
    assert history["rating"] == (moment == "resolved")


async def test_the_one_question_is_answered_once(chat, desk, sessions):
    await desk.claims()
    await desk.resolves()
    await chat.hear_state(owner="resolved", rating=True)

    await chat.say(type="rate", stars=5, comment="Quick")

    await chat.hear_state(owner="resolved", rating=False)
    await chat.say(type="rate", stars=1, comment="")
    assert (await chat.hear("error"))["code"] == "nothing_to_rate"
    with sessions() as session:
        assert session.scalars(select(Handoff.stars)).all() == [5]


@pytest.mark.parametrize(
    "frame",
    [
        {"type": "rate", "stars": 9, "comment": ""},
        {"type": "rate", "stars": "5", "comment": ""},
        {"type": "rate", "stars": 5, "comment": None},
    ],
)
async def test_a_rating_that_is_none_is_refused(chat, desk, frame):
    await desk.claims()
    await desk.resolves()

    await chat.say(**frame)

    assert (await chat.hear("error"))["code"] in ("rating_invalid", "frame_invalid")


async def test_writing_opens_it_again(chat, desk):
    await desk.claims()
    await desk.resolves()
    await chat.hear_state(owner="resolved")

    await chat.write("one more thing", "c2")

    state = await chat.hear_state(owner="bot")
    assert state["rating"] is False


async def test_nobody_hears_of_the_queue_of_others(chat, desk, colleague):
    """The words of a state are of the reader's own conversation alone."""
    await colleague.sign_in(INGRID)
    ingrids = await colleague.chat()
    await desk.call()
    await chat.hear_state(owner="waiting")

    await ingrids.say(type="ping")

    state = await ingrids.hear("state")
    assert (state["owner"], state["waiting"]) == ("bot", None)
