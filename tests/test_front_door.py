"""The whole product as a newcomer meets it: everything started, a real browser, the README's questions.

With PICTURES set to a folder, each conversation is kept there as a picture.
"""

import os
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.chromium import opened
from tests.whole_house import house

DIALOGUES = [
    (
        "Kenji Mori",
        "how much have we sold so far, and in euros?",
        ["RMB 612,400", "EUR 78,512.82", "19 May 2026"],
    ),
    ("Kenji Mori", "are we on track?", ["RMB 123,511", "45 of 90"]),
    ("Kenji Mori", "what's our rank?", ["7 of 64"]),
    ("Ingrid Solberg", "why can't we open yet?", ["Trademark", "Product list"]),
    ("Ingrid Solberg", "and why was it rejected?", ["Nordlys Holding AS", "authorisation letter"]),
    ("Ingrid Solberg", "until when?", ["Wed 27 May 2026", "18:00 in Oslo"]),
    ("Sofia Brandt", "status", ["Nordlys Skincare", "Fjellvann"]),
    (
        None,
        "what documents does a French cosmetics brand need?",
        ["Trademark certificate", "Product certificates"],
    ),
    (None, "where is BD-2026-004217?", ["sign in"]),
]


@pytest.fixture(scope="module")
async def running(tmp_path_factory):
    async with house(
        tmp_path_factory.mktemp("house"), workers=1, BRANDDESK_NOW="2026-05-20T08:00Z"
    ) as running:
        yield running


@pytest.fixture
async def page():
    async with opened() as browser:
        yield await browser.new_page(viewport={"width": 1280, "height": 900})


async def sign_in(page, address, name):
    await page.goto(f"{address}/sign-in")
    await page.get_by_role("button", name=name).click()
    await page.goto(f"{address}/demo/mail")
    await page.locator("a[href*='/sign-in/link/']").first.click()
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("link", name=name)).to_be_visible()


async def ask(page, question):
    answers = page.locator(".m-bot")
    before = await answers.count()
    await page.locator("#chat-text").fill(question)
    await page.keyboard.press("Enter")
    await expect(answers.nth(before)).to_be_visible()
    await expect(page.locator(".typing")).to_be_hidden()
    return "\n".join((await answers.all_inner_texts())[before:])


async def keep_picture(page, name):
    folder = os.environ.get("PICTURES")
    if folder:
        await page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.mark.parametrize("name", ["Kenji Mori", "Ingrid Solberg", "Sofia Brandt", None])
async def test_everybody_gets_the_right_answers_in_a_browser(running, page, name):
    if name is not None:
        await sign_in(page, running.address, name)
    await page.goto(f"{running.address}/messages")

    for who, question, expected in DIALOGUES:
        if who == name:
            answer = await ask(page, question)
            missing = [words for words in expected if words.lower() not in answer.lower()]
            assert not missing, f"{question}: {missing} missing in: {answer}"

    await keep_picture(page, (name or "visitor").split()[0].lower())


async def test_a_visitor_is_told_nothing_of_somebody_elses_application(running, page):
    await page.goto(f"{running.address}/messages")

    theirs = await ask(page, "where is BD-2026-004217?")
    nobodys = await ask(page, "where is BD-2026-999999?")

    assert "Nordlys" not in theirs
    assert theirs.split("\n", 1)[1:] == nobodys.split("\n", 1)[1:]


async def test_a_visitors_conversation_goes_on_after_signing_in(running, page):
    await page.goto(f"{running.address}/messages")
    await ask(page, "what documents does a French cosmetics brand need?")

    await sign_in(page, running.address, "Lena Hauge")
    await page.goto(f"{running.address}/messages")

    await expect(page.locator(".m-you").first).to_contain_text("French cosmetics")
    assert "Fjellvann" in await ask(page, "where do we stand?")
