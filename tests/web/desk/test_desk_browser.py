"""Two agents and a brand in three browsers, with the real assistant: from the call for a person to the reopening."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import BrowserContext, Page, Route, expect
from sqlalchemy import delete, select

from conversations import documents
from onboarding import clock
from onboarding.models import DocumentSubmission, StaffSession
from onboarding.names import DocumentStatus, DocumentType, ReasonCode
from tests import papers
from tests.chromium import PATIENCE
from tests.conversations.desk import staff_named
from tests.web.browsing import no_violations, painted, sign_in
from tests.web.real_assistant import RealAssistant
from tests.web.staff import JONAS, MEI, RUI, open_staff_session
from tests.web.visitor import INGRID, KENJI, LENA
from web.keys import DESK_HUB, SESSIONS

HOME = "/desk/conversations"
WIDTHS = (1280, 320)


async def new_page(browser: Any, server: TestServer) -> Page:
    context = await browser.new_context(
        base_url=str(server.make_url("/")), viewport={"width": 1280, "height": 900}
    )
    context.set_default_timeout(PATIENCE)
    return await context.new_page()


async def held(page: Page, pattern: str) -> asyncio.Event:
    """What the page asks for there is passed on once the event is set."""
    may_go_on = asyncio.Event()

    async def hold(route: Route) -> None:
        await may_go_on.wait()
        await route.continue_()

    await page.route(pattern, hold)
    return may_go_on


def together(count: int) -> Callable[[Route], Awaitable[None]]:
    """What is asked for is passed on once so many have asked."""
    asked: list[Route] = []
    all_asked = asyncio.Event()

    async def hold(route: Route) -> None:
        asked.append(route)
        if len(asked) == count:
            all_asked.set()
        await all_asked.wait()
        await route.continue_()

    return hold


async def enter(context: BrowserContext, server: TestServer, email: str) -> None:
    with server.app[SESSIONS].begin() as session:
        token = open_staff_session(session, email)
    await context.add_cookies([{"name": "staff", "value": token, "url": str(server.make_url("/"))}])


@pytest.fixture
async def desk(browser, server) -> AsyncIterator[Page]:
    """Mei Lin at the desk; what a browser complains of fails the test."""
    page = await new_page(browser, server)
    await enter(page.context, server, MEI)
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "console", lambda said: problems.append(said.text) if "Content Security Policy" in said.text else None
    )
    yield page
    await page.context.close()
    assert problems == []


@pytest.fixture
async def second_desk(browser, server) -> AsyncIterator[Page]:
    """Rui Zhang, a lead."""
    page = await new_page(browser, server)
    await enter(page.context, server, RUI)
    yield page
    await page.context.close()


@pytest.fixture
async def brand(browser, server) -> AsyncIterator[Page]:
    """Ingrid Solberg of Nordlys Skincare, at her messages."""
    page = await new_page(browser, server)
    await sign_in(page.context, server, INGRID)
    yield page
    await page.context.close()


@pytest.fixture
def assistant(brain, sessions) -> RealAssistant:
    return RealAssistant(brain, sessions)


async def writes(brand: Page, text: str) -> None:
    await brand.locator("#chat-text").fill(text)
    await brand.keyboard.press("Enter")
    await expect(brand.locator(".m-late")).to_have_count(0)
    await expect(brand.locator(".m-you").last).to_contain_text(text)


def heard(brand: Page):
    return brand.locator("[data-part=log]")


def row(desk: Page, name: str):
    return desk.locator("#queue .q", has=desk.get_by_role("link", name=name))


async def open_row(desk: Page, name: str) -> None:
    await row(desk, name).get_by_role("link").click()
    await expect(desk.locator("#h-t")).to_contain_text(name)


async def reply(desk: Page, text: str) -> None:
    await desk.locator("#text").fill(text)
    await desk.keyboard.press("Enter")
    await expect(desk.locator("#talk-log .m-you").last).to_contain_text(text)


async def test_a_conversation_from_the_call_for_a_person_to_its_reopening(
    brand, desk, second_desk, assistant, sessions
):
    await desk.goto(HOME)
    await second_desk.goto(HOME)
    await brand.goto("/messages")

    # Called: the brand has its place, and both agents see it come in.
    await writes(brand, "I want to talk to a person")
    await assistant.answers(INGRID)
    await expect(heard(brand)).to_contain_text("You are next")
    await expect(desk).to_have_title(re.compile(r"^\(1\) "))
    for page in (desk, second_desk):
        await open_row(page, "Nordlys Skincare")
    await expect(desk.locator("#talk-head .seen")).to_have_text("Rui Zhang views")

    # Both claim while the assistant thinks: one wins, the other is told who, and its late answer is not sent.
    await writes(brand, "Why was our trademark rejected?")

    async def both_claim() -> None:
        at_once = together(2)
        for page in (desk, second_desk):
            await page.route("**/claim", at_once)
        await asyncio.gather(
            *(page.get_by_role("button", name="Claim").click() for page in (desk, second_desk))
        )
        await expect(desk.locator("#talk-head")).to_contain_text("the assistant is silent")
        await expect(second_desk.locator("#talk-head")).to_contain_text("the assistant is silent")

    await assistant.answers(INGRID, meanwhile=both_claim)
    if "You answer" in await desk.locator("#talk-head").inner_text():
        winner, loser, name, other = desk, second_desk, "Mei Lin", "Rui Zhang"
    else:
        winner, loser, name, other = second_desk, desk, "Rui Zhang", "Mei Lin"
    await expect(loser.locator("#talk-news")).to_contain_text(f"{name} has this conversation.")
    await expect(winner.locator(".suggestion")).to_contain_text("Nordlys Holding AS")
    await expect(heard(brand)).to_contain_text(f"{name} has joined")
    assert "Nordlys Holding AS" not in await heard(brand).inner_text()

    # The late answer is edited and sent; the brand sees the person type and speak.
    await winner.get_by_role("link", name="Use and edit it").click()
    await winner.keyboard.type(" I checked this myself.")
    await expect(brand.get_by_text(f"{name} is typing")).to_be_visible()
    await winner.keyboard.press("Enter")
    await expect(brand.locator(".m-person").last).to_contain_text("I checked this myself.")
    await expect(brand.locator(".m-person .by b").last).to_have_text(name)
    await expect(winner.locator(".suggestion")).to_have_count(0)

    # A note is for the team.
    await winner.keyboard.press("n")
    await winner.keyboard.type("She is in a hurry.")
    await winner.get_by_role("button", name="Keep the note").click()
    for page in (winner, loser):
        await expect(page.locator("#talk-log .note")).to_contain_text("She is in a hurry.")
    await brand.reload()
    await expect(heard(brand)).to_contain_text("I checked this myself.")
    await expect(heard(brand)).not_to_contain_text("hurry")

    # A document is refused, which the thread says at once, and repaired there.
    with sessions.begin() as session:
        clock.advance(session, timedelta(minutes=1))
        documents.reject(
            session, newest_id(session), ReasonCode.UNREADABLE, by="Tao Chen", base_url="http://desk.example"
        )
    await expect(heard(brand)).to_contain_text("there is a problem")
    await expect(winner.locator("#talk-log")).to_contain_text("there is a problem")
    await expect(winner.locator("#card")).to_contain_text("ID of your representative There is a problem")
    await repair(brand)
    await expect(winner.locator("#card")).not_to_contain_text("ID of your representative There is a problem")

    # Passed on with a note; the other one hears of it.
    await winner.keyboard.press("t")
    await winner.get_by_label("To whom").select_option(label=await option(winner, other))
    await winner.get_by_label("Note for them").fill("The new scan is there.")
    await winner.get_by_role("button", name="Pass it on").click()
    await expect(winner.locator("#talk-head")).to_contain_text(f"{other} answers")
    await expect(loser.locator("#toast")).to_contain_text(f"{name} passed")
    await expect(loser.locator("#talk-head")).to_contain_text("You answer")
    await expect(loser.locator("#talk-log")).to_contain_text("The new scan is there.")
    await expect(heard(brand)).to_contain_text(other)

    # Handed back: the assistant answers again, and knows what happened meanwhile.
    await loser.keyboard.press("Escape")
    await loser.locator("#talk-log").focus()
    await loser.keyboard.press("h")
    await loser.get_by_label("Summary for the team").fill("New scan of the ID sent")
    await loser.get_by_role("button", name="Hand it back").click()
    await expect(loser.locator("#talk-head")).to_contain_text("The assistant answers")
    await writes(brand, "which documents are being checked?")
    await assistant.answers(INGRID)
    await expect(brand.locator(".m-bot").last).to_contain_text("ID of your representative")

    # Resolved by key, rated in the chat, and opened again by the next message.
    await loser.keyboard.press("r")
    await reply(loser, "All is well now.")
    await loser.keyboard.press("e")
    await loser.keyboard.press("Enter")
    await expect(loser.locator("#talk-head")).to_contain_text("Resolved")
    await brand.locator(".stars label", has_text="5").click()
    await brand.get_by_role("button", name="Send the rating").click()
    await expect(loser.locator("#card")).to_contain_text("rated 5 of 5")
    await writes(brand, "Thanks, one more question")
    await expect(loser.locator("#talk-head")).to_contain_text("The assistant answers")


def newest_id(session: Any) -> int:
    """The ID of the representative that lies with the reviewers."""
    return session.scalars(
        select(DocumentSubmission.id)
        .where(
            DocumentSubmission.document_type == DocumentType.REP_ID,
            DocumentSubmission.status == DocumentStatus.IN_REVIEW,
        )
        .order_by(DocumentSubmission.id)
    ).first()


async def repair(brand: Page) -> None:
    """With the link of the notice itself."""
    await heard(brand).get_by_role("link", name="Upload the new file").last.click()
    picked = {"name": "id.pdf", "mimeType": "application/pdf", "buffer": papers.pdf(["A passport"])}
    await brand.get_by_label("Choose the file").set_input_files(picked)
    await brand.get_by_role("button", name="Send the file").click()
    await expect(heard(brand)).to_contain_text("ID of your representative of Nordlys Skincare: checking.")


async def option(page: Page, name: str) -> str:
    return await page.locator("#to option", has_text=name).inner_text()


async def test_the_next_that_waits_is_one_key_away_and_a_conversation_takes_few_keys(desk, brands):
    brands.calls(LENA, "First of all")
    brands.calls(INGRID, "And then me")
    await desk.goto(HOME)
    keys = 0

    async def press(*names: str) -> None:
        nonlocal keys
        for name in names:
            keys += 1
            await desk.keyboard.press(name)

    for text in ["First of all", "And then me"]:
        await press("g")
        await expect(desk.locator("#text")).to_be_focused()
        await expect(desk.locator("#talk-log")).to_contain_text(text)
        await desk.keyboard.type(f"About “{text}”: done.")
        await press("Enter")
        await expect(desk.locator("#talk-log .m-you").last).to_contain_text("done.")
        await press("e", "Enter")
        await expect(desk.locator("#talk-head")).to_contain_text("Resolved")

    assert keys == 2 * 4


async def test_the_last_reply_also_resolves_with_one_key(desk, brands):
    conversation_id = brands.calls(INGRID, "Does it have to be notarised?")
    await desk.goto(HOME)

    await desk.keyboard.press("g")
    await expect(desk.locator("#text")).to_be_focused()
    await desk.keyboard.type("No, it does not.")
    await desk.keyboard.press("Control+Enter")

    await expect(desk.locator("#talk-head")).to_contain_text("Resolved")
    assert "No, it does not." in brands.reads(conversation_id)
    assert brands.owner(conversation_id) == "resolved"


async def test_keys_move_through_the_queue_and_do_nothing_inside_fields(desk, brands):
    for email, text in [(LENA, "One"), (INGRID, "Two"), (KENJI, "Three")]:
        brands.calls(email, text)
    await desk.goto(HOME)

    for name in ["Fjellvann", "Nordlys Skincare", "Kumo", "Fjellvann"]:
        await desk.keyboard.press("j")
        await expect(desk.locator("#h-t")).to_contain_text(name)
    await desk.keyboard.press("k")
    await expect(desk.locator("#h-t")).to_contain_text("Kumo")
    await desk.keyboard.press("r")
    await desk.keyboard.type("jkeagn?")
    await expect(desk.locator("#text")).to_have_value("jkeagn?")
    await desk.keyboard.press("Escape")
    await desk.keyboard.press("?")
    await expect(desk.get_by_role("dialog", name="Keys")).to_be_visible()


async def test_keys_are_off_for_who_switched_them_off(desk, brands, sessions):
    brands.calls(LENA, "One")
    with sessions.begin() as session:
        staff_named(session, "Mei Lin").shortcuts_on = False
    await desk.goto(HOME)
    await expect(row(desk, "Fjellvann")).to_be_visible()

    await desk.keyboard.press("j")
    await desk.keyboard.press("?")

    await expect(desk.get_by_role("dialog")).to_have_count(0)
    await expect(desk).to_have_url(re.compile(f"{HOME}$"))


async def test_saved_replies_open_with_a_slash_and_are_read_before_they_are_sent(desk, brands):
    conversation_id = brands.calls(INGRID, "Where do we stand?")
    await desk.goto(f"{HOME}/{conversation_id}")

    await desk.keyboard.press("/")
    await desk.keyboard.type("/stat")
    await expect(desk.get_by_role("option")).to_have_count(1)
    await expect(desk.get_by_role("option")).to_contain_text("day 16 of 30")
    await desk.keyboard.press("Enter")

    await expect(desk.locator("#text")).to_have_value(re.compile("^Nordlys Skincare is on day 16 of 30"))
    assert brands.owner(conversation_id) == "waiting"


async def test_a_draft_outlives_a_reload_a_lost_connection_and_a_look_elsewhere(desk, brands, server):
    conversation_id = brands.calls(INGRID, "Hello")
    brands.calls(LENA, "Me too")
    await desk.goto(f"{HOME}/{conversation_id}")
    await desk.locator("#text").fill("Half a sentence")

    await desk.reload()
    await expect(desk.locator("#text")).to_have_value("Half a sentence")
    await open_row(desk, "Fjellvann")
    await expect(desk.locator("#text")).to_have_value("")
    await open_row(desk, "Nordlys Skincare")
    await expect(desk.locator("#text")).to_have_value("Half a sentence")
    await server.app[DESK_HUB].close_all()
    brands.writes(INGRID, "Are you there?")
    await expect(desk.locator("#talk-log")).to_contain_text("Are you there?")
    await expect(desk.locator("#text")).to_have_value("Half a sentence")


async def test_news_come_in_without_disturbing_who_is_typing(desk, brands):
    conversation_id = brands.calls(INGRID, "Hello")
    await desk.goto(f"{HOME}/{conversation_id}")
    await desk.locator("#text").click()
    await desk.keyboard.type("I am wri")

    brands.writes(INGRID, "One more thing")
    brands.calls(KENJI, "Somebody else")
    await expect(desk.locator("#talk-log")).to_contain_text("One more thing")
    await expect(row(desk, "Kumo")).to_be_visible()
    await desk.keyboard.type("ting")

    await expect(desk.locator("#text")).to_have_value("I am writing")


async def test_a_sound_and_a_count_tell_that_somebody_waits(desk, brands):
    await desk.goto(HOME)
    await desk.locator("#h-q").click()
    await expect(desk).to_have_title(re.compile("^Conversations"))

    brands.calls(INGRID, "Hello")

    await expect(desk).to_have_title(re.compile(r"^\(1\) Conversations"))
    await expect(desk.locator("#desk")).to_have_attribute("data-rang", "1")


async def test_whoever_is_signed_out_elsewhere_is_led_to_the_sign_in(desk, brands, server, sessions):
    conversation_id = brands.calls(INGRID, "Private")
    await desk.goto(f"{HOME}/{conversation_id}")
    await expect(desk.locator("#talk-log")).to_contain_text("Private")
    with sessions.begin() as session:
        session.execute(delete(StaffSession))
    server.app[DESK_HUB].wake_all()

    await expect(desk).to_have_url(re.compile("/desk/sign-in"))


async def test_whoever_is_signed_out_while_the_connection_is_away_is_led_to_the_sign_in(
    desk, brands, sessions
):
    conversation_id = brands.calls(INGRID, "Private")
    signed_out = asyncio.Event()

    async def connect_later(socket):
        await signed_out.wait()
        socket.connect_to_server()

    await desk.route_web_socket("**/desk/socket", connect_later)
    await desk.goto(f"{HOME}/{conversation_id}")
    await expect(desk.locator("#talk-log")).to_contain_text("Private")
    with sessions.begin() as session:
        session.execute(delete(StaffSession))

    signed_out.set()

    await expect(desk).to_have_url(re.compile("/desk/sign-in"))


async def test_everything_works_without_scripts(browser, server, brands):
    conversation_id = brands.calls(INGRID, "Hello")
    context = await browser.new_context(base_url=str(server.make_url("/")), java_script_enabled=False)
    await enter(context, server, MEI)
    page = await context.new_page()

    await page.goto(HOME)
    await page.get_by_role("link", name="Nordlys Skincare").click()
    await page.get_by_label("Reply to Ingrid").fill("Hello Ingrid.")
    await page.get_by_role("button", name="Send", exact=True).click()
    await page.get_by_role("link", name="Note", exact=True).click()
    await page.get_by_label("Note for the team, not sent").fill("All done.")
    await page.get_by_role("button", name="Keep the note").click()
    await page.locator("summary", has_text="Resolve").click()
    await page.get_by_role("button", name="Resolve it").click()

    await expect(page.locator("#talk-head")).to_contain_text("Resolved")
    assert "Hello Ingrid." in brands.reads(conversation_id)
    await context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_desk_is_accessible_and_fits_every_screen(desk, brands, scheme):
    conversation_id = brands.writes(INGRID, "Why was our trademark rejected?")
    brands.is_answered(conversation_id, "The certificate names **Nordlys Holding AS**:\n- send a letter")
    brands.calls(INGRID, "A person, please")
    brands.calls(LENA, "Me too")
    await desk.emulate_media(color_scheme=scheme)
    for path in [HOME, f"{HOME}/{conversation_id}"]:
        for width in WIDTHS:
            await desk.set_viewport_size({"width": width, "height": 900})
            await desk.goto(path)
            assert await desk.evaluate("document.documentElement.scrollWidth") <= width, f"{path} at {width}"
            await no_violations(desk, f"{path} at {width}")
    await desk.get_by_role("button", name="Claim").click()
    await expect(desk.locator("#talk-head")).to_contain_text("You answer")
    await desk.locator("#text").fill("/")
    await no_violations(desk, "saved replies open")
    for name in ["resolve", "hand-back", "transfer"]:
        await desk.locator(f"#fold-{name} summary").click()
        await no_violations(desk, f"{name} open")
    await desk.locator("#seg-note").first.click()
    await no_violations(desk, "a note being written")


async def test_what_can_be_pressed_is_large_enough(desk, brands):
    conversation_id = brands.calls(INGRID, "Hello")
    await desk.goto(f"{HOME}/{conversation_id}")

    small = await desk.evaluate(
        "[...document.querySelectorAll('main button, main summary, main .btn, main input[type=search], main .tabs a')]"
        ".filter(one => one.offsetParent && one.getBoundingClientRect().height < 40).map(one => one.outerHTML)"
    )

    assert small == []


async def test_jonas_sees_that_mei_has_it_and_may_only_write_a_note(desk, browser, server, brands):
    conversation_id = brands.calls(INGRID, "Hello")
    await desk.goto(f"{HOME}/{conversation_id}")
    other = await new_page(browser, server)
    await enter(other.context, server, JONAS)
    await other.goto(f"{HOME}/{conversation_id}")

    await desk.keyboard.press("a")

    await expect(other.locator("#reply")).to_contain_text("Mei Lin answers this conversation.")
    await expect(other.get_by_role("button", name="Send")).to_have_count(0)
    await other.context.close()


async def test_a_document_is_refused_beside_the_conversation(second_desk, brands):
    conversation_id = brands.calls(INGRID, "Is my ID fine?")
    await second_desk.goto(f"{HOME}/{conversation_id}")

    await second_desk.locator("#card").get_by_role("link", name="ID of your representative").click()
    panel = second_desk.locator("#review")
    await expect(panel.get_by_role("heading", name="Review: ID of your representative")).to_be_focused()
    await no_violations(second_desk, "a review beside the conversation")
    await panel.get_by_role("button", name="Refuse").click()
    await expect(panel).to_contain_text("Select a reason")
    await panel.get_by_label("Reason, if you refuse").select_option("UNREADABLE")
    await panel.get_by_role("button", name="Refuse").click()

    await expect(panel).to_be_empty()
    await expect(second_desk.locator("#talk-log")).to_contain_text("there is a problem")
    await expect(second_desk.locator("#card")).to_contain_text("ID of your representative There is a problem")


async def test_a_preview_that_comes_late_undoes_nothing_of_the_decision(second_desk, brands):
    conversation_id = brands.calls(INGRID, "Is my ID fine?")
    decided, shown = asyncio.Event(), asyncio.Event()

    async def hold_the_preview(route):
        if "preview" not in (route.request.post_data or ""):
            await route.continue_()
            return
        answer = await route.fetch()
        await decided.wait()
        await route.fulfill(response=answer)
        shown.set()

    await second_desk.route("**/reject", hold_the_preview)
    await second_desk.goto(f"{HOME}/{conversation_id}")
    await second_desk.locator("#card").get_by_role("link", name="ID of your representative").click()
    panel = second_desk.locator("#review")
    await panel.get_by_label("Reason, if you refuse").select_option("UNREADABLE")
    await panel.get_by_role("button", name="Refuse").click()
    await expect(panel).to_be_empty()
    decided.set()
    await shown.wait()

    await expect(second_desk.locator("#talk-log")).to_contain_text("there is a problem")
    await expect(panel).to_be_empty()
    assert second_desk.url.endswith(str(conversation_id))


async def test_what_is_typed_while_a_preview_is_asked_for_stays(second_desk, brands):
    conversation_id = brands.calls(INGRID, "Is my ID fine?")
    typed = await held(second_desk, "**/reject")
    await second_desk.goto(f"{HOME}/{conversation_id}")
    await second_desk.locator("#card").get_by_role("link", name="ID of your representative").click()
    panel = second_desk.locator("#review")
    await panel.get_by_label("Reason, if you refuse").select_option("UNREADABLE")
    await panel.get_by_label("The brand will read").fill("The number of the passport cannot be read.")
    typed.set()

    await expect(panel.locator("#preview [data-preview]")).to_be_visible()
    await expect(panel.get_by_label("The brand will read")).to_have_value(
        "The number of the passport cannot be read."
    )


async def test_a_review_is_shown_only_once_its_reasons_are_heard(second_desk, brands):
    conversation_id = brands.calls(INGRID, "Is my ID fine?")
    may_load = await held(second_desk, "**/desk-review*.js")
    await second_desk.goto(f"{HOME}/{conversation_id}")
    panel = second_desk.locator("#review")
    async with second_desk.expect_request("**/desk-review*.js"):
        await second_desk.locator("#card").get_by_role("link", name="ID of your representative").click()
    await expect(panel.get_by_label("Reason, if you refuse")).to_have_count(0)
    may_load.set()

    await panel.get_by_label("Reason, if you refuse").select_option("UNREADABLE")
    await expect(panel.locator("#preview [data-preview]")).to_be_visible()


async def test_of_two_documents_opened_in_a_row_the_second_is_shown(second_desk, brands):
    conversation_id = brands.calls(INGRID, "Is my ID fine?")
    second_is_shown = await held(second_desk, "**/documents/3/panel")
    await second_desk.goto(f"{HOME}/{conversation_id}")
    card, panel = second_desk.locator("#card"), second_desk.locator("#review")
    await card.get_by_role("link", name="ID of your representative").click()
    await card.get_by_role("link", name="Business registration").click()
    await expect(panel.get_by_role("heading", level=2).first).to_contain_text("business registration")
    async with second_desk.expect_response("**/documents/3/panel") as late:
        second_is_shown.set()
    await (await late.value).finished()
    await painted(second_desk)

    await expect(panel.get_by_role("heading", level=2).first).to_contain_text("business registration")


async def test_an_agent_who_sees_no_documents_is_offered_none(desk, brands):
    conversation_id = brands.calls(INGRID, "Is my ID fine?")
    await desk.goto(f"{HOME}/{conversation_id}")

    await expect(desk.locator("#card")).to_contain_text("ID of your representative In review")
    await expect(desk.locator("#card .docs a")).to_have_count(0)
