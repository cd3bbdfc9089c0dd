"""Documents on a phone and on a screen: sent, checked, refused, repaired."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import BrowserContext, Page, expect
from sqlalchemy import select

from conversations import documents as business
from onboarding.models import DocumentSubmission
from onboarding.names import ReasonCode
from tests import papers
from tests.chromium import PATIENCE
from tests.web.browsing import check, no_violations, painted, sign_in
from tests.web.visitor import INGRID, KENJI

HOME = "/brands/nordlys-skincare/documents"
PHONE = {"width": 320, "height": 700}

pytestmark = pytest.mark.usefixtures("background_work")


@pytest.fixture
async def phone(browser, server: TestServer) -> AsyncIterator[BrowserContext]:
    phone = await browser.new_context(
        base_url=str(server.make_url("/")), viewport=PHONE, has_touch=True, is_mobile=True
    )
    phone.set_default_timeout(PATIENCE)
    yield phone
    await phone.close()


async def choose(page: Page, content: bytes, name: str, kind: str = "application/pdf") -> None:
    await page.locator("#file").set_input_files({"name": name, "mimeType": kind, "buffer": content})
    await page.get_by_role("button", name="Send the").click()


async def fits(page: Page, where: str) -> None:
    width = page.viewport_size["width"]
    assert await page.evaluate("document.documentElement.scrollWidth") <= width, where
    await no_violations(page, where)


def refuse_newest(sessions) -> None:
    with sessions.begin() as session:
        newest = session.scalars(select(DocumentSubmission).order_by(DocumentSubmission.id.desc())).first()
        business.reject(
            session, newest.id, ReasonCode.WRONG_DOCUMENT, by="Wang Fang", base_url="http://desk.example"
        )


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_pages_of_documents_are_accessible_and_fit_every_screen(context, server, page, scheme):
    await sign_in(context, server, INGRID)
    await page.emulate_media(color_scheme=scheme)
    for path in (HOME, f"{HOME}/trademark", f"{HOME}/product-list", f"{HOME}/business-reg"):
        await check(page, path)
    await sign_in(context, server, KENJI)
    await check(page, "/brands/kumo/documents")


async def test_a_list_is_sent_from_a_phone_checked_refused_and_replaced(phone, server, sessions):
    await sign_in(phone, server, INGRID)
    page = await phone.new_page()
    await page.goto(HOME)
    await page.get_by_role("link", name="Upload: Product list").click()

    await choose(page, b"", "empty.csv", "text/csv")
    await expect(page.get_by_role("alert")).to_be_focused()
    await expect(page).to_have_title("Error: Product list – Brand Desk")
    await fits(page, "an error")
    await page.get_by_role("link", name="The selected file is empty").click()
    await expect(page.locator("#file")).to_be_focused()

    await choose(page, papers.product_list(), "list.csv", "text/csv")
    await expect(
        page.get_by_role("status").get_by_text("The list has all columns and 2 products.")
    ).to_be_visible(timeout=30_000)
    await expect(page.locator("#titles")).to_contain_text("In review")
    await fits(page, "a result")

    await asyncio.to_thread(refuse_newest, sessions)
    await page.reload()
    await expect(page.get_by_text("This is not the document we asked for.").first).to_be_visible()
    await fits(page, "a problem")

    await choose(page, papers.product_list(5), "better.csv", "text/csv")
    await expect(page.get_by_text("5 products.")).to_be_visible()
    await expect(page.locator(".history > li")).to_have_count(2)
    await expect(page.locator(".history > li").last).to_contain_text("There is a problem")
    await fits(page, "a history")


async def test_a_photo_is_taken_with_the_phones_camera_and_its_words_are_read(phone, server):
    await sign_in(phone, server, INGRID)
    page = await phone.new_page()
    await page.goto(f"{HOME}/trademark")

    camera = page.get_by_label("Or take a photo")
    await expect(camera).to_be_visible()
    await expect(camera).to_have_attribute("capture", "environment")
    await camera.set_input_files(
        {"name": "image.jpg", "mimeType": "image/jpeg", "buffer": papers.scan(papers.OTHER_COMPANY)}
    )
    await page.get_by_role("button", name="Send the new file").click()

    await expect(page.get_by_text("We are checking your file")).to_be_visible()
    await expect(
        page.get_by_text("It names Nordlys Holding AS. You applied as Nordlys Skincare AS.")
    ).to_be_visible(timeout=60_000)


async def test_a_screen_with_a_mouse_is_not_offered_a_camera(context, server, page):
    await sign_in(context, server, INGRID)

    await page.goto(f"{HOME}/trademark")

    await expect(page.get_by_label("Or take a photo")).to_be_hidden()


async def test_without_scripts_a_file_is_sent_and_the_page_says_how_to_see_the_result(browser, server):
    context = await browser.new_context(base_url=str(server.make_url("/")), java_script_enabled=False)
    await sign_in(context, server, INGRID)
    page = await context.new_page()
    await page.goto(f"{HOME}/trademark")

    await choose(page, papers.pdf(papers.CLEAN), "trademark.pdf")

    ask_again, result = page.get_by_role("link", name="See the result"), page.get_by_text("It names Nordlys")
    await expect(ask_again.or_(result)).to_be_visible()
    while await ask_again.count():
        async with page.expect_navigation():
            await ask_again.click()
    await expect(result).to_have_text("It names Nordlys Skincare AS.")
    await context.close()


async def test_a_huge_file_is_refused_on_a_page_and_not_by_a_broken_connection(
    context,
    server,
    page,
    tmp_path: Path,
):
    await sign_in(context, server, INGRID)
    huge = tmp_path / "huge.pdf"
    huge.write_bytes(b"%PDF-1.7\n" + bytes(60 * 1024 * 1024))
    await page.goto(f"{HOME}/trademark")

    await page.locator("#file").set_input_files(huge)
    await page.get_by_role("button", name="Send the new file").click()

    await expect(page.get_by_role("alert")).to_contain_text("The selected file must be smaller than 10MB")


async def test_a_file_is_sent_by_keyboard_alone(context, server, page):
    await sign_in(context, server, INGRID)
    async with page.expect_file_chooser(timeout=20_000) as chooser:
        await page.goto(f"{HOME}/trademark")
        await painted(page)
        await page.locator("#file").focus()
        await expect(page.locator("#file")).to_be_focused()
        await page.keyboard.press("Space")
    await (await chooser.value).set_files(
        {"name": "t.pdf", "mimeType": "application/pdf", "buffer": papers.pdf(papers.CLEAN)}
    )
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")

    await expect(page.locator("#history")).to_contain_text("t.pdf")
