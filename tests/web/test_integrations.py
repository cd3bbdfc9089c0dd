"""The pages on which owners manage keys, webhooks and sites."""

import re

import pytest
from sqlalchemy import select

from conversations.webhooks.models import WebhookEndpoint
from onboarding.models import ApiKey, ChatSite, ChatSitePerson
from onboarding.names import Role
from tests.onboarding.people import new_colleague
from tests.web.host_site import register
from tests.web.integrator import Integrator
from tests.web.visitor import INGRID, KENJI

HOME = "/brands/nordlys-skincare/integrations"


async def make_key(visitor, **more):
    fields = {"name": "Our ERP", "kind": "KEY", "scopes": "sales:read", "days": "90", "origins": "", **more}
    return await visitor.submit(await visitor.open(f"{HOME}/keys/new"), f"{HOME}/keys/new", **fields)


async def test_a_key_is_made_shown_once_used_and_revoked(server, visitor):
    await visitor.sign_in(INGRID)
    secret = re.search(r"bdk_[0-9a-f]{12}_[\w-]{43}", (await make_key(visitor)).html)[0]

    async with Integrator(server, secret) as program:
        assert (await program.get("/milestones")).status == 200
        overview = await visitor.open(HOME)
        assert "Our ERP" in overview.words
        assert "Last used" in overview.words
        assert secret not in overview.html
        action = re.search(rf'action="({HOME}/keys/[^"]*/revoke)"', overview.html)[1]
        assert "The key no longer works." in (await visitor.submit(overview, action)).words
        assert (await program.get("/milestones")).status == 401


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"name": ""}, "Enter what the key is for"),
        ({"kind": "PASSWORD"}, "Select how the program signs in"),
        ({"scopes": ""}, "Select what the program may do"),
        ({"days": "9999"}, "Select how long it works"),
        ({"origins": "https://*.example.com"}, "as https:// and the name of the site, without a path"),
        (
            {"origins": "https://a.example; script-src *"},
            "as https:// and the name of the site, without a path",
        ),
    ],
)
async def test_a_key_that_is_not_as_it_should_be_is_not_made_and_nothing_typed_is_lost(
    visitor, sessions, fields, message
):
    await visitor.sign_in(INGRID)

    page = await make_key(visitor, **fields)

    assert page.status == 422
    assert message in page.words
    assert page.html.count(message) >= 2  # in the summary and at the field
    assert "name" in fields or 'value="Our ERP"' in page.html
    with sessions() as session:
        assert session.scalars(select(ApiKey)).all() == []


async def test_a_webhook_is_added_tested_and_its_secret_shown_on_demand(visitor, sessions):
    await visitor.sign_in(INGRID)
    fields = {"url": "https://127.0.0.1/hook", "events": "milestone.reached", "description": "Our ERP"}
    new = await visitor.open(f"{HOME}/webhooks/new")
    refused = await visitor.submit(new, f"{HOME}/webhooks/new", **{**fields, "url": "https://10.0.0.1/"})

    page = await visitor.submit(new, f"{HOME}/webhooks/new", **fields)
    tested = await visitor.submit(page, f"{page.path}/test")
    shown = await visitor.submit(page, f"{page.path}/secret")

    assert refused.status == 422
    assert "The address is inside a network." in refused.words
    assert "The webhook is added." in page.words
    assert "whsec_" not in page.html
    assert "webhook.test" in tested.words
    assert re.search(r"whsec_[\w+/=]{44}", shown.html)


async def test_a_webhook_is_switched_off_on_and_deleted(visitor, sessions):
    await visitor.sign_in(INGRID)
    new = await visitor.open(f"{HOME}/webhooks/new")
    fields = {"url": "https://integrator.example/", "events": "milestone.reached"}
    page = await visitor.submit(new, f"{HOME}/webhooks/new", **fields)

    off = await visitor.submit(page, f"{page.path}/off")
    test = await visitor.submit(page, f"{page.path}/test")
    on = await visitor.submit(page, f"{page.path}/on")
    rotated = await visitor.submit(page, f"{page.path}/rotate")
    again = await visitor.submit(page, f"{page.path}/rotate")
    revoked = await visitor.submit(page, f"{page.path}/revoke")
    deleted = await visitor.submit(page, f"{page.path}/delete")

    assert "Switched off by an owner." in off.words
    assert "Switch it on first." in test.words
    assert "The webhook is on." in on.words
    assert "There is a new secret." in rotated.words
    assert "The one before signs until" in rotated.words
    assert f"{page.path}/rotate" not in rotated.html
    assert "Nothing was changed" in again.words
    assert "None before it counts any more." in revoked.words
    assert f"{page.path}/rotate" in revoked.html
    assert "The webhook is deleted." in deleted.words
    with sessions() as session:
        assert session.scalars(select(WebhookEndpoint)).all() == []


async def test_a_site_is_added_with_its_snippet(visitor):
    await visitor.sign_in(INGRID)
    fields = {
        "name": "Partner portal",
        "origins": "https://Portal.example.com/",
        "algorithm": "HS256",
        "public_key": "",
    }

    page = await visitor.submit(await visitor.open(f"{HOME}/sites/new"), f"{HOME}/sites/new", **fields)
    shown = await visitor.submit(page, f"{page.path}/secret")
    rotated = await visitor.submit(page, f"{page.path}/rotate")
    again = await visitor.submit(page, f"{page.path}/rotate")
    revoked = await visitor.submit(page, f"{page.path}/revoke")

    assert "The one before is believed until" in rotated.words
    assert "Nothing was changed" in again.words
    assert "None before it counts any more." in revoked.words
    assert "https://portal.example.com" in page.words
    assert 'data-site="' in page.words
    assert re.search(r"<code>[\w-]{43}</code>", shown.html)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"name": ""}, "Enter a name for the site"),
        ({"origins": ""}, "Enter the address of the site"),
        ({"origins": "http://portal.example.com"}, "as https:// and the name of the site"),
        ({"origins": "https://portal.example.com/path"}, "as https:// and the name of the site"),
        ({"algorithm": "none"}, "Select how the site signs"),
        ({"algorithm": "ES256"}, "This is not a public key."),
    ],
)
async def test_a_site_that_is_not_as_it_should_be_is_not_added(visitor, sessions, fields, message):
    await visitor.sign_in(INGRID)
    given = {
        "name": "Portal",
        "origins": "https://a.example",
        "algorithm": "HS256",
        "public_key": "",
        **fields,
    }

    page = await visitor.submit(await visitor.open(f"{HOME}/sites/new"), f"{HOME}/sites/new", **given)

    assert page.status == 422
    assert message in page.words
    with sessions() as session:
        assert session.scalars(select(ChatSite)).all() == []


async def test_a_colleague_sees_sites_says_yes_for_themselves_and_no_again(visitor, sessions):
    site = register(sessions, "https://portal.example.com")
    with sessions.begin() as session:
        new_colleague(session, "astrid@nordlys.example", Role.VIEWER)
    await visitor.sign_in("astrid@nordlys.example")
    overview = await visitor.open(HOME)
    page = await visitor.open(f"{HOME}/sites/{site.id}")

    yes = await visitor.submit(page, f"{page.path}/allow", external_id="customer-17")
    taken = await visitor.submit(page, f"{page.path}/allow", external_id=INGRID)
    no = await visitor.submit(page, f"{page.path}/forbid")

    assert "Keys for the API" not in overview.words
    assert "Show the secret" not in page.words
    assert "Not allowed yet" in page.words
    assert "as customer-17" in yes.words
    assert "An owner has to confirm this name" in yes.words
    assert taken.status == 422
    assert "no longer shows your conversation" in no.words
    with sessions() as session:
        assert len(session.scalars(select(ChatSitePerson)).all()) == 1


async def test_other_brands_keys_webhooks_and_sites_are_not_there(visitor, colleague, sessions):
    await visitor.sign_in(INGRID)
    await make_key(visitor)
    new = await visitor.open(f"{HOME}/webhooks/new")
    fields = {"url": "https://integrator.example/", "events": "milestone.reached"}
    webhook = (await visitor.submit(new, f"{HOME}/webhooks/new", **fields)).path.rpartition("/")[2]
    site = register(sessions, "https://portal.example.com").id
    with sessions() as session:
        key = session.scalars(select(ApiKey)).one().id

    await colleague.sign_in(KENJI)
    own = await colleague.open("/brands/kumo/integrations/keys/new")
    kumo = "/brands/kumo/integrations"
    answers = [
        await colleague.open(f"{kumo}/webhooks/{webhook}"),
        await colleague.open(f"{kumo}/sites/{site}"),
        await colleague.open(f"{kumo}/sites/nonsense"),
        await colleague.submit(own, f"{kumo}/keys/{key}/revoke"),
        await colleague.submit(own, f"{kumo}/webhooks/{webhook}/delete"),
        await colleague.submit(own, f"{kumo}/webhooks/{webhook}/secret"),
        await colleague.submit(own, f"{kumo}/sites/{site}/remove"),
        await colleague.submit(own, f"{kumo}/sites/{site}/allow", external_id=""),
    ]

    assert [answer.status for answer in answers] == [404] * 8
