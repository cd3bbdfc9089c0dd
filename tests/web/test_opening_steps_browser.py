"""From approved to open in a browser: every page on small and large screens, by keyboard and without scripts."""

import pytest
from playwright.async_api import expect

from onboarding.documents.storage import DocumentStore
from onboarding.names import Stage
from onboarding.opening import refusal, set_up
from onboarding.opening.names import Step
from tests.onboarding.opening import way
from tests.web.browsing import check, no_violations, sign_in
from tests.web.visitor import INGRID

HOME = "/brands/nordlys-skincare"
PAGES = [
    HOME,
    *(f"{HOME}/{name}" for name in ("contract", "fees", "store", "products", "store/return-address")),
]
PAGES += [f"{HOME}/store/{name}" for name in ("alipay", "operation", "design")]


@pytest.fixture
def offered(sessions):
    with sessions.begin() as session:
        way.offer(session)


@pytest.fixture
def handed_over(sessions, tmp_path):
    with sessions.begin() as session:
        way.to_set_up(session, DocumentStore(tmp_path))
        way.set_up_all(session)
        set_up.hand_over(session, way.ingrid(session), way.nordlys(session))


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_pages_of_an_offer_are_accessible_and_fit_every_screen(
    context, server, page, offered, scheme
):
    await sign_in(context, server, INGRID)
    await page.emulate_media(color_scheme=scheme)
    for path in PAGES:
        await check(page, path)


async def test_the_pages_of_a_finished_store_are_accessible_and_fit_every_screen(
    context, server, page, handed_over
):
    await sign_in(context, server, INGRID)
    for path in PAGES:
        await check(page, path)


async def test_the_page_of_a_refusal_is_accessible_and_fits_every_screen(context, server, page, sessions):
    with sessions.begin() as session:
        refusal.refuse(session, way.nordlys(session).id, by=way.MEI, reason="The trademark is not yours.")
    await sign_in(context, server, INGRID)
    for path in (HOME, f"{HOME}/refusal"):
        await check(page, path)
    await page.get_by_role("button", name="Send the appeal").click()
    await expect(page.get_by_role("alert")).to_be_focused()
    await no_violations(page, "an appeal without words")
    await page.get_by_label("Why should the decision").fill("The letter was there.")
    await page.get_by_role("button", name="Send the appeal").click()
    await expect(page.get_by_text("your reference is BR-")).to_be_visible()
    await check(page, f"{HOME}/refusal")


async def test_wrong_answers_bring_the_focus_to_what_is_wrong(context, server, page, offered):
    await sign_in(context, server, INGRID)
    await page.set_viewport_size({"width": 320, "height": 700})
    await page.goto(f"{HOME}/store/return-address")
    await page.get_by_label("Postcode").fill("0184")
    await page.get_by_role("button", name="Save").click()

    await expect(page.get_by_role("alert")).to_be_focused()
    await no_violations(page, "errors at 320")
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320
    await page.get_by_role("link", name="Enter a postcode of mainland China").click()
    await expect(page.get_by_label("Postcode")).to_be_focused()
    await expect(page.get_by_label("Postcode")).to_have_value("0184")


async def test_a_contract_is_signed_by_keyboard_alone(context, server, page, sessions, offered):
    await sign_in(context, server, INGRID)
    await page.goto(f"{HOME}/contract")
    await page.get_by_label("Your full name").focus()
    await page.keyboard.type("Ingrid Solberg")
    await page.keyboard.press("Tab")
    await page.keyboard.type("Managing director")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Space")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")

    await expect(page.get_by_role("heading", name="Accepted")).to_be_visible()


async def test_faults_of_products_are_read_on_a_phone(context, server, page, sessions, offered):
    await sign_in(context, server, INGRID)
    await page.set_viewport_size({"width": 320, "height": 700})
    await page.goto(f"{HOME}/products")
    wrong = [*way.CREAM[:4], "free", ""]
    await page.get_by_label("Rows of your product list").fill(
        "\n".join("\t".join(cells) for cells in (way.HEAD, way.CREAM, wrong))
    )
    await page.get_by_role("button", name="Check the rows").click()

    await expect(page.get_by_role("heading", name="1 of 2 rows to correct")).to_be_visible()
    await check(page, f"{HOME}/products")
    with sessions() as session:
        assert way.nordlys(session).stage is Stage.CONTRACT_AND_FEES


async def test_a_step_is_saved_without_scripts(browser, server, sessions, offered):
    without = await browser.new_context(base_url=str(server.make_url("/")), java_script_enabled=False)
    await sign_in(without, server, INGRID)
    page = await without.new_page()
    await page.goto(f"{HOME}/store/operation")
    await page.get_by_label("We run it ourselves").check()
    await page.get_by_role("button", name="Save").click()

    await expect(page.get_by_text("1 of 7 steps done")).to_be_visible()
    await without.close()


def test_every_step_with_questions_is_answered_in_these_tests():
    assert set(way.ANSWERS) == set(Step) - {Step.CONTRACT, Step.FEES, Step.PRODUCTS, Step.FINAL_CHECK}
