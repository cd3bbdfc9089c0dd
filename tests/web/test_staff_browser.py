"""The operator's and the lead's pages in Chromium: axe, narrow screens, dark, keyboard."""

import pytest
from playwright.async_api import Page, expect

from conversations import blocking, ownership
from conversations.handoff import ask_for_person
from conversations.lookup import open_for_contact, open_for_visitor
from conversations.messages import Inbound, receive
from conversations.names import HandoffReason, Resolution
from onboarding import office_hours
from onboarding.office_hours import NewHours
from onboarding.programme import programme
from tests.onboarding import people as written
from tests.web.browsing import check, no_violations
from tests.web.staff import AMARA, HANA, MEI, TAO, open_staff_session, staff_named
from tests.web.visitor import INGRID


async def enter(context, server, sessions, email: str, *, second_factor: bool = True) -> None:
    with sessions.begin() as session:
        token = open_staff_session(session, email, second_factor=second_factor)
    await context.add_cookies([{"name": "staff", "value": token, "url": str(server.make_url("/"))}])


@pytest.fixture
async def paths(sessions, server, context) -> list[str]:
    """Signed in as the operator, with something to see on every page."""
    with sessions.begin() as session:
        rui, mei = staff_named(session, "rui.zhang@desk.example"), staff_named(session, MEI)
        ingrids = open_for_contact(session, written.contact(session, INGRID).id)
        receive(session, Inbound(ingrids.id, "web", "b1", "Which certificate do you need for the letter?"))
        ask_for_person(session, ingrids, HandoffReason.COMPLAINT)
        ownership.agent_says(session, ingrids.id, mei, "The one of the trademark", "b2")
        ownership.resolve(session, ingrids.id, mei, Resolution.ANSWERED)
        spam = open_for_visitor(session)
        receive(session, Inbound(spam.id, "web", "b3", "Certificates, cheap"))
        blocking.block(session, spam.id, rui)
        rules = programme().office_hours
        office_hours.change(
            session,
            staff_named(session, AMARA),
            NewHours(
                valid_from=office_hours.clock.today_in_china(session),
                days=rules.days.value,
                opens=rules.opens.value,
                closes=rules.closes.value,
                first_reply_working_hours=3,
                holidays=rules.holidays.value,
            ),
        )
        mei_id = mei.id
    await enter(context, server, sessions, AMARA)
    return [
        "/desk/staff",
        "/desk/staff/invite",
        f"/desk/staff/{mei_id}",
        f"/desk/staff/{mei_id}/leave",
        "/desk/office-hours",
        "/desk/audit",
        "/desk/figures",
        "/desk/search",
        "/desk/search?words=certificate",
        "/desk/search?words=zebra",
        "/desk/blocked",
        "/desk/account",
        "/desk/account/password",
        "/desk/account/second-factor",
        "/desk/nowhere",
        "/desk/figures?from=2020-01-01&to=2020-01-02",
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_pages_of_the_desk_are_accessible_and_fit(page: Page, paths: list[str], scheme):
    await page.emulate_media(color_scheme=scheme)
    for path in paths:
        await check(page, path)


async def test_the_pages_before_signing_in_are_accessible_and_fit(page: Page, server):
    for path in ("/desk/sign-in", "/desk/sign-in/password", "/desk/sign-in/link/something"):
        await check(page, path)


async def test_an_agent_is_told_inside_the_desk_what_their_role_does_not_include(
    page: Page, context, server, sessions
):
    await enter(context, server, sessions, MEI)

    await check(page, "/desk/staff")

    await expect(page.get_by_role("heading", name="Your role does not include this")).to_be_visible()
    await expect(page.get_by_role("link", name="Mei Lin")).to_be_visible()


async def test_a_reviewer_comes_from_a_documents_page_through_the_set_up_by_keyboard_alone(
    page: Page, context, server, sessions
):
    await enter(context, server, sessions, TAO, second_factor=False)
    await page.goto("/desk/account/second-factor?next=/desk/account")
    code = await page.locator(".notice b.num").inner_text()
    await no_violations(page, "the set-up")

    await page.get_by_label("Code").focus()
    await page.keyboard.type(code)
    await page.keyboard.press("Enter")

    await expect(page.get_by_role("heading", name="Keep your recovery codes")).to_be_visible()
    await no_violations(page, "the recovery codes")
    await page.get_by_role("link", name="I have kept them, continue").press("Enter")
    await expect(page.get_by_text("10 recovery codes left")).to_be_visible()


async def test_what_is_wrong_is_announced_and_reached_from_the_summary(page: Page, paths):
    await page.goto("/desk/staff/invite")

    await page.get_by_role("button", name="Send the invitation").click()

    await expect(page.get_by_role("alert")).to_be_focused()
    await page.get_by_role("link", name="Select a role").click()
    await expect(page.get_by_label("Agent")).to_be_focused()
    await no_violations(page, "the invitation with problems")


async def test_the_square_code_follows_the_policy_for_content(page: Page, context, server, sessions):
    """The page fixture fails on what the browser refuses to apply."""
    await enter(context, server, sessions, HANA, second_factor=False)

    await page.goto("/desk/account/second-factor")

    size = await page.locator(".square-code").bounding_box()
    assert size is not None
    assert size["width"] > 100
