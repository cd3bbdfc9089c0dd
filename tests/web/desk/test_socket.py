"""The desk's socket: it tells what to read again and who is there, to the staff alone."""

import asyncio
import threading
from uuid import uuid4

import pytest
from aiohttp import WSServerHandshakeError
from sqlalchemy import delete

from conversations import notify, ownership
from onboarding import clock
from onboarding.models import StaffSession
from tests.conversations.desk import staff_named
from tests.postgres import drop_connections
from tests.serving import serving
from tests.web.desk.page import open_page
from tests.web.staff import AMARA, JONAS, MEI, RUI, TAO, StaffVisitor
from tests.web.visitor import INGRID, KENJI
from web.app import create_app
from web.desk.conversations.hub import PAGES_PER_SESSION
from web.desk.conversations.watching import SECONDS_OF_PRESENCE, SECONDS_OF_TYPING, Presence, Watching

FRAMES = [{"type": "watch", "conversation": None}, {"type": "typing"}, {"type": "ping"}]


@pytest.mark.parametrize("email", [MEI, TAO, RUI, AMARA])
async def test_everybody_of_the_staff_may_send_every_frame(agent, brands, email):
    conversation_id = brands.calls(INGRID, "A person, please")
    await agent.enter(email)
    page = await open_page(agent)

    await page.watch(conversation_id)
    await page.say(type="typing")
    await page.say(type="ping")

    assert (await page.hear("pong")) == {"type": "pong"}


async def test_a_brand_and_a_visitor_find_no_socket_there(visitor, agent):
    for sign_in in [None, INGRID]:
        if sign_in:
            await visitor.sign_in(sign_in)
        with pytest.raises(WSServerHandshakeError):
            await visitor.http.ws_connect(f"{visitor.origin}/desk/socket", headers={"Origin": visitor.origin})


async def test_who_owes_the_code_is_kept_out(agent, sessions):
    with sessions.begin() as session:
        mei = staff_named(session, "Mei Lin")
        mei.totp_secret, mei.totp_confirmed_at = "A" * 32, clock.now(session)
    await agent.enter(MEI, second_factor=False)

    with pytest.raises(WSServerHandshakeError):
        await open_page(agent)


@pytest.mark.parametrize("origin", ["http://evil.example", "null", ""])
async def test_a_socket_opened_by_another_page_is_refused(agent, origin):
    await agent.enter(MEI)

    with pytest.raises(WSServerHandshakeError) as refused:
        await open_page(agent, Origin=origin)

    assert refused.value.status == 403


@pytest.mark.parametrize("frame", FRAMES)
async def test_every_frame_asks_whether_the_session_is_still_open(agent, sessions, frame):
    await agent.enter(MEI)
    page = await open_page(agent)
    await page.hear("changed")
    with sessions.begin() as session:
        session.execute(delete(StaffSession))

    await page.say(**frame)

    assert await page.close_code() == 4401


async def test_news_are_not_told_once_the_session_has_ended(agent, brands, sessions):
    await agent.enter(MEI)
    page = await open_page(agent)
    await page.hear("changed")
    with sessions.begin() as session:
        session.execute(delete(StaffSession))

    brands.calls(INGRID, "Hello")

    assert await page.close_code() == 4401


async def test_signing_out_closes_the_open_pages(agent):
    page = await agent.enter(MEI)
    open_one = await open_page(agent)
    await open_one.hear("changed")

    closed = asyncio.create_task(open_one.close_code())
    await agent.submit(page, "/desk/sign-out")

    assert await closed == 4401


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"type": "watch"}',
        '{"type": "watch", "conversation": "x"}',
        '{"type": "claim"}',
        "[" * 900,
    ],
)
async def test_what_is_no_frame_of_ours_is_refused_and_the_page_goes_on(agent, text):
    await agent.enter(MEI)
    page = await open_page(agent)

    await page.socket.send_str(text)

    assert (await page.hear("error"))["code"] == "frame_invalid"
    await page.say(type="ping")
    await page.hear("pong")


async def test_a_frame_that_is_too_long_ends_the_connection(agent):
    await agent.enter(MEI)
    page = await open_page(agent)

    await page.socket.send_str("x" * 2000)

    assert await page.close_code() == 1009


async def test_whoever_sends_too_many_frames_is_asked_to_slow_down(agent):
    await agent.enter(MEI)
    page = await open_page(agent)

    for _ in range(91):
        await page.say(type="ping")

    assert (await page.hear("error"))["code"] == "slow_down"


async def test_one_session_holds_only_so_many_pages(agent):
    await agent.enter(MEI)
    pages = [await open_page(agent) for _ in range(PAGES_PER_SESSION)]
    for page in pages:
        await page.hear("changed")

    with pytest.raises(WSServerHandshakeError) as refused:
        await open_page(agent)

    assert refused.value.status == 429


async def test_a_page_hears_what_changed_and_reads_it_by_the_ordinary_way(agent, brands):
    await agent.enter(MEI)
    page = await open_page(agent)
    assert (await page.hear("changed"))["everything"] is True

    conversation_id = brands.calls(INGRID, "A secret")
    frame = await page.hear_change(conversation_id)

    assert set(frame) == {"type", "everything", "conversations"}
    assert "A secret" not in str(frame)


async def test_after_the_database_was_away_everything_is_to_be_read_again(agent, database_url):
    await agent.enter(MEI)
    page = await open_page(agent)
    await page.hear("changed")

    drop_connections(database_url)

    while not (await page.hear("changed"))["everything"]:
        pass


async def test_colleagues_see_who_views_and_who_types(agent, second_agent, brands):
    conversation_id = brands.calls(INGRID, "Hello")
    await agent.enter(MEI)
    await second_agent.enter(JONAS)
    mine, theirs = await open_page(agent), await open_page(second_agent)

    await theirs.watch(conversation_id)
    await mine.hear_people(conversation_id, ("Jonas Weber", False))
    await theirs.say(type="typing")
    await mine.hear_people(conversation_id, ("Jonas Weber", True))
    await theirs.watch(None)
    await mine.hear_people(conversation_id)


async def test_nobody_is_shown_to_themselves(agent, brands):
    conversation_id = brands.calls(INGRID, "Hello")
    await agent.enter(MEI)
    page = await open_page(agent)

    await page.watch(conversation_id)

    assert str(conversation_id) not in (await page.hear("presence"))["people"]


async def test_a_page_that_goes_is_seen_no_more(agent, second_agent, brands):
    conversation_id = brands.calls(INGRID, "Hello")
    await agent.enter(MEI)
    await second_agent.enter(JONAS)
    mine, theirs = await open_page(agent), await open_page(second_agent)
    await theirs.watch(conversation_id)
    await mine.hear_people(conversation_id, ("Jonas Weber", False))

    await theirs.socket.close()

    await mine.hear_people(conversation_id)


async def test_where_somebody_was_is_not_told_after_where_they_are(agent, second_agent, brands, monkeypatch):
    conversation_id = brands.calls(INGRID, "Hello")
    await agent.enter(MEI)
    await second_agent.enter(JONAS)
    began, overtaken = threading.Event(), threading.Event()

    def announce(session, here):
        """The first one is slow: it commits after the next one, where that can overtake it."""
        if here.name == "Jonas Weber" and here.conversation is None and not began.is_set():
            began.set()
            overtaken.wait(0.5)
        notify.tell_presence(session, here.as_news())
        if here.conversation is not None:
            session.commit()
            overtaken.set()

    monkeypatch.setattr("web.desk.conversations.socket._announce", announce)
    mine, theirs = await open_page(agent), await open_page(second_agent)
    await asyncio.to_thread(began.wait, 5)
    await theirs.watch(conversation_id)

    await mine.hear_people(conversation_id, ("Jonas Weber", False))


async def test_who_connects_again_is_told_who_is_there(agent, second_agent, brands):
    conversation_id = brands.calls(INGRID, "Hello")
    await agent.enter(MEI)
    await second_agent.enter(JONAS)
    theirs = await open_page(second_agent)
    await theirs.watch(conversation_id)

    mine = await open_page(agent)

    await mine.hear_people(conversation_id, ("Jonas Weber", False))


async def test_presence_and_news_cross_from_one_process_of_the_site_to_another(agent, settings, brands):
    conversation_id = brands.calls(INGRID, "Hello")
    await agent.enter(MEI)
    async with serving(create_app(settings)) as other, StaffVisitor(other) as elsewhere:
        await elsewhere.enter(JONAS)
        theirs = await open_page(elsewhere)
        await theirs.watch(conversation_id)
        mine = await open_page(agent)
        await mine.hear_people(conversation_id, ("Jonas Weber", False))
        await theirs.say(type="typing")
        await mine.hear_people(conversation_id, ("Jonas Weber", True))

        another = brands.calls(KENJI, "Me too")

        await mine.hear_change(another)
        await theirs.hear_change(another)


async def test_whose_conversation_is_taken_over_or_given_is_told_by_whom(
    agent, second_agent, brands, sessions
):
    conversation_id = brands.calls(INGRID, "Hello")
    await agent.enter(MEI)
    await second_agent.enter(RUI)
    mine, theirs = await open_page(agent), await open_page(second_agent)
    with sessions.begin() as session:
        ownership.claim(session, conversation_id, staff_named(session, "Mei Lin"))

    with sessions.begin() as session:
        ownership.take_over_from(session, conversation_id, staff_named(session, "Rui Zhang"))
    told = await mine.hear("told")
    with sessions.begin() as session:
        mei, rui = staff_named(session, "Mei Lin"), staff_named(session, "Rui Zhang")
        ownership.transfer(session, conversation_id, rui, mei)
    given = await mine.hear("told")

    assert (told["what"], told["by"]) == ("taken_over", "Rui Zhang")
    assert (given["what"], given["by"]) == ("transferred", "Rui Zhang")
    await theirs.say(type="ping")
    assert (await theirs.socket.receive_json(timeout=5))["type"] != "told"


async def test_the_queue_alone_can_be_read_again(agent, brands):
    conversation_id = brands.calls(INGRID, "Hello")
    brands.calls(KENJI, "Me too")
    await agent.enter(MEI)

    part = await agent.open(f"/desk/conversation-queue?tab=waiting&open={conversation_id}")

    assert part.html.lstrip().startswith('<section class="queue"')
    assert f'href="/desk/conversations/{conversation_id}?tab=waiting" aria-current="true"' in part.html
    assert "Kumo" in part.words


class Time:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_who_is_not_announced_again_is_forgotten(brands):
    time = Time()
    presence = Presence(time)
    conversation_id = brands.calls(INGRID, "Hello")
    presence.note(Watching("page", "jonas", "Jonas Weber", conversation_id, typing=True))

    time.now = SECONDS_OF_TYPING
    (seen,) = presence.everywhere(besides="mei")[conversation_id]
    assert not seen.typing
    time.now = SECONDS_OF_PRESENCE
    assert presence.everywhere(besides="mei") == {}


def test_an_announcement_that_a_goodbye_overtook_is_not_believed():
    presence, conversation = Presence(), uuid4()
    here = Watching("a page", "jonas", "Jonas Weber", conversation)
    presence.note(here)
    presence.forget("a page")

    assert not presence.note(here)
    assert presence.everywhere(besides="mei") == {}
