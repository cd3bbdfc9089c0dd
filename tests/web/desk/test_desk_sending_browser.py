"""What an agent sends and fills in, on slow and broken lines, in Chromium."""

import asyncio
import re

import pytest
from playwright.async_api import expect

from conversations import joining, ownership
from tests.chromium import PATIENCE
from tests.conversations.desk import staff_named
from tests.onboarding.people import contact
from tests.web.desk.test_desk_browser import HOME, desk, enter, held, new_page, reply
from tests.web.staff import JONAS
from tests.web.visitor import INGRID
from web.keys import DESK_HUB


@pytest.fixture
async def talk(desk, brands):
    """Mei has Ingrid's conversation; gives its id."""
    opened = brands.calls(INGRID, "Hello")
    await desk.goto(f"{HOME}/{opened}")
    await desk.get_by_role("button", name="Claim").click()
    await expect(desk.locator("#talk-head")).to_contain_text("You answer")
    return opened


def said(desk):
    return desk.locator("#talk-log .m-you .txt")


async def loses_the_first_answer(desk):
    """The first reply arrives, and the page does not hear of it."""
    lost = []

    async def lose_once(route):
        if lost:
            return await route.continue_()
        lost.append(await route.fetch(max_redirects=0))
        return await route.abort()

    await desk.route("**/reply", lose_once)


async def test_what_is_typed_while_a_reply_is_sent_stays_and_is_sent_after_it(desk, brands, talk):
    may_go_on = await held(desk, "**/reply")
    await desk.locator("#text").click()
    await desk.keyboard.type("First.")
    await desk.keyboard.press("Enter")
    await desk.keyboard.type("Second, wh")
    await desk.keyboard.press("Enter")
    may_go_on.set()
    await expect(said(desk)).to_have_text(["First."])

    await desk.keyboard.type("ile it was sent")
    await desk.keyboard.press("Enter")

    await expect(said(desk)).to_have_text(["First.", "Second, while it was sent"])
    await expect(desk.locator("#text")).to_have_value("")


async def test_a_reply_is_sent_once_though_something_else_is_done_meanwhile(desk, brands, talk):
    await reply(desk, "Zero.")
    may_go_on = await held(desk, "**/reply")
    await desk.locator("#text").fill("First.")
    await desk.keyboard.press("Enter")
    await desk.get_by_role("link", name=re.compile("^Mine")).click()
    await expect(desk).to_have_url(re.compile("tab=mine"))
    may_go_on.set()
    await expect(said(desk)).to_have_text(["Zero.", "First."])

    await expect(desk.locator("#text")).to_have_value("")
    await reply(desk, "Second.")

    await expect(said(desk)).to_have_text(["Zero.", "First.", "Second."])


@pytest.mark.parametrize("is_reloaded", [False, True])
async def test_a_reply_whose_answer_was_lost_is_the_same_when_it_is_sent_again(
    desk, brands, talk, is_reloaded
):
    await loses_the_first_answer(desk)
    await desk.locator("#text").fill("It is on its way.")
    await desk.keyboard.press("Enter")
    await expect(desk.locator("#toast")).to_contain_text("Not sent")
    if is_reloaded:
        await desk.reload()
    await expect(said(desk)).to_have_text(["It is on its way."])
    await expect(desk.locator("#text")).to_have_value("It is on its way.")

    await desk.locator("#text").press("Enter")
    await expect(desk.locator("#text")).to_have_value("")
    await expect(desk.locator("#reply button[type=submit]").first).to_be_enabled()
    await reply(desk, "Something else.")

    await expect(said(desk)).to_have_text(["It is on its way.", "Something else."])


async def test_another_text_after_a_lost_answer_is_another_message(desk, brands, talk):
    await loses_the_first_answer(desk)
    await desk.locator("#text").fill("First.")
    await desk.keyboard.press("Enter")
    await expect(desk.locator("#toast")).to_contain_text("Not sent")
    await reply(desk, "Second.")

    await expect(said(desk)).to_have_text(["First.", "Second."])


@pytest.mark.parametrize("status", [500, 429])
async def test_an_answer_that_is_no_page_leaves_the_agent_there_with_what_was_written(
    desk, brands, talk, status
):
    await desk.route("**/reply", lambda route: route.fulfill(status=status, body="<p>Not now</p>"))
    await desk.locator("#text").fill("Do not lose me.")
    await desk.keyboard.press("Enter")

    await expect(desk.locator("#toast")).to_contain_text("Not sent")
    await expect(desk.locator("#text")).to_have_value("Do not lose me.")


async def test_what_is_being_filled_in_stays_while_colleagues_come_and_the_brand_writes(
    desk, brands, talk, browser, server
):
    await desk.locator("#fold-hand-back summary").click()
    await desk.get_by_label("Summary for the team").click()
    await desk.keyboard.type("Told them all about the fees and ")
    other = await new_page(browser, server)
    await enter(other.context, server, JONAS)
    await other.goto(HOME)
    brands.writes(INGRID, "One more thing")
    await expect(desk.locator("#talk-log")).to_contain_text("One more thing")

    await desk.keyboard.type("the dates")

    await expect(desk.get_by_label("Summary for the team")).to_have_value(
        "Told them all about the fees and the dates"
    )
    await other.context.close()


async def test_a_note_goes_on_being_written_when_a_colleague_takes_the_conversation(desk, brands, sessions):
    opened = brands.calls(INGRID, "Hello")
    await desk.goto(f"{HOME}/{opened}")
    await desk.get_by_role("link", name="Note").click()
    await expect(desk.locator("#note-text")).to_be_focused()
    await desk.keyboard.type("She is in")
    with sessions.begin() as session:
        ownership.claim(session, opened, staff_named(session, "Jonas Weber"))
    await expect(desk.locator("#talk-head")).to_contain_text("Jonas Weber answers")

    await desk.keyboard.type(" a hurry.")

    await expect(desk.locator("#note-text")).to_have_value("She is in a hurry.")


async def test_a_file_that_was_chosen_stays_when_the_brand_writes(desk, brands, talk, browser, server):
    pdf = {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4"}
    await desk.locator("#file").set_input_files(pdf)
    other = await new_page(browser, server)
    await enter(other.context, server, JONAS)
    await other.goto(HOME)
    brands.writes(INGRID, "One more thing")
    await expect(desk.locator("#talk-log")).to_contain_text("One more thing")

    assert await desk.evaluate("document.getElementById('file').files.length") == 1
    await other.context.close()


async def test_news_that_could_not_be_read_are_read_again(desk, brands, talk):
    away = asyncio.Event()

    async def away_once(route):
        if away.is_set():
            return await route.continue_()
        away.set()
        return await route.abort()

    await desk.route(f"**/conversations/{talk}**", away_once)
    brands.writes(INGRID, "One more thing")
    await asyncio.wait_for(away.wait(), PATIENCE / 1000)

    await expect(desk.locator("#talk-log")).to_contain_text("One more thing")
    await expect(desk.locator("#offline")).to_be_hidden()


async def test_a_visitor_who_signs_in_takes_the_agent_along_with_what_they_type(desk, brands, sessions):
    brands.writes(INGRID, "Long ago")
    visited = brands.calls(None, "Can you help me?")
    await desk.goto(f"{HOME}/{visited}")
    await desk.get_by_role("button", name="Claim").click()
    await expect(desk.locator("#talk-head")).to_contain_text("You answer")
    await desk.locator("#text").click()
    await desk.keyboard.type("And then send m")

    with sessions.begin() as session:
        joining.adopt(session, visited, contact(session, INGRID).id)
    await expect(desk.locator("#talk-log")).to_contain_text("Long ago")
    await desk.keyboard.type("e the file")

    await expect(desk.locator("#text")).to_have_value("And then send me the file")


async def test_a_page_that_is_on_the_network_again_keeps_one_connection(desk, brands, talk, server):
    async with desk.expect_websocket() as opened:
        await desk.evaluate("dispatchEvent(new Event('online'))")
    first = await opened.value
    async with desk.expect_websocket():
        await desk.evaluate("dispatchEvent(new Event('online'))")

    if not first.is_closed():
        await first.wait_for_event("close")
