"""Webhooks from the API to a server that takes them."""

import asyncio
import base64
import hashlib
import hmac
import json
import time
from datetime import UTC, datetime, timedelta

import aiohttp
import jsonschema
import pytest

from conversations import lookup, messages
from conversations.messages import Inbound
from conversations.webhooks import line, sending, worker
from conversations.webhooks.names import CHOSEN, EventType
from onboarding import clock
from onboarding.brands import application_of
from onboarding.models import Milestone
from onboarding.requirements import newest_submissions
from tests.onboarding.people import INGRID, KENJI, brand, contact
from tests.web.integrator import Integrator, make_key
from tests.web.receiver import receiver
from web.keys import SECRET

# With two at once to each, more than are sent at once to all.
MANY_WEBHOOKS = worker.AT_ONCE // 2 + 1


@pytest.fixture
async def program(server, sessions):
    async with Integrator(server, make_key(sessions).secret) as program:
        yield program


@pytest.fixture
async def hook():
    async with receiver() as hook:
        yield hook


async def added(program, hook, *events):
    body = {"url": hook.url, "events": list(events) or ["application.stage_changed"]}
    return (await program.post("/webhooks", body)).json


def is_signed_by(taken, secret):
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{taken.headers['webhook-id']}.{taken.headers['webhook-timestamp']}.".encode() + taken.body
    good = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    return f"v1,{good}" in taken.headers["webhook-signature"].split()


async def secret_of(program, webhook):
    return (await program.get(f"/webhooks/{webhook['id']}/secret")).json["secret"]


async def settled(program, webhook, deliveries=1):
    """The newest delivery with an attempt, once so many have one."""
    async with asyncio.timeout(15):
        while True:
            found = (await program.get(f"/webhooks/{webhook['id']}/deliveries")).json["data"]
            tried = [delivery for delivery in found if delivery["attempts"]]
            if len(tried) >= deliveries:
                return tried[0]


async def test_a_test_event_arrives_signed_and_is_in_the_log(program, hook):
    webhook = await added(program, hook)
    await program.post(f"/webhooks/{webhook['id']}/test")

    taken = await hook.next()

    assert is_signed_by(taken, await secret_of(program, webhook))
    assert abs(int(taken.headers["webhook-timestamp"]) - time.time()) < 60
    assert taken.headers["webhook-key-id"] == webhook["key_ids"][0]
    assert json.loads(taken.body)["type"] == "webhook.test"
    delivery = await settled(program, webhook)
    assert delivery["status"] == "DELIVERED"
    assert delivery["event_id"] == taken.headers["webhook-id"]
    assert [attempt["status_code"] for attempt in delivery["attempts"]] == [204]


async def test_what_happens_is_told(program, hook, sessions):
    await added(program, hook)
    with sessions.begin() as session:
        from onboarding import stages
        from onboarding.names import Stage

        application = application_of(session, brand(session, "Nordlys Skincare"))
        stages.move(session, application, Stage.DOCUMENT_REVIEW, by="A test")

    told = json.loads((await hook.next()).body)

    assert told["type"] == "application.stage_changed"
    assert told["data"]["application"] == "BD-2026-004217"


def happens(session):
    """One thing of each kind that is told."""
    from onboarding import clock, stages
    from onboarding.names import DocumentStatus, DocumentType, Stage

    nordlys, ingrid = brand(session, "Nordlys Skincare"), contact(session, INGRID)
    application = application_of(session, nordlys)
    stages.move(session, application, Stage.DOCUMENT_REVIEW, by="A test")
    newest_submissions(session, application)[DocumentType.BUSINESS_REG].status = DocumentStatus.EXPIRED
    session.add(Milestone(brand_id=nordlys.id, tier="T1", reached_on=clock.today_in_china(session)))
    own = lookup.open_for_contact(session, ingrid.id)
    messages.receive(session, Inbound(own.id, "web", "1", "hello"))
    own.owner = "waiting"


async def test_each_event_is_as_the_document_describes_it(program, hook, sessions):
    await added(program, hook, *CHOSEN)
    await program.post(f"/webhooks/{(await program.get('/webhooks')).json['data'][0]['id']}/test")
    with sessions.begin() as session:
        happens(session)

    document = (await program.get("/openapi.json")).json
    told = [json.loads((await hook.next()).body) for _ in range(6)]

    assert {one["type"] for one in told} == set(document["webhooks"]) == set(EventType)
    for one in told:
        schema = document["webhooks"][one["type"]]["post"]["requestBody"]["content"]["application/json"][
            "schema"
        ]
        jsonschema.validate(one, {**schema, "components": document["components"]})


async def test_a_failure_is_tried_again_under_the_same_id(program, hook):
    hook.answers = [503, 204]
    webhook = await added(program, hook)
    await program.post(f"/webhooks/{webhook['id']}/test")

    first, second = await hook.next(), await hook.next()

    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body


async def test_a_receiver_that_asks_for_time_gets_it(program, hook):
    hook.answers, hook.retry_after = [503], "3600"
    webhook = await added(program, hook)
    await program.post(f"/webhooks/{webhook['id']}/test")

    delivery = await settled(program, webhook)

    wait = datetime.fromisoformat(delivery["next_attempt_at"]) - datetime.now(UTC)
    assert timedelta(minutes=59) < wait < timedelta(minutes=67)


async def test_a_delivery_that_is_under_way_is_not_sent_again_beside_it(program, hook):
    hook.open.clear()
    webhook = await added(program, hook)
    sent = (await program.post(f"/webhooks/{webhook['id']}/test")).json
    await hook.next()

    refused = await program.post(f"/webhooks/{webhook['id']}/deliveries/{sent['id']}/replay")
    hook.open.set()

    assert (refused.status, refused.json["code"]) == (409, "delivery_under_way")
    assert [one["status_code"] for one in (await settled(program, webhook))["attempts"]] == [204]


async def test_a_delivery_is_sent_again_on_demand(program, hook):
    webhook = await added(program, hook)
    await program.post(f"/webhooks/{webhook['id']}/test")
    first = await hook.next()
    delivery = await settled(program, webhook)

    answer = await program.post(f"/webhooks/{webhook['id']}/deliveries/{delivery['id']}/replay")
    second = await hook.next()

    assert answer.status == 202
    assert second.headers["webhook-id"] == first.headers["webhook-id"]


async def test_a_redirect_is_not_followed(program, hook):
    hook.answers = [307]
    webhook = await added(program, hook)
    await program.post(f"/webhooks/{webhook['id']}/test")
    await hook.next()

    delivery = await settled(program, webhook)

    assert [attempt["status_code"] for attempt in delivery["attempts"]] == [307]
    assert delivery["status"] == "PENDING"


async def test_while_a_secret_is_replaced_both_sign(program, hook):
    webhook = await added(program, hook)
    old = await secret_of(program, webhook)
    rotated = (await program.post(f"/webhooks/{webhook['id']}/rotate-secret")).json
    new = await secret_of(program, webhook)
    await program.post(f"/webhooks/{webhook['id']}/test")

    taken = await hook.next()

    assert old != new
    assert is_signed_by(taken, old)
    assert is_signed_by(taken, new)
    assert taken.headers["webhook-key-id"].split() == rotated["key_ids"]


async def test_a_secret_that_is_replaced_twice_leaves_the_first_one_signing_for_its_day(
    program, hook, sessions
):
    webhook = await added(program, hook)
    path = f"/webhooks/{webhook['id']}"
    old = await secret_of(program, webhook)
    await program.post(f"{path}/rotate-secret")

    again = await program.post(f"{path}/rotate-secret")
    await program.post(f"{path}/test")

    assert (again.status, again.json["code"]) == (409, "secret_just_replaced")
    assert is_signed_by(await hook.next(), old)
    with sessions.begin() as session:
        clock.advance(session, timedelta(hours=24))
    assert (await program.post(f"{path}/rotate-secret")).status == 200


async def test_a_secret_that_others_know_is_replaced_at_once(program, hook):
    webhook = await added(program, hook)
    path = f"/webhooks/{webhook['id']}"
    known = await secret_of(program, webhook)
    await program.post(f"{path}/rotate-secret")
    known_too = await secret_of(program, webhook)

    revoked = (await program.post(f"{path}/revoke-secret")).json
    await program.post(f"{path}/test")

    taken = await hook.next()
    assert is_signed_by(taken, await secret_of(program, webhook))
    assert not is_signed_by(taken, known)
    assert not is_signed_by(taken, known_too)
    assert [taken.headers["webhook-key-id"]] == revoked["key_ids"]


async def test_no_secret_is_in_the_database(program, hook, sessions, server):
    from tests.conversations.test_personal_data import everywhere

    webhook = await added(program, hook)
    await program.post(f"/webhooks/{webhook['id']}/rotate-secret", key="one")
    secret = await secret_of(program, webhook)

    with sessions() as session:
        assert everywhere(session, secret.removeprefix("whsec_")[:20]) == []
    assert server.app[SECRET]


async def test_a_webhook_is_changed_switched_off_and_deleted(program, hook):
    webhook = await added(program, hook)
    path = f"/webhooks/{webhook['id']}"

    off = await program.send("PATCH", path, json={"enabled": False, "events": ["milestone.reached"]})
    refused = await program.post(f"{path}/test")
    on = await program.send("PATCH", path, json={"enabled": True})
    deleted = await program.send("DELETE", path)

    assert (off.json["enabled"], off.json["why_disabled"], off.json["events"]) == (
        False,
        "BY_OWNER",
        ["milestone.reached"],
    )
    assert (refused.status, refused.json["code"]) == (409, "webhook_disabled")
    assert on.json["enabled"]
    assert (deleted.status, deleted.text) == (204, "")
    assert (await program.get(path)).status == 404


@pytest.fixture
def patient_sender(monkeypatch):
    """On a slow machine it would give up on a receiver that hangs before the test is done with it."""
    monkeypatch.setattr(sending, "_TIMEOUT", aiohttp.ClientTimeout(total=120))
    monkeypatch.setattr(line, "_HELD_FOR", timedelta(seconds=150))


@pytest.mark.usefixtures("patient_sender")
async def test_a_receiver_that_hangs_holds_up_nobody_elses_deliveries(program, hook):
    async with receiver() as other:
        hook.open.clear()
        slow, quick = await added(program, hook), await added(program, other)
        sent = [(await program.post(f"/webhooks/{slow['id']}/test")).json["event_id"] for _ in range(12)]
        hanging = [await hook.next(), await hook.next()]
        await program.post(f"/webhooks/{quick['id']}/test")

        assert (await other.next()).headers["webhook-id"]
        assert hook.most_at_once == 2

        hook.open.set()
        taken = [*hanging, *[await hook.next() for _ in range(10)]]

    assert sorted(one.headers["webhook-id"] for one in taken) == sorted(sent)
    assert hook.most_at_once == 2


@pytest.mark.usefixtures("patient_sender")
async def test_a_brand_whose_receivers_all_hang_holds_up_no_other_brand(program, hook, server, sessions):
    async with (
        receiver() as other,
        Integrator(server, make_key(sessions, email=KENJI, brand="Kumo").secret) as kumo,
    ):
        hook.open.clear()
        sent = []
        for webhook in [await added(program, hook) for _ in range(MANY_WEBHOOKS)]:
            for _ in range(2):
                sent.append((await program.post(f"/webhooks/{webhook['id']}/test")).json["event_id"])
        hanging = [await hook.next() for _ in range(line.AT_ONCE_OF_BRAND)]
        await kumo.post(f"/webhooks/{(await added(kumo, other))['id']}/test")

        assert (await other.next()).headers["webhook-id"]
        hook.open.set()
        taken = [*hanging, *[await hook.next() for _ in sent[len(hanging) :]]]

    assert sorted(one.headers["webhook-id"] for one in taken) == sorted(sent)
    assert hook.most_at_once == line.AT_ONCE_OF_BRAND


async def test_what_waited_while_a_webhook_was_off_is_sent_when_it_is_on_again(program, hook):
    hook.open.clear()
    webhook = await added(program, hook)
    path = f"/webhooks/{webhook['id']}"
    sent = [(await program.post(f"{path}/test")).json["event_id"] for _ in range(4)]
    hanging = [await hook.next(), await hook.next()]
    await program.send("PATCH", path, json={"enabled": False})
    hook.open.set()
    await settled(program, webhook, 2)

    await program.send("PATCH", path, json={"enabled": True})

    taken = [*hanging, await hook.next(), await hook.next()]
    assert sorted(one.headers["webhook-id"] for one in taken) == sorted(sent)
