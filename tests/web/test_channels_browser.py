"""The pages about channels in Chromium: of operators, and of a contact; axe, narrow screens, dark."""

import pytest
from playwright.async_api import expect

from conversations.channels import linking
from conversations.channels.slack import Slack
from onboarding import identity
from onboarding.names import SignedInBy
from tests.channels.house import house
from tests.channels.slack import SlackDouble
from tests.onboarding import people as written
from tests.web.browsing import check
from tests.web.staff import AMARA, open_staff_session
from tests.web.visitor import INGRID

SLACK_INGRID, ANOTHER = "U0INGRID", "U0ANOTHER"


@pytest.fixture
async def slack(settings, sessions):
    async with SlackDouble() as provider, house(settings, sessions, Slack(), provider) as opened:
        yield opened


@pytest.fixture
def server(slack):
    return slack.server


@pytest.fixture
async def home(slack, context, sessions) -> str:
    """Signed in as operator and as Ingrid, with deliveries in several states and a link that waits."""
    for user in (SLACK_INGRID, ANOTHER):
        await slack.deliver(slack.provider.written(user, "hello", f"first of {user}"))
    slack.answer_all()
    slack.provider.misbehave("500")
    await slack.send_all()
    gone = slack.provider.message(ANOTHER, "hello", "gone", channel="C0GONE", channel_type="im")
    await slack.deliver(slack.provider.event(gone))
    slack.answer_all()
    await slack.send_all()
    with sessions.begin() as session:
        ingrid = written.contact(session, INGRID)
        linking.join(session, linking.locked(session, slack.identity(SLACK_INGRID).id), ingrid)
        code = linking.offer_code(session, ingrid)
        staff = open_staff_session(session, AMARA)
        token, _ = identity.open_session(session, ingrid, "a test", SignedInBy.LINK)
    thread = slack.provider.message("U0PHONE", f"link {code}", "code")
    await slack.deliver(slack.provider.event(thread))
    url = str(slack.server.make_url("/"))
    cookies = {"staff": staff, "session": token}
    await context.add_cookies([{"name": name, "value": value, "url": url} for name, value in cookies.items()])
    return f"/desk/channels/{slack.account().public_id}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_pages_about_channels_are_accessible_and_fit(page, home, scheme):
    await page.emulate_media(color_scheme=scheme)
    log = f"{home}/deliveries"
    add = "/desk/channels/add"
    for path in ("/desk/channels", add, f"{add}/slack", home, log, "/account/channels"):
        await check(page, path)


async def test_the_address_is_copied_and_a_test_message_is_followed(page, home, context):
    await context.grant_permissions(["clipboard-read", "clipboard-write"])
    await page.goto(home)
    await page.get_by_role("button", name="Copy").click()
    await expect(page.get_by_role("button", name="Copied")).to_be_visible()
    address = await page.get_by_label("Address of the webhook").input_value()
    assert await page.evaluate("navigator.clipboard.readText()") == address

    await page.get_by_label("Channel or member").fill("C024BE91L")
    await page.get_by_role("button", name="Send it").click()
    await expect(page.get_by_role("heading", name="It is on its way")).to_be_visible()


async def test_a_contact_gets_a_code_and_confirms_who_sent_it(page, home):
    await page.goto("/account/channels")
    await page.get_by_role("button", name="Yes, link it").click()
    await expect(page.get_by_role("status")).to_contain_text("It is linked")
    await page.get_by_role("button", name="Get a code").click()
    await expect(page.get_by_text("link ", exact=False).first).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_switch_says_what_becomes_of_what_comes_meanwhile(page, home, scheme):
    await page.emulate_media(color_scheme=scheme)
    await page.goto(home)
    await page.get_by_role("button", name="Switch off").click()
    await expect(page.get_by_text("It is off: nothing is sent.")).to_be_visible()
    await check(page, home)
    await page.get_by_role("button", name="Switch on").click()
    await expect(page.get_by_text("While it is off, nothing is sent.")).to_be_visible()
