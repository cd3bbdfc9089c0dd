"""A new brand on a phone, from the planner to the submission; and what axe finds on each page of it."""

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import delete

from onboarding.models import WebSession
from tests import papers
from tests.web.browsing import WIDTHS, check, no_violations, sign_in
from tests.web.registrant import COMPANY, CONTACTS, NORA, begin, fill, send_documents, sign_up
from tests.web.visitor import Visitor

PLAN = "/planner/result?applicant=COMPANY&declares=OWNER&country=NO&category=COSMETICS&products=Face+cream"
REFUSED = PLAN.replace("country=NO", "country=CN")
PHONE = {"width": 360, "height": 780}
DOCUMENTS = (
    "Business registration",
    "Statement of authorised representative",
    "ID of your representative",
    "Proof of bank account",
    "Trademark certificate",
)
PAPER = [line.replace("Nordlys Skincare", "Glade Ceramics") for line in papers.CLEAN]


@pytest.fixture
async def drafted(server) -> str:
    async with Visitor(server) as visitor:
        await sign_up(visitor)
        return await begin(visitor)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_planner_is_accessible_and_fits_every_screen(page, scheme):
    await page.emulate_media(color_scheme=scheme)
    for path in ["/planner", PLAN, REFUSED, "/planner/result?country=CN", "/sign-up"]:
        await check(page, path)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_registration_is_accessible_and_fits_every_screen(context, server, page, drafted, scheme):
    await sign_in(context, server, NORA)
    await page.emulate_media(color_scheme=scheme)
    sections = ["", "/company", "/brand", "/store?from=check", "/products", "/contacts", "/check"]
    for path in ["/registration/begin", *(f"{drafted}{section}" for section in sections)]:
        await check(page, path)


async def test_a_page_with_mistakes_takes_the_reader_to_them(context, server, page, drafted):
    await sign_in(context, server, NORA)
    await page.goto(f"{drafted}/contacts")
    await page.get_by_role("button", name="Continue").click()

    await expect(page.locator(".errors")).to_be_focused()
    await no_violations(page, "mistakes")
    await page.get_by_role("link", name="Enter a telephone number").click()
    await expect(page.get_by_label("Telephone number")).to_be_focused()


async def test_a_conflict_of_two_tabs_is_accessible_and_settled_by_the_keyboard(
    context, server, page, drafted
):
    await sign_in(context, server, NORA)
    second = await context.new_page()
    for tab in (page, second):
        await tab.goto(f"{drafted}/contacts")
    for tab, name in ((page, "Nora"), (second, "Ole")):
        await tab.locator("#contact_name").fill(name)
        await tab.get_by_role("button", name="Save and come back later").click()

    await expect(second.locator(".errors")).to_contain_text("Nora Glade changed this to “Nora”")
    await fits_and_passes(second, "conflict")
    await second.locator("#contact_name").press("Enter")
    await second.goto(f"{drafted}/contacts")
    await expect(second.locator("#contact_name")).to_have_value("Ole")


async def test_what_was_typed_survives_a_session_that_ended(context, server, sessions, page, drafted):
    await sign_in(context, server, NORA)
    await page.goto(f"{drafted}/products")
    await page.locator("#products").fill("Stoneware bowls")
    with sessions.begin() as session:
        session.execute(delete(WebSession))
    await page.get_by_role("button", name="Save and come back later").click()
    await fits_and_passes(page, "signed out")

    await sign_in(context, server, NORA)
    await page.get_by_role("main").get_by_role("button", name="Continue").click()
    await expect(page.locator("#products")).to_have_value("Stoneware bowls")
    await page.get_by_role("button", name="Save and come back later").click()

    await expect(page.get_by_role("heading", name="Your registration")).to_be_visible()


async def test_what_blocks_a_submission_is_accessible(context, server, page, drafted):
    await sign_in(context, server, NORA)
    await page.goto(f"{drafted}/check")
    await page.get_by_label("These answers are correct").check()
    await page.get_by_role("button", name="Submit registration").click()

    await expect(page.locator(".errors")).to_contain_text("Nothing was submitted")
    await fits_and_passes(page, "blockers")
    await page.locator(".errors").get_by_role("link", name="Select a store type").click()
    await expect(page.get_by_label("Flagship store", exact=True)).to_be_focused()


async def test_a_brand_that_two_companies_name_is_told_accessibly(context, server, page, drafted):
    async with Visitor(server) as rival:
        await sign_up(rival, name="Ruth Rival", email="ruth@rival.example")
        path = await begin(rival, company_name="Rival Ltd", country="GB")
    await sign_in(context, server, "ruth@rival.example")

    for place in ("", "/brand", "/check"):
        await check(page, f"{path}{place}")
        await expect(page.get_by_text("Another company has an application")).to_be_visible()


async def fits_and_passes(page: Page, where: str) -> None:
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 900})
        assert await page.evaluate("document.documentElement.scrollWidth") <= width, where
        await no_violations(page, f"{where} at {width}")


async def test_the_confirmation_is_accessible(context, server, sessions, page):
    async with Visitor(server) as visitor:
        await sign_up(visitor)
        path = await begin(visitor)
        await fill(visitor, path)
        send_documents(sessions, path)
        await visitor.submit(await visitor.open(f"{path}/check"), f"{path}/submit", declared="yes")
    await sign_in(context, server, NORA)

    await check(page, f"{path}/submitted")


async def test_a_new_brand_goes_from_the_planner_to_the_submission_on_a_phone(background_work, page):
    await page.set_viewport_size(PHONE)
    await page.goto("/")
    await page.get_by_role("link", name="Start your registration").first.click()
    await plan(page)
    await make_an_account(page)
    await page.get_by_label("Name of your brand").fill("Glade Ceramics")
    await page.get_by_label("Registered name of your company").fill("Glade Ceramics AS")
    await go_on(page)
    await page.get_by_role("link", name="Tell us about your company").click()
    await fill_in(page, COMPANY)
    await page.get_by_role("link", name="Describe your brand and trademark").click()
    await describe_the_trademark(page)
    await page.get_by_role("link", name="Describe your first products").click()
    await page.get_by_label("How many products").fill("12")
    await page.get_by_label("Direct from abroad").check()
    await go_on(page)
    await page.get_by_role("link", name="Say whom we write to").click()
    await fill_in(page, CONTACTS)

    await expect(page.get_by_role("heading", name="5 of 6 parts completed")).to_be_visible()
    await upload_the_documents(page)
    await expect(page.get_by_role("heading", name="6 of 6 parts completed")).to_be_visible()
    await page.get_by_role("link", name="Check your answers and submit").click()
    await page.get_by_role("link", name="Change telephone number").click()
    await page.get_by_label("Telephone number").fill("+47 22 00 00 00")
    await go_on(page)
    await expect(page.get_by_text("+47 22 00 00 00")).to_be_visible()
    await page.get_by_label("These answers are correct").check()
    await page.get_by_role("button", name="Submit registration").click()

    await expect(page.get_by_role("heading", name="Registration submitted")).to_be_visible()
    await expect(page.get_by_text("open your store by Fri 19 June 2026")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    await page.go_back()
    await page.reload()
    await expect(page.get_by_role("heading", name="Registration submitted")).to_be_visible()


async def plan(page: Page) -> None:
    await page.get_by_label("A company", exact=True).check()
    await page.get_by_label("Owner of the trademark").check()
    await page.get_by_label("Where is your company registered?").select_option(label="Norway")
    await page.get_by_label("What do you sell?").select_option(label="Home and kitchen")
    await page.get_by_label("Which products would you sell first?").fill("Stoneware bowls")
    await page.get_by_role("button", name="Show my plan").click()
    await expect(page.get_by_role("heading", name="You may apply")).to_be_visible()
    await page.get_by_role("link", name="Start registration with these answers").click()


async def make_an_account(page: Page) -> None:
    await page.get_by_label("Your name").fill("Nora Glade")
    await page.get_by_label("Your email address").fill(NORA)
    await page.get_by_role("button", name="Mail me a link").click()
    await page.get_by_role("link", name="Open the demonstration mail").click()
    await page.get_by_role("link", name="Open the sign-in page").first.click()
    await page.get_by_role("main").get_by_role("button", name="Sign in").click()


async def describe_the_trademark(page: Page) -> None:
    await page.get_by_label("Trademark registration number").fill("301234")
    await page.get_by_label("Where the trademark is registered").select_option(label="Norway")
    await page.get_by_label("Classes of the trademark").fill("21, 11")
    until = page.get_by_role("group", name="Registered until")
    await until.get_by_label("Day").fill("31")
    await until.get_by_label("Month").fill("12")
    await until.get_by_label("Year").fill("2031")
    await go_on(page)


async def upload_the_documents(page: Page) -> None:
    await page.get_by_role("link", name="Send your documents").click()
    for document in DOCUMENTS:
        await page.get_by_role("link", name=f"Upload: {document}").click()
        file = {"name": "scan.pdf", "mimeType": "application/pdf", "buffer": papers.pdf(PAPER)}
        await page.locator("#file").set_input_files(file)
        await page.get_by_role("button", name="Send the file").click()
        await expect(page.get_by_text("We can read it: 1 page.")).to_be_visible(timeout=30_000)
        await page.get_by_role("link", name="Back to your documents").click()
    await page.get_by_role("link", name="Back to your registration").click()


async def fill_in(page: Page, answers: dict[str, str]) -> None:
    for name, value in answers.items():
        if name != "country":
            await page.locator(f'[name="{name}"]').fill(value)
    await go_on(page)


async def go_on(page: Page) -> None:
    await page.get_by_role("button", name="Continue").click()
