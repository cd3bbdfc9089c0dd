"""Changing and withdrawing after the submission in a browser: what axe finds, and by keyboard alone."""

import pytest
from playwright.async_api import expect

from onboarding.documents.storage import DocumentStore
from onboarding.opening import set_up
from tests.onboarding.opening import way
from tests.web.browsing import check, no_violations, sign_in
from tests.web.visitor import INGRID

HOME = "/brands/nordlys-skincare"
CHANGES = "/registration/BD-2026-004217/changes"
GROUPS = ("contacts", "company", "brand", "store", "products")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_pages_of_changes_are_accessible_and_fit_every_screen(context, server, page, scheme):
    await sign_in(context, server, INGRID)
    await page.emulate_media(color_scheme=scheme)
    groups = [f"{CHANGES}/{group}" for group in GROUPS]
    for path in (CHANGES, *groups, f"{HOME}/withdraw", f"{HOME}/documents/bank-proof?replace=1"):
        await check(page, path)


async def test_what_a_change_reopens_is_read_and_agreed_to_by_keyboard(context, server, page):
    await sign_in(context, server, INGRID)
    await page.set_viewport_size({"width": 320, "height": 700})
    await page.goto(f"{CHANGES}/company")
    await page.get_by_label("Registered name of your company").fill("Nordlys Beauty AS")
    await page.keyboard.press("Enter")

    await expect(page.get_by_role("heading", name="Save this change?")).to_be_visible()
    await expect(page.get_by_text("The stage goes back to “Brand review”")).to_be_visible()
    await no_violations(page, "the consequences at 320")
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320
    await page.get_by_role("button", name="Yes, save the change").press("Enter")
    await expect(page.get_by_text("to “Nordlys Beauty AS”")).to_be_visible()
    await check(page, CHANGES)


async def test_a_withdrawal_without_a_yes_brings_the_focus_to_what_is_missing(context, server, page):
    await sign_in(context, server, INGRID)
    await page.goto(f"{HOME}/withdraw")
    await page.get_by_role("button", name="Withdraw the application").click()

    await expect(page.get_by_role("alert")).to_be_focused()
    await no_violations(page, "a withdrawal without a yes")
    await page.get_by_label("Yes, withdraw application").check()
    await page.get_by_role("button", name="Withdraw the application").click()
    await expect(page.get_by_text("was withdrawn")).to_be_visible()
    await check(page, HOME)


async def test_taking_a_store_back_is_accessible(context, server, page, sessions, tmp_path):
    with sessions.begin() as session:
        way.to_set_up(session, DocumentStore(tmp_path))
        way.set_up_all(session)
        set_up.hand_over(session, way.ingrid(session), way.nordlys(session))
    await sign_in(context, server, INGRID)
    await check(page, CHANGES)
    await check(page, f"{HOME}/store/take-back")
