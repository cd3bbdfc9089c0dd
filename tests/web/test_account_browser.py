"""The pages of people, account and privacy in Chromium: axe, narrow screens, and the way of a new colleague."""

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import select

from onboarding import access_requests, erasure, identity, invitations
from onboarding.models import Contact
from onboarding.names import AccessReason, Role, SignedInBy
from tests.onboarding import people as written
from tests.web.browsing import check, no_violations
from tests.web.visitor import INGRID, KENJI, SOFIA

PEOPLE = "/brands/nordlys-skincare/people"
NEW = "new@nordlys.example"


@pytest.fixture
async def paths(sessions, server, context) -> dict[str, str]:
    """Signed in as Ingrid, with somebody to look at on every page."""
    with sessions.begin() as session:
        ingrid, kenji = written.contact(session, INGRID), written.contact(session, KENJI)
        nordlys = written.brand(session, "Nordlys Skincare")
        _, link = invitations.invite(session, ingrid, nordlys.id, NEW, Role.EDITOR)
        asked = access_requests.ask(
            session, kenji, "Nordlys Skincare", AccessReason.EMPLOYEE, "The new manager"
        )
        assert asked.request is not None
        identity.open_session(session, ingrid, "Mozilla/5.0 (Windows NT 10.0) Firefox/145.0", SignedInBy.LINK)
        token, _ = identity.open_session(session, ingrid, "a test", SignedInBy.LINK)
        sofia = session.scalars(select(Contact.id).where(Contact.email == SOFIA)).one()
    await context.add_cookies([{"name": "session", "value": token, "url": str(server.make_url("/"))}])
    return {
        "people": PEOPLE,
        "invite": f"{PEOPLE}/invite",
        "person": f"{PEOPLE}/{sofia}",
        "remove": f"{PEOPLE}/{sofia}/remove",
        "leave": f"{PEOPLE}/leave",
        "request": f"{PEOPLE}/requests/{asked.request.id}",
        "access": "/access",
        "access sent": "/access/sent",
        "account": "/account",
        "details": "/account/details",
        "password": "/account/password",
        "data": "/privacy/data",
        "erase": "/privacy/erase",
        "of another": f"/invitations/{link}",
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_pages_of_people_account_and_privacy_are_accessible_and_fit(page, paths, scheme):
    await page.emulate_media(color_scheme=scheme)
    for path in paths.values():
        await check(page, path)


async def test_the_pages_before_signing_in_are_accessible_and_fit(page, context, paths):
    await context.clear_cookies()
    for path in ["/sign-in", "/sign-in/password", paths["of another"], "/invitations/made-up"]:
        await check(page, path)


async def test_the_page_for_too_low_a_role_is_accessible(page, context, server, sessions):
    with sessions.begin() as session:
        token, _ = identity.open_session(session, written.contact(session, SOFIA), "a test", SignedInBy.LINK)
    await context.add_cookies([{"name": "session", "value": token, "url": str(server.make_url("/"))}])

    await check(page, f"{PEOPLE}/invite")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Your role does not include this")


async def test_pages_with_errors_are_accessible_and_lead_to_the_field(page, paths):
    for path, button, field in [
        (paths["invite"], "Send the invitation", "email"),
        (paths["access"], "Send the request", "named"),
        (paths["password"], "Save the password", "password"),
        (paths["erase"], "Ask for erasure", "sure"),
        (paths["request"], "Give access", "role"),
    ]:
        await page.goto(path)
        await page.get_by_role("button", name=button).click()
        await expect(page.get_by_role("alert")).to_be_focused()
        await no_violations(page, f"{path} with errors")
        await page.get_by_role("alert").get_by_role("link").first.click()
        await expect(page.locator(f"#{field}")).to_be_focused()


async def test_a_pending_erasure_is_shown_accessibly(page, paths, sessions):
    with sessions.begin() as session:
        erasure.ask(session, written.contact(session, INGRID))

    await check(page, paths["data"])
    await expect(page.get_by_role("button", name="Keep my data")).to_be_visible()


async def test_a_new_colleague_joins_with_the_keyboard_and_without_a_script(browser, server, paths):
    context = await browser.new_context(
        base_url=str(server.make_url("/")), viewport={"width": 320, "height": 700}, java_script_enabled=False
    )
    own: Page = await context.new_page()
    await own.goto(paths["of another"])
    await own.get_by_label("Your name").focus()
    await own.keyboard.type("Nora New")
    await own.keyboard.press("Tab")
    await own.keyboard.type("Oslo")
    await own.keyboard.press("Enter")

    await expect(own.get_by_role("heading", level=1)).to_have_text("Your store opening")
    await own.goto(PEOPLE)
    await expect(own.get_by_text("Nora New joined as an editor")).to_be_visible()
    await context.close()
