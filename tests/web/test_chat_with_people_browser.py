"""The chat in Chromium while a person is called, answers, leaves and is rated."""

import pytest
from playwright.async_api import expect

from tests.conversations.desk import conversation_of, writes
from tests.web.browsing import no_violations, sign_in
from tests.web.people import Desk
from tests.web.visitor import INGRID


@pytest.fixture
def desk(sessions) -> Desk:
    return Desk(sessions)


@pytest.fixture
async def chat(page, context, server, desk, sessions):
    """Ingrid's, after she asked for a person."""
    with sessions.begin() as session:
        writes(session, conversation_of(session, INGRID).id, "Does it have to be notarised?")
    await sign_in(context, server, INGRID)
    await page.goto("/messages")
    await expect(page.get_by_text("Does it have to be notarised?")).to_have_count(1)
    await desk.call()
    await expect(page.get_by_text("You are next.")).to_have_count(1)
    return page


async def test_waiting_is_one_line_and_can_be_given_up(chat):
    await expect(chat.locator(".handover")).to_have_text(
        "You asked for a person. You are next. Answer by Thu 21 May 2026, 05:00 in Oslo (11:00 in China)."
    )
    await chat.get_by_role("button", name="Never mind").click()

    await expect(chat.get_by_text("You no longer wait for a person.")).to_have_count(1)
    await expect(chat.get_by_role("button", name="Never mind")).to_have_count(0)
    await expect(chat.get_by_label("Message to the assistant")).to_be_focused()


async def test_the_head_and_the_box_name_the_person_who_answers(chat, desk):
    await desk.claims()
    await desk.says("Hello Ingrid. No notary needed.")

    await expect(chat.locator(".speaker-person b")).to_have_text("Mei Lin")
    await expect(chat.get_by_label("Message to Mei Lin")).to_have_count(1)
    await expect(chat.locator(".m-person .by")).to_contain_text("Mei Lin")
    await desk.types()
    await expect(chat.get_by_text("Mei Lin is typing")).to_be_visible()

    await chat.get_by_role("button", name="Back to the assistant").click()

    await expect(chat.get_by_label("Message to the assistant")).to_be_focused()


async def test_a_reload_shows_the_same_state(chat, desk):
    await desk.claims()
    await expect(chat.get_by_label("Message to Mei Lin")).to_have_count(1)

    await chat.reload()

    await expect(chat.get_by_label("Message to Mei Lin")).to_have_count(1)
    await expect(chat.locator(".speaker-person b")).to_have_text("Mei Lin")


async def test_the_one_question_comes_when_it_is_closed_and_goes_when_it_is_answered(chat, desk):
    await desk.claims()
    await desk.resolves()

    await chat.get_by_role("radio", name="4").check()
    await chat.get_by_label("What should we know?").fill("Quick")
    await chat.get_by_role("button", name="Send the rating").click()

    await expect(chat.get_by_text("Thank you.")).to_be_visible()
    await expect(chat.get_by_role("group", name="How did we do?")).to_have_count(0)


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_moment_is_accessible_and_fits(chat, desk, width, scheme, tmp_path):
    await chat.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    await chat.set_viewport_size({"width": width, "height": 900})
    for moment, words, act in (
        ("waiting", "You are next.", None),
        ("person", "No notary needed.", desk.says),
        ("closed", "How did we do?", desk.resolves),
    ):
        if act is not None:
            await act(*(["Hello Ingrid. No notary needed."] if moment == "person" else []))
        await expect(chat.get_by_text(words)).to_be_visible()
        await no_violations(chat, f"{moment} at {width} in {scheme}")
        assert await chat.evaluate("document.documentElement.scrollWidth") <= width
        await chat.screenshot(path=tmp_path / f"{moment}.png")
