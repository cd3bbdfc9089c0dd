"""The pages for integrations and developers in Chromium: accessible, as narrow as a phone, and of use."""

import pytest
from playwright.async_api import expect

from conversations.webhooks import endpoints
from conversations.webhooks.names import EventType
from onboarding import chat_sites, people
from onboarding.api_scopes import Scope
from onboarding.models import ChatSite
from onboarding.names import Role
from tests.onboarding.people import brand, new_colleague
from tests.web.browsing import check, no_violations, sign_in
from tests.web.host_site import register
from tests.web.integrator import make_key
from tests.web.visitor import INGRID

HOME = "/brands/nordlys-skincare/integrations"


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_pages_of_integrations_are_accessible_and_fit_every_screen(
    page, context, server, sessions, scheme
):
    await page.emulate_media(color_scheme=scheme)
    await sign_in(context, server, INGRID)
    make_key(sessions, Scope.SALES_READ)
    site = register(sessions, "https://portal.example.com")
    with sessions.begin() as session:
        astrid = new_colleague(session, "astrid@nordlys.example", Role.OWNER)
        chat_sites.allow(session, astrid, session.get_one(ChatSite, site.id), "customer-17")
        nordlys = brand(session, "Nordlys Skincare").id
        left = endpoints.register(
            session, astrid, nordlys, "https://astrid.example/", [EventType.STAGE_CHANGED], loopback=False
        )
        people.leave(session, astrid, nordlys)
        benno = new_colleague(session, "benno@nordlys.example", Role.VIEWER)
        chat_sites.allow(session, benno, session.get_one(ChatSite, site.id), "customer-18")

    for path in (
        HOME,
        f"{HOME}/webhooks/{left.id}",
        f"/brands/nordlys-skincare/people/{benno.id}/remove",
        f"{HOME}/keys/new",
        f"{HOME}/webhooks/new",
        f"{HOME}/sites/new",
        f"{HOME}/sites/{site.id}",
    ):
        await check(page, path)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_documentation_is_accessible_with_everything_open(page, scheme):
    await page.emulate_media(color_scheme=scheme)
    await check(page, "/developers")
    await page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")

    await no_violations(page, "/developers with everything open")
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320


async def test_a_webhook_is_added_and_tested_from_its_pages(page, context, server):
    await sign_in(context, server, INGRID)
    await page.goto(f"{HOME}/webhooks/new")
    await page.get_by_role("button", name="Add the webhook").click()
    await expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    await no_violations(page, "a form with mistakes")
    await page.get_by_label("Address").fill("https://integrator.example/hook")
    await page.get_by_label("Sales reached a tier.").check()
    await page.get_by_role("button", name="Add the webhook").click()
    await page.get_by_role("button", name="Send a test event").click()

    await expect(page.get_by_text("webhook.test")).to_be_visible()
    await no_violations(page, "a webhook with a log")


async def test_the_line_for_a_site_is_copied_as_it_stands(page, context, server, sessions):
    await context.grant_permissions(["clipboard-read", "clipboard-write"])
    await sign_in(context, server, INGRID)
    site = register(sessions, "https://portal.example.com")
    await page.goto(f"{HOME}/sites/{site.id}")

    await page.get_by_role("button", name="Copy Snippet").click()

    await expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = await page.evaluate("navigator.clipboard.readText()")
    assert copied == await page.get_by_role("region", name="Snippet").text_content()
    assert f'data-site="{site.id}"' in copied


async def test_an_operation_is_tried_with_a_key(page, sessions):
    await page.goto("/developers")
    await page.get_by_label("Key or token, to try it here").fill(make_key(sessions).secret)
    operation = page.locator("#op-checklist")
    await operation.locator("summary").click()
    await operation.get_by_role("button", name="Send").click()

    await expect(operation.locator("output")).to_contain_text('"currently_due"')


async def test_a_message_is_sent_from_the_documentation(page, sessions):
    await page.goto("/developers")
    await page.get_by_label("Key or token, to try it here").fill(make_key(sessions).secret)
    await page.locator("#op-conversations summary").click()
    await page.locator("#op-conversations").get_by_role("button", name="Send").click()
    output = page.locator("#op-conversations output")
    await expect(output).to_contain_text('"owner": "bot"')
    found = (await output.inner_text()).split('"id": "')[1][:36]
    operation = page.locator("#op-send_message")
    await operation.locator("summary").click()
    await operation.get_by_label("conversation_id").fill(found)
    await operation.get_by_role("button", name="Send").click()

    await expect(operation.locator("output")).to_contain_text("201 Created")
