"""What ends with somebody's place in a brand: keys, the chat on its sites, and what webhooks hear of them."""

from uuid import UUID, uuid4

import pytest
from aiohttp import ClientSession
from sqlalchemy import select

from conversations import lookup, messages
from conversations.messages import Inbound
from conversations.webhooks.models import WebhookEndpoint, WebhookEvent
from conversations.webhooks.names import EventType
from onboarding import chat_sites, people
from onboarding.models import ChatSite, Contact
from onboarding.names import PeopleEvent, Role
from tests.onboarding.people import brand, contact, new_colleague
from tests.web.host_site import register, vouch
from tests.web.integrator import Integrator, make_key
from tests.web.test_embed import Frame
from tests.web.visitor import INGRID
from web.keys import SECRET

ASTRID = "astrid@nordlys.example"
PEOPLE = "/brands/nordlys-skincare/people"
HOME = "/brands/nordlys-skincare/integrations"
HOOK = {"url": "https://astrid.example/", "events": ["message.created", "milestone.reached"]}


@pytest.fixture
def astrid(sessions) -> Contact:
    """An owner beside Ingrid."""
    with sessions.begin() as session:
        return new_colleague(session, ASTRID, Role.OWNER)


@pytest.fixture
async def program(server, sessions, astrid):
    """Astrid's."""
    async with Integrator(server, make_key(sessions, email=ASTRID).secret) as program:
        yield program


async def remove(visitor, person):
    await visitor.sign_in(INGRID)
    page = await visitor.open(f"{PEOPLE}/{person.id}/remove")
    await visitor.submit(page, page.path)
    return page


def come_back(sessions, person, role=Role.VIEWER):
    with sessions.begin() as session:
        nordlys = brand(session, "Nordlys Skincare")
        people.add(session, nordlys.id, person.id, role, PeopleEvent.JOINED, by=None)


def write(sessions, email):
    with sessions.begin() as session:
        own = lookup.open_for_contact(session, contact(session, email).id)
        messages.receive(session, Inbound(own.id, "web", uuid4().hex, "Something private"))
        return str(own.id)


def told(sessions):
    with sessions() as session:
        return [event.data.get("conversation") for event in session.scalars(select(WebhookEvent))]


@pytest.mark.parametrize("how", ["removed", "left"])
async def test_keys_stay_ended_though_their_maker_comes_back(program, visitor, sessions, astrid, how):
    if how == "removed":
        page = await remove(visitor, astrid)
        assert "Their keys for the API stop working" in page.words
    else:
        await visitor.sign_in(ASTRID)
        await visitor.submit(await visitor.open(f"{PEOPLE}/leave"), f"{PEOPLE}/leave")
    gone = await program.get("/me")

    come_back(sessions, astrid, Role.OWNER)

    assert (gone.status, (await program.get("/me")).status) == (401, 401)


async def test_a_chat_on_a_site_ends_with_its_persons_place_and_their_yes_with_it(
    server, visitor, sessions, astrid
):
    site, key = register(sessions, "https://shop.example"), server.app[SECRET]
    frame = Frame(server, site)
    with sessions.begin() as session:
        chat_sites.allow(session, astrid, session.get_one(ChatSite, site.id), None)
    _, opened = await frame.open(identity=vouch(key, site, sub=ASTRID))
    async with ClientSession() as http:
        chat = await frame.chat(http, opened["token"])
        await chat.hear("history")
        await remove(visitor, astrid)
        closed = chat.closed()
        await chat.say(type="msg", cid="c1", text="Still there?")
        assert await closed == 4401
    come_back(sessions, astrid)

    assert (await frame.open(token=opened["token"]))[1]["who"] == ""
    assert (await frame.open(identity=vouch(key, site, sub=ASTRID)))[0] == 401
    assert (await frame.open(identity=vouch(key, site)))[0] == 200


async def test_a_webhook_shows_who_set_it_up_and_that_they_left(program, visitor, colleague, astrid):
    hook = (await program.post("/webhooks", HOOK)).json["id"]
    await colleague.sign_in(INGRID)
    before = await colleague.open(HOME)
    await remove(visitor, astrid)
    after, page = await visitor.open(HOME), await visitor.open(f"{HOME}/webhooks/{hook}")

    assert "Set up by Astrid" in before.words
    assert "Set up by somebody who left" not in before.words
    assert "Set up by somebody who left" in after.words
    assert "Set up by somebody who left" in page.words
    assert "It still sends events of Nordlys Skincare there" in page.words


async def test_a_webhook_hears_no_more_of_the_conversation_of_whoever_added_it_and_left(
    program, visitor, sessions, astrid
):
    hook = (await program.post("/webhooks", HOOK)).json["id"]
    await remove(visitor, astrid)
    come_back(sessions, astrid)
    write(sessions, ASTRID)

    assert told(sessions) == []
    with sessions() as session:
        assert session.get_one(WebhookEndpoint, UUID(hook)).events == ["milestone.reached"]


async def test_a_webhook_that_another_owner_changes_hears_of_that_owners_conversation_at_most(
    program, server, sessions
):
    path = f"/webhooks/{(await program.post('/webhooks', HOOK)).json['id']}"
    write(sessions, ASTRID)
    async with Integrator(server, make_key(sessions).secret) as other:
        named = await other.send("PATCH", path, json={"description": "Orders"})
        moved = await other.send("PATCH", path, json={"url": "https://ingrid.example/"})
        waiting = (await other.get(f"{path}/deliveries")).json["data"]
        asked = await other.send("PATCH", path, json={"events": HOOK["events"]})
    before = len(told(sessions))
    write(sessions, ASTRID)
    own = write(sessions, INGRID)

    assert named.json["events"] == HOOK["events"]
    assert moved.json["events"] == ["milestone.reached"]
    assert waiting == []
    assert asked.json["events"] == HOOK["events"]
    assert told(sessions)[before:] == [own]


async def test_whoever_added_a_webhook_changes_it_as_before(program, sessions):
    path = f"/webhooks/{(await program.post('/webhooks', HOOK)).json['id']}"
    moved = await program.send("PATCH", path, json={"url": "https://b.example/"})

    assert moved.json["events"] == HOOK["events"]
    assert told(sessions) == []
    assert [write(sessions, ASTRID)] == told(sessions)


async def test_a_webhook_for_one_brand_hears_nothing_of_a_conversation_about_several(
    program, sessions, astrid
):
    await program.post("/webhooks", HOOK)
    with sessions.begin() as session:
        kumo = brand(session, "Kumo")
        people.add(session, kumo.id, astrid.id, Role.OWNER, PeopleEvent.JOINED, by=None)
    write(sessions, ASTRID)
    refused = await program.post("/webhooks", HOOK)

    assert told(sessions) == []
    assert (refused.status, refused.json["code"]) == (403, "conversation_of_several_brands")
    assert EventType.MESSAGE_CREATED not in refused.json["detail"]
