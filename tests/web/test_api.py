"""The API as an integrator meets it."""

import asyncio
import re
from datetime import timedelta

import pytest
from aiohttp import FormData
from sqlalchemy import func, select, update

from conversations.webhooks.models import WebhookDelivery, WebhookEndpoint
from onboarding import api_keys, clock
from onboarding.api_scopes import CHOSEN, Scope
from onboarding.models import ApiKey, Contact, DocumentSubmission, Membership
from onboarding.names import KeyKind, Role
from tests.onboarding.people import new_colleague
from tests.papers import pdf
from tests.web.integrator import Integrator, make_key
from tests.web.visitor import INGRID, KENJI, Visitor
from web.api.access import SCOPES
from web.api.routes import API_ROUTES, API_SCOPES
from web.api.v1 import OPERATIONS
from web.security.policies import Policy

NUMBER = "BD-2026-004217"
PROBLEM = "application/problem+json"
ASTRID = "astrid@nordlys.example"
NOBODYS = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
async def program(server, sessions):
    async with Integrator(server, make_key(sessions).secret) as program:
        yield program


def address(operation):
    values = {"number": NUMBER, "document": "TRADEMARK", "delivery_id": "1"}
    path = re.sub(r"{(\w+)}", lambda found: values.get(found[1], NOBODYS), operation.path)
    return path.removeprefix("/api/v1")


def assert_problem(answer, status, code=None):
    assert answer.status == status, answer.text
    assert answer.headers["Content-Type"].startswith(PROBLEM)
    found = answer.json
    assert {"type", "title", "status", "detail", "code", "request_id"} <= set(found)
    assert found["status"] == status
    assert found["request_id"] == answer.headers["X-Request-Id"]
    assert code is None or found["code"] == code


def test_every_route_of_the_api_has_a_policy_and_a_scope():
    closed = [(route.method, route.path) for route in API_ROUTES if route.policy is Policy.API]

    assert set(closed) == set(API_SCOPES)
    assert {route.path for route in API_ROUTES} - {path for _, path in closed} == {
        "/api/v1/oauth/token",
        "/api/v1/openapi.json",
    }


@pytest.mark.parametrize("scope", Scope)
async def test_a_key_opens_the_routes_of_its_scope_and_no_others(server, sessions, scope):
    chosen = [scope] if scope in CHOSEN else [Scope.LIVESTREAM_READ]
    allowed = {scope, *chosen, Scope.IDENTITY_READ}
    async with Integrator(server, make_key(sessions, *chosen).secret) as program:
        refused = {
            one.name for one in OPERATIONS if (await program.send(one.method, address(one))).status == 403
        }

    assert refused == {one.name for one in OPERATIONS if one.scope not in allowed}


async def test_a_route_without_a_scope_is_closed(server, program):
    server.app[SCOPES].pop(("GET", "/api/v1/livestream"))

    assert_problem(await program.get("/livestream"), 403)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)
async def test_nothing_opens_without_a_key(server, operation):
    async with Integrator(server, None) as stranger, Integrator(server, "bdk_made_up") as guesser:
        assert_problem(await stranger.send(operation.method, address(operation)), 401, "key_refused")
        assert_problem(await guesser.send(operation.method, address(operation)), 401, "key_refused")


async def test_a_cookie_opens_nothing(server):
    async with Visitor(server) as visitor:
        await visitor.sign_in(INGRID)
        page = await visitor.open("/api/v1/me")

    assert page.status == 401
    assert "Bearer" in page.headers["WWW-Authenticate"]


async def test_me_says_whom_the_key_acts_for(program):
    me = (await program.get("/me")).json

    assert (me["brand"], me["contact"], me["role"]) == ("Nordlys Skincare", "Ingrid Solberg", "owner")
    assert me["key"].startswith("bdk_")
    assert set(me["scopes"]) == set(Scope)


async def test_only_the_hash_of_a_key_is_kept(sessions):
    new = make_key(sessions)

    with sessions() as session:
        kept = session.get_one(ApiKey, new.key.id)
        assert all(new.secret not in str(getattr(kept, column.key)) for column in ApiKey.__table__.columns)


@pytest.mark.parametrize("how", ["revoked", "expired", "left"])
async def test_a_key_that_was_revoked_expired_or_whose_maker_left_opens_nothing(
    server, sessions, program, how
):
    with sessions.begin() as session:
        key = session.scalars(select(ApiKey)).one()
        if how == "revoked":
            api_keys.revoke(session, session.get_one(Contact, key.contact_id), key.brand_id, key.id)
        elif how == "expired":
            clock.advance(session, timedelta(days=90))
        else:
            session.delete(session.get_one(Membership, (key.contact_id, key.brand_id)))

    assert_problem(await program.get("/me"), 401, "key_refused")


async def test_a_key_does_no_more_than_its_maker_may_today(sessions, program):
    with sessions.begin() as session:
        key = session.scalars(select(ApiKey)).one()
        session.get_one(Membership, (key.contact_id, key.brand_id)).role = Role.VIEWER

    assert (await program.get("/applications")).status == 200
    assert_problem(await program.get("/webhooks"), 403, "role_too_low")


async def test_use_is_noted(sessions, program):
    await program.get("/me")

    with sessions() as session:
        assert session.scalars(select(ApiKey)).one().last_used_at == clock.now(session)


async def test_applications_checklist_and_documents_are_those_of_the_pages(program):
    found = (await program.get("/applications")).json["data"][0]
    checklist = (await program.get(f"/applications/{found['number']}/checklist")).json
    sent = (await program.get(f"/applications/{found['number']}/documents")).json["data"]

    assert found["number"] == NUMBER
    assert (await program.get(f"/applications/{NUMBER}")).json == found
    assert checklist["currently_due"]
    assert {one["document"] for one in checklist["items"]} >= {one["document"] for one in sent}


async def test_another_brand_s_ids_are_not_there(server, sessions, program):
    async with Integrator(server, make_key(sessions, email=KENJI, brand="Kumo").secret) as kumo:
        number = (await kumo.get("/applications")).json["data"][0]["number"]
        conversation = (await kumo.get("/conversations")).json["data"][0]["id"]
        webhook = (
            await kumo.post("/webhooks", {"url": "https://kumo.example/", "events": ["milestone.reached"]})
        ).json

    for path in (
        f"/applications/{number}",
        f"/applications/{number}/checklist",
        f"/applications/{number}/documents",
        f"/conversations/{conversation}",
        f"/conversations/{conversation}/messages",
        f"/webhooks/{webhook['id']}",
        f"/webhooks/{webhook['id']}/secret",
        f"/webhooks/{webhook['id']}/deliveries",
    ):
        assert_problem(await program.get(path), 404, "not_found")
    assert_problem(await program.send("DELETE", f"/webhooks/{webhook['id']}"), 404)
    assert_problem(
        await program.post(f"/conversations/{conversation}/messages", {"text": "Hello"}, key="k"), 404
    )


async def test_a_colleague_s_conversation_is_not_there(server, sessions, program):
    async with Integrator(server, make_key(sessions).secret) as own:
        conversation = (await own.get("/conversations")).json["data"][0]["id"]
    with sessions.begin() as session:
        new_colleague(session, ASTRID, Role.OWNER)
    async with Integrator(server, make_key(sessions, email=ASTRID).secret) as colleague:
        assert_problem(await colleague.get(f"/conversations/{conversation}/messages"), 404)


async def test_pages_are_whole_and_in_a_stable_order(server, sessions):
    async with Integrator(server, make_key(sessions, email=KENJI, brand="Kumo").secret) as program:
        whole = (await program.get("/sales/days?limit=100")).json["data"]
        seen, cursor = [], None
        while True:
            more = f"&cursor={cursor}" if cursor else ""
            page = (await program.get(f"/sales/days?limit=7{more}")).json
            seen += page["data"]
            cursor = page["next_cursor"]
            if cursor is None:
                break

    assert len(whole) > 7
    assert seen == whole


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=many", "limit=5&limit=6", "cursor=abc", "cursor=%00", "colour=red"]
)
async def test_a_query_that_is_not_as_described_is_a_problem(program, query):
    assert_problem(await program.get(f"/applications?{query}"), 422)


async def test_a_cursor_belongs_to_its_list(program):
    for _ in range(2):
        await program.post("/webhooks", {"url": "https://a.example/", "events": ["milestone.reached"]})
    cursor = (await program.get("/webhooks?limit=1")).json["next_cursor"]

    assert (await program.get(f"/webhooks?limit=1&cursor={cursor}")).status == 200
    assert_problem(await program.get(f"/applications?cursor={cursor}"), 422, "cursor_invalid")


async def conversation_of(program):
    return (await program.get("/conversations")).json["data"][0]["id"]


async def test_a_message_is_stored_once_however_often_it_is_sent(program):
    path = f"/conversations/{await conversation_of(program)}/messages"

    answers = [await program.post(path, {"text": "How many days are left?"}, key="order-1") for _ in range(3)]

    assert [answer.status for answer in answers] == [201] * 3
    assert len({answer.text for answer in answers}) == 1
    assert [answer.headers.get("Idempotency-Replayed") for answer in answers] == [None, "true", "true"]
    assert [one["text"] for one in (await program.get(path)).json["data"]] == ["How many days are left?"]


async def test_of_two_at_once_one_is_done(program):
    path = f"/conversations/{await conversation_of(program)}/messages"

    answers = await asyncio.gather(*(program.post(path, {"text": "Hello"}, key="twice") for _ in range(6)))

    assert {answer.status for answer in answers} == {201}
    assert len((await program.get(path)).json["data"]) == 1


async def test_the_same_key_for_another_request_is_a_problem(program):
    path = f"/conversations/{await conversation_of(program)}/messages"
    await program.post(path, {"text": "Hello"}, key="one")

    assert_problem(await program.post(path, {"text": "Goodbye"}, key="one"), 422, "idempotency_key_reused")


async def test_an_answer_is_kept_for_a_day(program, sessions):
    body = {"url": "https://a.example/", "events": ["milestone.reached"]}
    first = (await program.post("/webhooks", body, key="one")).json["id"]
    with sessions.begin() as session:
        clock.advance(session, timedelta(hours=23))
    second = (await program.post("/webhooks", body, key="one")).json["id"]
    with sessions.begin() as session:
        clock.advance(session, timedelta(hours=1))

    assert first == second
    assert (await program.post("/webhooks", body, key="one")).json["id"] != first


async def test_a_key_that_was_forgotten_is_a_new_one_for_messages_too(program, sessions):
    path = f"/conversations/{await conversation_of(program)}/messages"
    await program.post(path, {"text": "Hello"}, key="one")
    with sessions.begin() as session:
        clock.advance(session, timedelta(hours=25))

    later = await program.post(path, {"text": "Goodbye"}, key="one")

    assert (later.status, later.json["text"]) == (201, "Goodbye")
    assert [one["text"] for one in (await program.get(path)).json["data"]] == ["Hello", "Goodbye"]


async def added_webhook(program):
    body = {"url": "https://a.example/", "events": ["milestone.reached"]}
    return f"/webhooks/{(await program.post('/webhooks', body)).json['id']}"


async def test_what_was_changed_meanwhile_is_not_written_over(program):
    path = await added_webhook(program)
    read = (await program.get(path)).headers["ETag"]
    mine = {"If-Match": read}

    changed = await program.send("PATCH", path, json={"description": "Orders"}, headers=mine)
    late = await program.send("PATCH", path, json={"description": "Returns"}, headers=mine)
    kept = await program.send("DELETE", path, headers=mine)

    assert changed.status == 200
    assert changed.headers["ETag"] == (await program.get(path)).headers["ETag"] != read
    assert_problem(late, 412, "changed_meanwhile")
    assert_problem(kept, 412, "changed_meanwhile")
    assert (await program.get(path)).json["description"] == "Orders"
    assert (await program.send("DELETE", path, headers={"If-Match": changed.headers["ETag"]})).status == 204


async def test_of_two_changes_of_the_same_state_at_once_one_is_made(program):
    path = await added_webhook(program)
    mine = {"If-Match": (await program.get(path)).headers["ETag"]}

    answers = await asyncio.gather(
        *(program.send("PATCH", path, json={"description": f"{n}"}, headers=mine) for n in range(5))
    )

    assert sorted(answer.status for answer in answers) == [200, 412, 412, 412, 412]


async def test_pages_are_whole_while_the_list_grows(program):
    path = f"/conversations/{await conversation_of(program)}/messages"
    for number in range(5):
        await program.post(path, {"text": f"Message {number}"}, key=f"m{number}")
        await program.post(
            "/webhooks", {"url": f"https://{number}.example/", "events": ["milestone.reached"]}
        )
    hook = (await program.get("/webhooks")).json["data"][0]["id"]
    for _ in range(5):
        await program.post(f"/webhooks/{hook}/test")

    async def pages(address, grow):
        seen, cursor = [], None
        while True:
            page = (await program.get(f"{address}?limit=2{f'&cursor={cursor}' if cursor else ''}")).json
            seen += [one["id"] for one in page["data"]]
            cursor = page["next_cursor"]
            if cursor is None:
                return seen
            await grow(len(seen))

    async def another_message(n):
        await program.post(path, {"text": "Meanwhile"}, key=f"w{n}") if n < 5 else None

    async def another_test(n):
        await program.post(f"/webhooks/{hook}/test")

    messages = await pages(path, another_message)
    deliveries = await pages(f"/webhooks/{hook}/deliveries", another_test)

    assert messages == list(range(1, len(messages) + 1))
    assert deliveries == sorted(set(deliveries), reverse=True)
    assert len(deliveries) == 5


async def test_a_delivery_can_be_followed_and_the_log_asked_for_those_that_failed(program):
    path = await added_webhook(program)
    sent = (await program.post(f"{path}/test")).json

    found = await program.get(f"{path}/deliveries/{sent['id']}")

    assert found.json["event_id"] == sent["event_id"]
    assert (await program.get(f"{path}/deliveries?status=FAILED")).json["data"] == []
    assert_problem(await program.get(f"{path}/deliveries?status=LOST"), 422)
    assert_problem(await program.get(f"{await added_webhook(program)}/deliveries/{sent['id']}"), 404)


async def test_what_is_not_there_is_a_problem_and_no_page_above_the_version_too(server):
    async with Integrator(server, None) as stranger:
        for path in ("/api", "/api/", "/api/v1", "/api/v2/me"):
            async with stranger.http.get(server.make_url(path)) as answer:
                assert answer.status == 404
                assert answer.content_type == PROBLEM


async def test_work_that_was_refused_can_be_tried_again_under_its_key(program):
    added = (
        await program.post("/webhooks", {"url": "https://a.example/", "events": ["milestone.reached"]})
    ).json
    path = f"/webhooks/{added['id']}"
    await program.send("PATCH", path, json={"enabled": False})

    assert_problem(await program.post(f"{path}/test", key="one"), 409, "webhook_disabled")
    await program.send("PATCH", path, json={"enabled": True})
    assert (await program.post(f"{path}/test", key="one")).status == 202


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://10.0.0.1/", "address_refused"),
        ("http://a.example/", "address_refused"),
        ("https://intranet/", "address_refused"),
        ("https://a.example/#x", "address_refused"),
        ("https://a.example:port/", "address_refused"),
        ("ftp://a.example/", "invalid"),
        ("https://" + "a" * 2000, "invalid"),
    ],
)
async def test_a_webhook_goes_by_https_to_a_name_of_the_internet(program, url, code):
    added = await program.post("/webhooks", {"url": url, "events": ["milestone.reached"]})
    changed = await program.send("PATCH", await added_webhook(program), json={"url": url})

    for answer in (added, changed):
        assert_problem(answer, 422, code)
        assert answer.json["errors"][0]["field"] == "body.url"


@pytest.mark.parametrize("url", ["https://8.8.8.8/hook", "https://Integrator.Example:8443/hook?a=b"])
async def test_an_address_that_the_page_takes_is_taken_by_the_api(program, visitor, url):
    home = "/brands/nordlys-skincare/integrations/webhooks/new"
    await visitor.sign_in(INGRID)
    page = await visitor.submit(await visitor.open(home), home, url=url, events="milestone.reached")

    assert "The webhook is added." in page.words
    assert (await program.post("/webhooks", {"url": url, "events": ["milestone.reached"]})).status == 201


async def test_what_was_made_says_where_it_is(program):
    messages = f"/conversations/{await conversation_of(program)}/messages"
    body = {"url": "https://a.example/", "events": ["milestone.reached"]}

    added = await program.post("/webhooks", body, key="one")
    again = await program.post("/webhooks", body, key="one")
    written = [await program.post(messages, {"text": f"Message {n}"}, key=f"m{n}") for n in range(2)]
    sent = await upload(program, pdf(["A certificate"]))

    assert again.headers["Location"] == added.headers["Location"]
    assert (await program.get(there(added))).json == added.json
    assert [(await program.get(there(one))).json["data"] for one in written] == [
        [one.json] for one in written
    ]
    assert (await program.get(there(sent))).text.startswith("%PDF")


def there(answer):
    return answer.headers["Location"].removeprefix("/api/v1")


async def test_what_changes_by_itself_keeps_nobody_from_changing_a_webhook(program, sessions):
    path = await added_webhook(program)
    read = await program.get(path)
    with sessions.begin() as session:
        session.scalars(select(WebhookEndpoint)).one().failing_since = clock.now(session)
    await program.post(f"{path}/rotate-secret")

    now = await program.get(path, headers={"If-None-Match": read.headers["ETag"]})
    changed = await program.send(
        "PATCH", path, json={"description": "Orders"}, headers={"If-Match": read.headers["ETag"]}
    )

    assert (now.status, now.json["failing_since"] is None) == (200, False)
    assert changed.status == 200


async def test_a_secret_is_kept_by_nobody_on_the_way(program):
    answer = await program.get(f"{await added_webhook(program)}/secret")

    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers


@pytest.mark.parametrize("delivery", ["1000000000", "2147483647", "2147483648", "9999999999"])
async def test_a_delivery_of_any_number_is_looked_for(program, delivery):
    path = await added_webhook(program)

    assert_problem(await program.get(f"{path}/deliveries/{delivery}"), 404, "not_found")
    assert_problem(await program.post(f"{path}/deliveries/{delivery}/replay"), 404, "not_found")


async def test_a_delivery_whose_number_is_large_is_found(program, sessions):
    path = await added_webhook(program)
    sent = (await program.post(f"{path}/test")).json
    with sessions.begin() as session:
        session.execute(
            update(WebhookDelivery).where(WebhookDelivery.id == sent["id"]).values(id=2_000_000_000)
        )

    assert (await program.get(f"{path}/deliveries/2000000000")).json["event_id"] == sent["event_id"]


async def test_whoever_sends_a_key_that_is_refused_is_told_so_in_the_words_of_oauth(server):
    async with Integrator(server, None) as stranger, Integrator(server, "bdk_made_up") as guesser:
        unsaid, refused = await stranger.get("/me"), await guesser.get("/me")

    assert unsaid.headers["WWW-Authenticate"] == 'Bearer realm="api"'
    assert refused.headers["WWW-Authenticate"] == 'Bearer realm="api", error="invalid_token"'


async def test_a_message_needs_an_idempotency_key(program):
    path = f"/conversations/{await conversation_of(program)}/messages"

    assert_problem(await program.post(path, {"text": "Hello"}), 400, "idempotency_key_missing")


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"data": b"{", "headers": {"Content-Type": "application/json"}}, 400),
        ({"data": b'{"text": "\\ud800"}', "headers": {"Content-Type": "application/json"}}, 400),
        ({"data": b"text=Hello", "headers": {"Content-Type": "application/x-www-form-urlencoded"}}, 415),
        ({"data": b'"' + b"a" * 2_000_000 + b'"', "headers": {"Content-Type": "application/json"}}, 413),
        ({"data": b'"' + b"a" * 70_000 + b'"', "headers": {"Content-Type": "application/json"}}, 413),
        ({"json": {"text": ""}}, 422),
        ({"json": {"text": "a" * 2001}}, 422),
        ({"json": {"text": "with a NUL \x00"}}, 422),
        ({"json": {"text": 5}}, 422),
        ({"json": {"text": "Hello", "role": "person"}}, 422),
        ({"json": ["Hello"]}, 422),
    ],
)  # fmt: skip
async def test_a_body_that_is_not_as_described_is_a_problem(program, options, status):
    path = f"/conversations/{await conversation_of(program)}/messages"
    headers = {"Idempotency-Key": "one", **options.pop("headers", {})}

    assert_problem(await program.send("POST", path, headers=headers, **options), status)
    assert (await program.get(path)).json["data"] == []


async def test_problems_of_a_body_name_their_fields_and_repeat_no_values(program):
    answer = await program.post("/webhooks", {"url": 5, "events": ["secret-word"]})

    assert {one["field"] for one in answer.json["errors"]} == {"body.url", "body.events.0"}
    assert "secret-word" not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("PUT", "/me", 405),
        ("DELETE", "/applications", 405),
        ("OPTIONS", "/me", 405),
    ],
)
async def test_what_is_not_there_is_a_problem_and_no_page(program, method, path, status):
    answer = await program.send(method, path)

    assert_problem(answer, status)
    assert status != 405 or "GET" in answer.headers["Allow"]


async def test_reads_are_answered_briefly_where_nothing_changed(program):
    first = await program.get("/applications")
    again = await program.get("/applications", headers={"If-None-Match": first.headers["ETag"]})
    other = await program.get("/applications", headers={"If-None-Match": '"another"'})

    assert (again.status, again.text) == (304, "")
    assert (other.status, other.text) == (200, first.text)


async def test_an_id_of_the_request_is_kept_and_a_strange_one_replaced(program):
    assert (await program.get("/me", headers={"X-Request-Id": "mine-1"})).headers["X-Request-Id"] == "mine-1"
    assert (await program.get("/me", headers={"X-Request-Id": "<b>"})).headers["X-Request-Id"] != "<b>"


async def test_a_page_of_another_site_may_use_the_keys_that_are_for_it_alone(server, sessions, program):
    asked = {"Origin": "https://shop.example"}
    preflight = await program.send(
        "OPTIONS", "/me", headers={**asked, "Access-Control-Request-Method": "GET"}
    )
    assert (preflight.status, preflight.headers["Access-Control-Allow-Origin"]) == (204, "*")
    assert "Authorization" in preflight.headers["Access-Control-Allow-Headers"]

    refused = await program.get("/me", headers=asked)
    assert_problem(refused, 403, "origin_refused")
    key = make_key(sessions, origins=["https://shop.example"])
    async with Integrator(server, key.secret) as page:
        answer = await page.get("/me", headers=asked)
        elsewhere = await page.get("/me", headers={"Origin": "https://shop.example.evil.example"})

    assert answer.status == 200
    assert_problem(elsewhere, 403, "origin_refused")
    for one in (refused, answer):  # of a refusal a page is to hear why
        assert one.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in one.headers


async def test_the_page_to_try_it_out_may_use_every_key(server, program):
    own = str(server.make_url("/")).rstrip("/")
    assert (await program.get("/me", headers={"Origin": own})).status == 200


async def upload(program, content, *, document="TRADEMARK", key=None, name="certificate.pdf"):
    form = FormData()
    form.add_field("file", content, filename=name, content_type="application/pdf")
    headers = {"Idempotency-Key": key} if key else {}
    return await program.send(
        "POST", f"/applications/{NUMBER}/documents/{document}", data=form, headers=headers
    )


async def test_a_document_is_sent_listed_and_downloaded(program):
    content = pdf(["A certificate"])

    sent = await upload(program, content)
    listed = (await program.get(f"/applications/{NUMBER}/documents?limit=1")).json["data"][0]
    path = f"/applications/{NUMBER}/documents/TRADEMARK/files/{sent.json['file']['id']}"
    async with program.http.get(
        program._server.make_url(f"/api/v1{path}"), headers={"Authorization": f"Bearer {program._bearer}"}
    ) as file:
        assert await file.read() == content
        assert file.headers["Content-Disposition"].startswith("attachment")

        last = file.headers.get("Last-Modified", "Wed, 20 May 2026 08:00:00 GMT")
    for asked in ({"If-None-Match": "*"}, {"If-Match": '"x"'}, {"Range": "bytes=99999999-"}, {"Range": "x"}):
        whole = await program.get(path, headers=asked | {"If-Modified-Since": last})
        assert (whole.status, len(whole.text) > 0) == (200, True)

    assert (sent.status, sent.json["status"]) == (201, "CHECKING")
    assert listed["id"] == sent.json["id"]


async def test_a_document_sent_twice_under_one_key_is_one(program, sessions):
    content = pdf(["A certificate"])
    with sessions() as session:
        before = session.scalar(select(func.count()).select_from(DocumentSubmission))

    answers = [await upload(program, content, key="one") for _ in range(2)]
    other = await upload(program, pdf(["Another"]), key="one")

    assert [answer.status for answer in answers] == [201, 201]
    assert answers[0].text == answers[1].text
    assert_problem(other, 422, "idempotency_key_reused")
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(DocumentSubmission)) == before + 1


async def test_a_file_that_is_not_taken_is_a_problem(program):
    assert_problem(await upload(program, b"no picture at all"), 422)
    assert_problem(await upload(program, b""), 422)
    assert_problem(await upload(program, b"x" * 12_000_000), 413, "too_large")
    assert_problem(await program.post(f"/applications/{NUMBER}/documents/TRADEMARK", {}), 415)
    assert_problem(await upload(program, pdf(["x"]), document="NONSENSE"), 404)


@pytest.fixture
def settings(settings):
    import dataclasses

    return dataclasses.replace(settings, api_requests_in_a_minute=80)


async def test_requests_are_counted_and_too_many_told_to_wait(program):
    first = await program.get("/me")
    answers = [first] + [await program.get("/me") for _ in range(80)]

    assert first.headers["RateLimit-Policy"] == '"requests";q=80;w=60'
    assert re.fullmatch(r'"requests";r=79;t=\d+', first.headers["RateLimit"])
    assert_problem(answers[-1], 429, "too_many_requests")
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60


async def buy(server, **form):
    async with Integrator(server, None) as client:
        headers = form.pop("headers", {})
        return await client.send("POST", "/oauth/token", data=form, headers=headers)


async def test_a_client_buys_a_token_with_some_of_its_scopes(server, sessions):
    client = make_key(sessions, Scope.APPLICATIONS_READ, Scope.SALES_READ, kind=KeyKind.CLIENT)
    credentials = {"client_id": client.key.public_id, "client_secret": client.secret}

    bought = await buy(server, grant_type="client_credentials", scope="applications:read", **credentials)

    assert bought.json["token_type"] == "Bearer"
    assert bought.json["expires_in"] == 1800
    assert bought.json["scope"] == "applications:read identity:read"
    assert bought.headers["Cache-Control"] == "no-store"
    async with Integrator(server, bought.json["access_token"]) as program:
        assert (await program.get("/applications")).status == 200
        assert_problem(await program.get("/milestones"), 403, "scope_missing")
        with sessions.begin() as session:
            clock.advance(session, timedelta(minutes=30))
        assert_problem(await program.get("/applications"), 401)


async def test_the_secret_of_a_client_is_no_key(server, sessions):
    client = make_key(sessions, kind=KeyKind.CLIENT)

    async with Integrator(server, client.secret) as program:
        assert_problem(await program.get("/me"), 401)


async def test_revoking_a_client_ends_its_tokens(server, sessions):
    client = make_key(sessions, kind=KeyKind.CLIENT)
    bought = await buy(
        server, grant_type="client_credentials", client_id=client.key.public_id, client_secret=client.secret
    )
    with sessions.begin() as session:
        owner = session.get_one(Contact, client.key.contact_id)
        api_keys.revoke(session, owner, client.key.brand_id, client.key.id)

    async with Integrator(server, bought.json["access_token"]) as program:
        assert_problem(await program.get("/me"), 401)


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, 401, "invalid_client"),
        (
            {"grant_type": "client_credentials", "client_id": "bdc_1", "client_secret": "x"},
            401,
            "invalid_client",
        ),
    ],
)
async def test_a_token_that_is_refused_says_so_in_the_words_of_oauth(server, form, status, error):
    answer = await buy(server, **form)

    assert_problem(answer, status, error)
    assert answer.json["error"] == error
