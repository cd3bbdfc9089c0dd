"""The window of a channel in Chromium: counted down and closed without a reload, on each screen, in light and dark."""

import pytest
from playwright.async_api import expect

from conversations.channels.twilio.channel import TwilioWhatsapp
from tests.channels.twilio.double import TwilioDouble
from tests.web.browsing import check, no_violations
from tests.web.desk.channel_desk import TEMPLATE, TEXT, ChannelDesk, channel_desk
from tests.web.staff import AMARA, MEI, open_staff_session


@pytest.fixture
async def whatsapp(settings, sessions):
    async with channel_desk(settings, sessions, TwilioDouble(), TwilioWhatsapp()) as desk:
        yield desk


@pytest.fixture
def server(whatsapp):
    return whatsapp.house.server


async def enter(context, desk: ChannelDesk, email: str = MEI) -> None:
    with desk.house.sessions.begin() as session:
        token = open_staff_session(session, email)
    url = str(desk.house.server.make_url("/"))
    await context.add_cookies([{"name": "staff", "value": token, "url": url}])


async def test_the_time_left_counts_down_and_the_box_changes_when_it_is_over(context, page, whatsapp):
    await whatsapp.writes("hello")
    whatsapp.is_linked()
    await whatsapp.passes(hours=22, minutes=59, seconds=40)
    await enter(context, whatsapp)
    await page.clock.install()
    await page.goto(whatsapp.path)
    reach = page.locator("#talk-reach")
    await expect(reach).to_contain_text("You can reply on WhatsApp for 1 h 0 min more")
    await expect(reach.get_by_text("Closes soon")).to_be_hidden()
    box = page.get_by_label("Reply to Ingrid")
    await box.fill("Your letter was")

    await page.clock.run_for(25_000)
    await expect(reach).to_contain_text("for 59 min more")
    await expect(reach.get_by_text("Closes soon")).to_be_visible()

    await whatsapp.passes(hours=1, minutes=1)
    await page.clock.fast_forward("01:00:00")
    await expect(reach).to_contain_text("WhatsApp closed on")
    await expect(page.get_by_text("goes out on the website and by mail")).to_be_visible()
    await expect(box).to_have_value("Your letter was")


async def test_a_template_is_read_as_it_is_filled_and_what_became_of_it_is_told_live(context, page, whatsapp):
    await whatsapp.writes("hello")
    whatsapp.is_linked()
    whatsapp.has_template(TEMPLATE, TEXT, "contact", "the question")
    await whatsapp.passes(hours=25)
    await enter(context, whatsapp)
    await page.goto(whatsapp.path)

    await page.get_by_text("Or send an approved template on WhatsApp").click()
    await page.get_by_label("The question").fill("the fees")
    await expect(page.locator(".template blockquote")).to_have_text(
        "Hello Ingrid, we have an answer to your question about the fees. Write to us to read it."
    )
    await page.get_by_role("button", name="Send this template").click()
    entry = page.locator(".entry").last
    await expect(entry).to_contain_text("On its way on WhatsApp, as a template")
    await whatsapp.background_works()
    await expect(entry).to_contain_text("Sent on WhatsApp")
    number = f"SMout{len(whatsapp.house.provider.heard)}"
    await whatsapp.house.deliver(whatsapp.house.provider.status(number, "read"))
    await expect(entry).to_contain_text("Read on WhatsApp")

    await page.get_by_label("The question").fill("the dates")
    await page.get_by_role("button", name="Send this template").click()
    await expect(page.locator(".entry").last).to_contain_text("about the dates")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_each_state_is_accessible_and_fits(context, page, whatsapp, scheme):
    await page.emulate_media(color_scheme=scheme)
    await whatsapp.writes("hello")
    whatsapp.calls_a_person()
    whatsapp.is_linked()
    whatsapp.has_template(TEMPLATE, TEXT, "contact", "the question")
    whatsapp.has_template(TEMPLATE, "Please write to us.")
    await whatsapp.passes(hours=23, minutes=20)
    page_of_agent = await whatsapp.opens()
    await enter(context, whatsapp)
    await check(page, whatsapp.path)

    await whatsapp.sends(page_of_agent, "reply", text="Your letter was accepted.")
    await whatsapp.passes(hours=1)
    await whatsapp.background_works()
    await enter(context, whatsapp)
    await check(page, whatsapp.path)
    await page.get_by_text("Or send an approved template on WhatsApp").click()
    await page.locator(".template summary").first.click()
    await no_violations(page, "a template is open")
    await expect(page.get_by_role("button", name="Send it by mail")).to_be_visible()

    await enter(context, whatsapp, AMARA)
    await check(page, f"/desk/channels/{whatsapp.house.account().public_id}/templates")
