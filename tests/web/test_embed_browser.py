"""The chat on a page of another origin with a strict policy of its own, in Chromium."""

import asyncio
import re
import time

import pytest
from playwright.async_api import expect

from tests.chromium import PATIENCE
from tests.web.browsing import AXE
from tests.web.host_site import host_site, register, vouch
from tests.web.test_browser import assistant
from tests.web.visitor import INGRID, Visitor
from web.embed import proofs
from web.embed.proofs import ProofExpired
from web.keys import SECRET

PROMPT = "Message to the assistant"


@pytest.fixture
async def host(server):
    async with host_site(str(server.make_url("/")).rstrip("/")) as host:
        yield host


@pytest.fixture
async def shop(browser, host):
    """A page of the host's, with what its policy refused."""
    context = await browser.new_context(base_url=host.origin, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE)
    page = await context.new_page()
    page.refused = []
    page.on(
        "console", lambda said: page.refused.append(said.text) if "Content Security" in said.text else None
    )
    yield page
    await context.close()


@pytest.fixture
def site(sessions, host):
    site = register(sessions, host.origin)
    host.attributes = {"site": str(site.id)}
    return site


def chat_of(page):
    return page.frame_locator('iframe[title="Chat with Brand Desk"]')


async def open_chat(page):
    await page.goto("/")
    await chat_of(page).get_by_role("button", name="Ask a question").click()
    await expect(chat_of(page).get_by_label(PROMPT)).to_be_focused()


async def write(page, text):
    await chat_of(page).get_by_label(PROMPT).fill(text)
    await chat_of(page).get_by_role("button", name="Send").click()
    await expect(chat_of(page).locator(".m-late")).to_have_count(0)


async def test_a_visitor_of_the_host_is_answered_and_finds_the_history_again(shop, site, assistant):
    with assistant.ready():
        await open_chat(shop)
        await write(shop, "What does it cost?")
        assistant.answer("It depends on the category.")
        await expect(chat_of(shop).get_by_text("It depends on the category.")).to_be_visible()
        await open_chat(shop)

    await expect(chat_of(shop).locator(".m .txt")).to_have_text(
        ["What does it cost?", "It depends on the category."]
    )
    assert shop.refused == []
    assert await shop.context.cookies() == []


async def test_whom_the_host_vouches_for_has_the_conversation_of_our_own_pages(server, host, shop, site):
    host.identity = vouch(server.app[SECRET], site)
    host.attributes["identity-url"] = "/who"
    async with Visitor(server) as visitor:
        await visitor.sign_in(INGRID)
        chat = await visitor.chat()
        await chat.write("Written on Brand Desk", "c1")
        await chat.hear("ack")

        await open_chat(shop)
        await expect(chat_of(shop).get_by_text("Written on Brand Desk")).to_be_visible()
        await write(shop, "Written in the shop")
        assert (await chat.hear_text("Written in the shop"))["role"] == "user"
    await expect(chat_of(shop).get_by_text("You chat as Ingrid Solberg")).to_be_visible()
    assert shop.refused == []


async def test_a_proof_that_came_with_the_page_is_taken_and_survives_a_reload(server, host, shop, site):
    host.attributes["identity"] = vouch(server.app[SECRET], site)
    await open_chat(shop)
    await write(shop, "Hello")

    await open_chat(shop)

    await expect(chat_of(shop).get_by_text("Hello", exact=True)).to_be_visible()


async def test_what_is_written_before_the_host_has_said_who_writes_it_is_sent(server, host, shop, site):
    asked, said = asyncio.Event(), asyncio.Event()

    async def held(route):
        asked.set()
        await said.wait()
        await route.continue_()

    host.attributes["identity"] = vouch(server.app[SECRET], site)
    await shop.route("**/session", held)
    await open_chat(shop)
    await asked.wait()
    await chat_of(shop).get_by_label(PROMPT).fill("Hello")
    await chat_of(shop).get_by_role("button", name="Send").click()
    said.set()

    await expect(chat_of(shop).get_by_text("You chat as Ingrid Solberg")).to_be_visible()
    await expect(chat_of(shop).locator(".m:not(.m-late)")).to_have_text(re.compile("Hello"))


@pytest.mark.parametrize("fault", ["abort", "500", "never"])
async def test_a_host_that_cannot_say_at_once_who_writes_is_asked_again(server, host, shop, site, fault):
    asked = []

    async def at_first_not(route):
        asked.append(fault)
        if len(asked) > 1:
            await route.continue_()
        elif fault == "abort":
            await route.abort()
        elif fault == "500":
            await route.fulfill(status=500)

    host.identity = vouch(server.app[SECRET], site)
    host.attributes["identity-url"] = "/who"
    await shop.route("**/who", at_first_not)
    await open_chat(shop)
    await chat_of(shop).get_by_label(PROMPT).fill("Hello")
    await chat_of(shop).get_by_role("button", name="Send").click()

    await expect(chat_of(shop).get_by_text("You chat as Ingrid Solberg")).to_be_visible(timeout=2 * PATIENCE)
    await expect(chat_of(shop).locator(".m:not(.m-late)")).to_have_text(re.compile("Hello"))


async def test_whoever_opens_the_chat_long_after_the_page_came_with_their_proof_is_known(
    server, host, shop, site, monkeypatch
):
    def expired(*_):
        raise ProofExpired("The proof of who you are has expired.")

    host.attributes["identity"] = vouch(server.app[SECRET], site)
    async with Visitor(server) as visitor:
        await visitor.sign_in(INGRID)
        chat = await visitor.chat()
        await chat.write("Written on Brand Desk", "c1")
        await chat.hear("ack")
    async with shop.expect_response("**/session"):
        await shop.goto("/")
    monkeypatch.setattr(proofs, "read", expired)

    await chat_of(shop).get_by_role("button", name="Ask a question").click()

    await expect(chat_of(shop).get_by_text("Written on Brand Desk")).to_be_visible()


async def test_a_page_that_can_ask_its_server_does_so_only_once_the_chat_is_opened(server, host, shop, site):
    asked = []
    shop.on("request", lambda request: asked.append(request.url))
    host.identity = vouch(server.app[SECRET], site)
    host.attributes |= {"identity-url": "/who", "identity": vouch(server.app[SECRET], site)}
    await shop.goto("/")
    await expect(chat_of(shop).get_by_role("button", name="Ask a question")).to_be_visible()

    before = [url for url in asked if url.endswith(("/who", "/session"))]
    await open_chat(shop)
    await write(shop, "Hello")

    assert before == []
    assert sum(url.endswith("/who") for url in asked) == 1


async def test_once_the_host_vouches_for_nobody_the_conversation_is_gone_from_the_page(
    server, host, shop, site
):
    host.attributes["identity"] = vouch(server.app[SECRET], site)
    await open_chat(shop)
    await write(shop, "Something private")
    del host.attributes["identity"]

    await open_chat(shop)
    await write(shop, "Hello")

    await expect(chat_of(shop).locator(".m .txt")).to_have_text(["Hello"])


async def test_files_are_sent_on_our_own_pages_where_the_links_of_answers_lead(server, shop, site, assistant):
    await open_chat(shop)
    await write(shop, "What do we have to send?")
    assistant.answer("[Send your trademark certificate](/brands/nordlys-skincare/documents/x#file)")

    async with shop.context.expect_page() as opened:
        await chat_of(shop).get_by_role("link", name="Send your trademark certificate").click()

    assert (await opened.value).url.startswith(str(server.make_url("/sign-in")))
    await expect(chat_of(shop).get_by_role("button", name="Upload a document")).to_have_count(0)


async def test_an_expired_proof_is_refused_in_words(server, host, shop, site):
    past = int(time.time()) - 300
    host.attributes["identity"] = vouch(server.app[SECRET], site, iat=past, exp=past + 60)

    await open_chat(shop)

    await expect(chat_of(shop).get_by_text("The proof of who you are has expired.")).to_be_visible()
    await chat_of(shop).get_by_label(PROMPT).fill("Hello")
    await chat_of(shop).get_by_role("button", name="Send").click()
    await expect(chat_of(shop).locator(".m-late")).to_have_count(1)


async def test_a_page_of_an_origin_that_is_not_on_the_list_shows_no_chat(sessions, host, shop):
    host.attributes = {"site": str(register(sessions, "https://shop.example").id)}

    async with shop.expect_console_message(lambda said: "frame-ancestors" in said.text):
        await shop.goto("/")
    frame = await shop.wait_for_selector("iframe", state="attached")
    content = await frame.content_frame()

    assert await content.locator("brand-chat").count() == 0
    assert (await frame.bounding_box() or {"width": 0})["width"] == 0


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_chat_fits_and_axe_finds_nothing(shop, site, width, scheme):
    await shop.emulate_media(color_scheme=scheme)
    await shop.set_viewport_size({"width": width, "height": 700})
    await open_chat(shop)

    box = await shop.locator("iframe").bounding_box()
    assert box["width"] <= width
    assert box["x"] >= 0
    assert await shop.evaluate("document.documentElement.scrollWidth") <= width
    frame = next(frame for frame in shop.frames if "/embed/" in frame.url)
    assert await frame.evaluate("document.documentElement.scrollWidth") <= box["width"]
    await frame.evaluate(AXE.read_text(encoding="utf-8"))
    assert (
        await frame.evaluate("axe.run().then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html)]))")
        == []
    )


async def test_it_is_closed_by_the_keyboard(shop, site):
    await open_chat(shop)
    await shop.keyboard.press("Escape")

    await expect(chat_of(shop).get_by_role("button", name="Ask a question")).to_be_focused()
    assert (await shop.locator("iframe").bounding_box())["height"] < 80
