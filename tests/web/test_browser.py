"""What a person does with the site in Chromium, and what axe finds there."""

import asyncio
import hashlib
import json
import re

import pytest
from playwright.async_api import expect
from sqlalchemy import delete

from onboarding.models import WebSession
from tests.web.assistant import FakeAssistant
from tests.web.browsing import AXE, WIDTHS, check, no_violations, open_chat, said, sign_in, stored, write
from tests.web.visitor import INGRID, KENJI, SOFIA
from web.chat import frames
from web.keys import HUB

AXE_SHA256 = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
PUBLIC = ["/", "/sign-in", "/help", "/messages", "/privacy", "/status", "/demo/mail", "/nowhere"]


@pytest.fixture
def assistant(sessions) -> FakeAssistant:
    return FakeAssistant(sessions)


def test_axe_is_the_file_that_was_looked_at():
    assert hashlib.sha256(AXE.read_bytes()).hexdigest() == AXE_SHA256


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_pages_for_everybody_are_accessible_and_fit_every_screen(page, scheme):
    await page.emulate_media(color_scheme=scheme)
    for path in PUBLIC:
        await check(page, path)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("email", "paths"),
    [
        (INGRID, ["/brands/nordlys-skincare", "/account", "/messages"]),
        (KENJI, ["/brands/kumo"]),
        (SOFIA, ["/brands", "/brands/fjellvann"]),
    ],
)
async def test_a_brands_pages_are_accessible_and_fit_every_screen(
    context, server, page, scheme, email, paths
):
    await sign_in(context, server, email)
    await page.emulate_media(color_scheme=scheme)
    for path in paths:
        await check(page, path)


@pytest.mark.parametrize("width", WIDTHS)
async def test_the_open_chat_is_accessible(page, assistant, width):
    await page.set_viewport_size({"width": width, "height": 700})
    await page.goto("/")
    await open_chat(page)
    await write(page, "What does it cost?")
    await stored(page)
    await expect(page.get_by_text("Assistant is typing")).to_be_visible()
    await asyncio.to_thread(assistant.answer, "It depends:\n- on your category", "Cosmetics", "Food")
    await expect(page.get_by_role("button", name="Cosmetics")).to_be_visible()

    await no_violations(page, f"chat at {width}")
    assert await page.evaluate("document.documentElement.scrollWidth") <= width


async def sign_in_by_mail(page):
    await page.goto("/sign-in")
    await page.get_by_role("button", name="Ingrid Solberg").click()
    await page.get_by_role("link", name="Open the demonstration mail").click()
    await page.get_by_role("link", name="Open the sign-in page").click()
    await page.locator("main").get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("heading", name="Your store opening")).to_be_visible()


async def test_somebody_signs_in_with_the_mailed_link(page):
    await sign_in_by_mail(page)


async def test_a_wrong_address_brings_the_focus_to_what_is_wrong(page):
    await page.goto("/sign-in")
    await page.get_by_label("Your email address").fill("ingrid")
    await page.get_by_role("button", name="Mail me a link").click()

    await expect(page.get_by_role("alert")).to_be_focused()
    await page.get_by_role("link", name="Enter an email address like name@example.com").click()
    await expect(page.get_by_label("Your email address")).to_be_focused()


async def test_a_question_is_asked_and_answered_by_keyboard_alone(page, assistant):
    await page.goto("/")
    await page.get_by_role("button", name="Ask a question").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Message to the assistant")).to_be_focused()
    await page.keyboard.type("What does it cost?")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("For cosmetics")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("log").get_by_text("For cosmetics")).to_be_visible()
    await stored(page)
    await asyncio.to_thread(assistant.answer, "RMB 150,000.")
    await expect(said(page).last).to_have_text("RMB 150,000.")

    await page.keyboard.press("Escape")

    await expect(page.get_by_role("button", name="Ask a question")).to_be_focused()
    await expect(page.get_by_role("log")).to_be_hidden()


async def test_the_conversation_is_there_after_a_reload_and_on_the_full_page(page, assistant):
    await page.goto("/")
    await open_chat(page)
    await write(page, "Hello")
    await stored(page)
    await asyncio.to_thread(assistant.answer, "Hello to you.")
    await expect(said(page)).to_have_text(["Hello", "Hello to you."])

    await page.reload()
    await expect(said(page)).to_have_text(["Hello", "Hello to you."])
    await page.goto("/messages")
    await expect(said(page)).to_have_text(["Hello", "Hello to you."])


async def test_what_was_written_while_the_connection_was_away_arrives_exactly_once(
    page, context, server, assistant
):
    await page.goto("/")
    await open_chat(page)
    await write(page, "First")
    await stored(page)

    await context.set_offline(True)
    await server.app[HUB].close_all()
    await write(page, "Second")
    await write(page, "Third")
    await expect(page.get_by_text("Connecting again")).to_be_visible()
    await context.set_offline(False)

    await stored(page)
    assert await asyncio.to_thread(assistant.texts) == ["First", "Second", "Third"]
    await expect(said(page)).to_have_text(["First", "Second", "Third"])


async def test_a_connection_that_breaks_while_it_is_made_is_made_again(page, context, assistant):
    await context.route("**/chat/session", lambda route: route.abort())
    await page.goto("/")
    await open_chat(page)
    await write(page, "Hello")
    await expect(page.get_by_text("Connecting again")).to_be_visible()
    await context.unroute("**/chat/session")

    await stored(page)
    assert await asyncio.to_thread(assistant.texts) == ["Hello"]


async def test_a_message_that_was_not_sent_survives_a_reload(page, context, server, assistant):
    await page.goto("/messages")
    await write(page, "First")
    await stored(page)
    await page.route("**/chat/session", lambda route: route.abort())
    await server.app[HUB].close_all()
    await write(page, "Second")
    await expect(page.locator(".m-late")).to_have_count(1)

    await page.reload()
    await page.unroute("**/chat/session")

    await expect(said(page)).to_have_text(["First", "Second"])
    await stored(page)
    assert await asyncio.to_thread(assistant.texts) == ["First", "Second"]


async def test_two_tabs_show_the_same_conversation_once(page, context, assistant):
    other = await context.new_page()
    await page.goto("/messages")
    await write(page, "Hello")
    await stored(page)
    await other.goto("/messages")

    await write(other, "From the other tab")

    await expect(said(page)).to_have_text(["Hello", "From the other tab"])
    await expect(said(other)).to_have_text(["Hello", "From the other tab"])


async def test_a_chosen_button_is_named_instead_of_the_buttons(page, assistant):
    await page.goto("/")
    await open_chat(page)
    await write(page, "Hello")
    await stored(page)
    await asyncio.to_thread(assistant.answer, "What do you sell?", "Cosmetics", "Food")

    await page.get_by_role("button", name="Food").click()

    await expect(page.get_by_text("You chose: Food")).to_have_count(1)
    await expect(page.get_by_role("button", name="Cosmetics")).to_have_count(0)
    await expect(page.get_by_text("Assistant is typing")).to_be_visible()
    await asyncio.to_thread(assistant.answer, "Food it is.")
    await page.reload()
    await expect(page.get_by_text("You chose: Food")).to_have_count(1)
    await expect(said(page)).to_have_text(["Hello", "What do you sell?", "Food it is."])


async def test_nothing_that_is_said_becomes_markup_or_script(page, assistant):
    await page.goto("/")
    await open_chat(page)
    await write(page, '<img src=x onerror="window.hacked=1"> [x](javascript:alert(1))')
    await stored(page)
    dangerous = '<img src=x onerror="window.hacked=1"> [x](javascript:hacked=1) [y](//evil.example)'
    dangerous += " [z](/\\evil.example)"

    await asyncio.to_thread(assistant.answer, dangerous)

    await expect(said(page)).to_have_count(2)
    assert await page.evaluate("window.hacked") is None
    await expect(page.locator(".log img, .log .m a")).to_have_count(0)


async def test_bold_lists_and_safe_links_of_an_answer_are_shown_as_such(page, assistant):
    await page.goto("/")
    await open_chat(page)
    await write(page, "Hello")
    await stored(page)

    await asyncio.to_thread(
        assistant.answer,
        "You pay **two** fees:\n- deposit\n- annual fee\n\n[More](/help) or https://example.com.",
    )

    answer = page.locator(".m-bot")
    await expect(answer.locator("strong")).to_have_text("two")
    await expect(answer.locator("li")).to_have_text(["deposit", "annual fee"])
    assert await answer.locator("a").evaluate_all("links => links.map(l => l.getAttribute('href'))") == [
        "/help",
        "https://example.com",
    ]


async def test_a_link_that_asks_opens_the_chat_with_the_question_written(page):
    await page.goto("/")

    await page.get_by_role("link", name="Ask how it goes").click()

    await expect(page.get_by_label("Message to the assistant")).to_have_value(
        "How do I start my registration?"
    )
    await expect(page).to_have_url(re.compile(r"/$"))


async def test_a_question_that_is_proposed_covers_nothing_that_was_begun(page):
    await page.goto("/")
    await open_chat(page)
    await page.get_by_label("Message to the assistant").fill("We sell soap.")
    await page.get_by_role("button", name="Close chat").click()

    await page.get_by_role("link", name="Ask how it goes").click()

    await expect(page.get_by_label("Message to the assistant")).to_have_value(
        "We sell soap.\nHow do I start my registration?"
    )


async def test_a_person_who_answers_is_named_at_the_head(page, assistant):
    await page.goto("/")
    await open_chat(page)
    await write(page, "A person, please")
    await stored(page)

    await asyncio.to_thread(assistant.person_says, "Hello, how can I help?")

    await expect(page.locator(".speaker-person")).to_contain_text("A person answers you")
    await expect(page.get_by_label("Message to Mei Lin")).to_be_visible()


async def test_the_chat_says_that_the_assistant_gets_ready_until_it_is(page, assistant):
    await page.goto("/")
    await open_chat(page)
    await expect(page.get_by_text("Write now: it answers as soon as it is ready.")).to_be_visible()

    with assistant.ready():
        await expect(page.get_by_text("Write now: it answers as soon as it is ready.")).to_be_hidden()
        await expect(page.get_by_text("Answers at once")).to_be_visible()


async def test_somebody_who_signs_in_goes_on_with_what_they_asked_before(context, page, assistant):
    await page.goto("/")
    await open_chat(page)
    await write(page, "Asked as a visitor")
    await stored(page)

    await sign_in_by_mail(page)
    await page.goto("/messages")

    await expect(said(page)).to_have_text(["Asked as a visitor"])


async def test_what_a_visitor_could_not_send_goes_out_from_the_next_page(page, assistant):
    await page.route("**/chat/session", lambda route: route.abort())
    await page.goto("/")
    await open_chat(page)
    await write(page, "Asked as a visitor")
    await expect(page.locator(".m-late")).to_have_count(1)
    await page.unroute("**/chat/session")

    await page.goto("/sign-in")

    await expect(page.locator(".m:not(.m-late)")).to_have_count(1)
    assert await asyncio.to_thread(assistant.texts) == ["Asked as a visitor"]


async def test_somebody_who_signs_in_takes_along_what_was_not_sent_yet(page, assistant):
    await page.route("**/chat/session", lambda route: route.abort())
    await page.goto("/")
    await open_chat(page)
    await write(page, "Asked as a visitor")
    await page.get_by_label("Message to the assistant").fill("Not even ready")
    await sign_in_by_mail(page)
    await page.unroute("**/chat/session")

    await page.goto("/messages")
    await stored(page)

    await expect(said(page)).to_have_text(["Asked as a visitor"])
    await expect(page.get_by_label("Message to the assistant")).to_have_value("Not even ready")
    assert await asyncio.to_thread(assistant.texts) == ["Asked as a visitor"]


async def test_who_signs_in_in_another_tab_goes_on_in_this_one(context, server, page, assistant):
    await page.route("**/chat/session", lambda route: route.abort())
    await page.goto("/messages")
    await write(page, "Asked as a visitor")
    await page.get_by_label("Message to the assistant").fill("Not even ready")
    await sign_in(context, server, INGRID)
    await page.unroute("**/chat/session")

    await stored(page)

    await expect(said(page)).to_have_text(["Asked as a visitor"])
    await expect(page.get_by_label("Message to the assistant")).to_have_value("Not even ready")
    assert await asyncio.to_thread(assistant.texts) == ["Asked as a visitor"]


async def test_who_signs_in_elsewhere_while_a_page_connects_is_not_written_to_by_who_was_here_before(
    context, server, page, assistant, sessions
):
    await sign_in(context, server, INGRID)
    await page.goto("/messages")
    await write(page, "First")
    await stored(page)
    asked, go = asyncio.Event(), asyncio.Event()

    async def known_but_late(route):
        if asked.is_set():
            return await route.continue_()
        answer = await route.fetch()
        asked.set()
        await go.wait()
        return await route.fulfill(response=answer)

    await page.route("**/chat/session", known_but_late)
    await server.app[HUB].close_all()
    await asked.wait()
    await write(page, "Private to Ingrid")
    await sign_in(context, server, KENJI)
    go.set()

    await expect(page.get_by_text("You were signed out.")).to_be_visible()
    await expect(said(page)).to_have_count(0)
    assert await asyncio.to_thread(assistant.texts) == ["First"]


async def test_a_visitor_whose_session_is_over_is_answered_in_another_conversation(
    server, page, sessions, assistant
):
    await page.goto("/messages")
    await write(page, "First")
    await stored(page)
    await asyncio.to_thread(assistant.answer, "First answer")
    await expect(said(page)).to_have_text(["First", "First answer"])
    with sessions.begin() as session:
        session.execute(delete(WebSession))
    server.app[HUB].wake_all()
    await expect(page.get_by_text("The conversation before is over. This is a new one.")).to_be_visible()

    await write(page, "Second")
    await stored(page)
    await asyncio.to_thread(assistant.answer, "Second answer")

    await expect(said(page)).to_have_text(["Second", "Second answer"])


async def test_times_are_shown_in_the_contacts_zone(context, server, page):
    await sign_in(context, server, KENJI)
    await page.goto("/messages")

    await write(page, "What time is it?")

    await expect(page.locator(".day")).to_have_text("Wed 20 May 2026, Tokyo time")
    await expect(page.locator(".m .num")).to_have_text("17:00")


async def test_without_scripts_pages_can_be_read_and_the_chat_says_what_it_needs(browser, server):
    context = await browser.new_context(base_url=str(server.make_url("/")), java_script_enabled=False)
    page = await context.new_page()

    await page.goto("/")
    await page.get_by_role("link", name="Ask a question").click()

    await expect(page.get_by_text("It needs JavaScript in your browser.")).to_be_visible()
    await context.close()


async def test_an_open_chat_says_when_somebody_was_signed_out_elsewhere(context, server, page, sessions):
    await sign_in(context, server, INGRID)
    await page.goto("/messages")
    await write(page, "Private to Ingrid")
    await stored(page)
    await page.get_by_label("Message to the assistant").fill("Private as well")
    with sessions.begin() as session:
        session.execute(delete(WebSession))
    server.app[HUB].wake_all()

    await expect(page.get_by_text("You were signed out.")).to_be_visible()
    await expect(page.get_by_text("Private to Ingrid")).to_have_count(0)
    await expect(page.get_by_label("Message to the assistant")).to_have_value("")


async def test_nothing_overtakes_a_message_that_was_refused_for_a_while(page, server, assistant):
    refused = []

    def refuse_once(socket):
        to_server = socket.connect_to_server()

        def pass_on(frame):
            said = json.loads(frame)
            if said["type"] != "msg" or refused:
                return to_server.send(frame)
            refused.append(said["cid"])
            return socket.send(json.dumps(frames.later("slow_down", "Wait a moment.", said["cid"], 3)))

        socket.on_message(pass_on)

    await page.route_web_socket("**/chat/socket", refuse_once)
    await page.goto("/messages")
    await write(page, "First")
    await expect(page.get_by_text("Wait a moment.")).to_be_visible()
    await write(page, "Second")

    await stored(page)
    assert await asyncio.to_thread(assistant.texts) == ["First", "Second"]


async def test_a_message_that_is_refused_for_good_stays_where_it_was_said(page, assistant):
    await page.goto("/messages")
    await page.evaluate("document.querySelector('brand-chat').speak('x'.repeat(2001))")
    await expect(page.get_by_text("Not sent.")).to_be_visible()

    await write(page, "Said afterwards")
    await stored(page)

    await expect(said(page).last).to_have_text("Said afterwards")


async def test_a_full_storage_holds_up_nothing(page, assistant):
    full = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };"
    await page.add_init_script(full)
    await page.goto("/messages")
    await write(page, "Hello")

    await stored(page)
    assert await asyncio.to_thread(assistant.texts) == ["Hello"]


async def test_half_a_character_holds_up_nothing(page, assistant):
    await page.goto("/messages")
    await page.evaluate("document.querySelector('brand-chat').speak('Half \\ud83d')")
    await write(page, "Second")

    await stored(page)
    assert await asyncio.to_thread(assistant.texts) == ["Half \ufffd", "Second"]
