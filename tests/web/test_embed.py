"""The chat on other sites, without a browser: who is believed, and what a token opens."""

import asyncio
import base64
import json
import time
from uuid import UUID

import pytest
from aiohttp import ClientSession, WSServerHandshakeError
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select

from conversations import lookup
from onboarding import chat_sites, people
from onboarding.models import Brand, ChatSite, Contact, Membership, WebSession
from onboarding.names import PeopleEvent, ProofAlgorithm, Role, Stage
from onboarding.secret_versions import JustReplaced
from tests.onboarding.people import application, new_colleague
from tests.web.host_site import register, vouch
from tests.web.real_assistant import RealAssistant
from tests.web.visitor import INGRID, SOFIA, Chat, Visitor
from web.keys import SECRET

SHOP = "https://shop.example"
HOME = "/brands/nordlys-skincare/integrations"
ASTRID = "astrid@nordlys.example"


@pytest.fixture
def site(sessions):
    return register(sessions, SHOP)


@pytest.fixture
def key(server):
    return server.app[SECRET]


class Frame:
    def __init__(self, server, site):
        self.server, self.site = server, site
        self.origin = str(server.make_url("/")).rstrip("/")

    async def open(self, **body):
        headers = {"Origin": self.origin, "Sec-Fetch-Site": "same-origin"}
        address = self.server.make_url(f"/embed/{self.site.id}/session")
        async with ClientSession() as http, http.post(address, json=body, headers=headers) as answer:
            return answer.status, (await answer.json() if "json" in answer.content_type else None)

    async def chat(self, http, token, protocol="brand-desk"):
        socket = await http.ws_connect(
            self.server.make_url(f"/embed/{self.site.id}/socket"),
            headers={"Origin": self.origin},
            protocols=(protocol, token),
        )
        chat = Chat(socket)
        await chat.say(type="hello", after=0)
        return chat


@pytest.fixture
def frame(server, site):
    return Frame(server, site)


async def test_the_frame_may_stand_on_the_sites_origins_alone(visitor, site):
    page = await visitor.open(f"/embed/{site.id}")

    assert f"frame-ancestors {SHOP};" in page.headers["Content-Security-Policy"] + ";"
    assert "X-Frame-Options" not in page.headers
    assert "unsafe" not in page.headers["Content-Security-Policy"]


async def test_the_frame_is_not_given_to_a_page_of_another_site(visitor, site):
    assert (
        await visitor.open(f"/embed/{site.id}", headers={"Referer": "https://evil.example/"})
    ).status == 403
    assert (await visitor.open(f"/embed/{site.id}", headers={"Referer": f"{SHOP}/"})).status == 200


@pytest.mark.parametrize("site_id", ["00000000-0000-4000-8000-000000000000", "nonsense"])
async def test_a_site_that_nobody_registered_is_not_there(visitor, site_id):
    page = await visitor.open(f"/embed/{site_id}")

    assert page.status == 404
    assert page.headers["X-Frame-Options"] == "DENY"


async def test_the_frame_says_nothing_about_whoever_is_signed_in_here(visitor, site):
    await visitor.sign_in(INGRID)

    assert "Ingrid" not in (await visitor.open(f"/embed/{site.id}")).html


async def test_the_script_can_be_loaded_by_other_sites(visitor):
    page = await visitor.open("/embed.js")

    assert page.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "javascript" in page.headers["Content-Type"]


async def test_a_visitor_chats_and_goes_on_with_the_token(frame):
    _, first = await frame.open()
    _, again = await frame.open(token=first["token"])

    assert first["who"] == ""
    assert again == first


async def test_whom_the_site_vouches_for_has_their_own_conversation(frame, site, key, sessions):
    with sessions.begin() as session:
        ingrid = session.scalars(select(Contact).where(Contact.email == INGRID)).one()
        own = lookup.open_for_contact(session, ingrid.id).id

    status, opened = await frame.open(identity=vouch(key, site))
    async with ClientSession() as http:
        chat = await frame.chat(http, opened["token"])
        await chat.write("Hello from the shop", "c1")
        await chat.hear("ack")

    assert (status, opened["who"]) == (200, str(ingrid.id))
    async with Visitor(frame.server) as visitor:
        await visitor.sign_in(INGRID)
        history = await (await visitor.chat()).hear("history")
    assert [item["text"] for item in history["items"]] == ["Hello from the shop"]
    with sessions() as session:
        assert lookup.open_for_contact(session, ingrid.id).id == own


async def test_what_a_visitor_wrote_is_theirs_once_they_are_known(frame, site, key):
    _, visitor = await frame.open()
    async with ClientSession() as http:
        chat = await frame.chat(http, visitor["token"])
        await chat.write("Before", "c1")
        await chat.hear("ack")
        _, known = await frame.open(identity=vouch(key, site), token=visitor["token"])
        history = await (await frame.chat(http, known["token"])).hear("history")

    assert [item["text"] for item in history["items"]] == ["Before"]
    assert (await frame.open(token=visitor["token"]))[1]["who"] == ""


def es256():
    pair = ec.generate_private_key(ec.SECP256R1())
    public = pair.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return pair, public.decode()


async def test_a_site_may_sign_with_a_key_of_its_own(server, sessions, key):
    pair, public = es256()
    site = register(sessions, SHOP, algorithm=ProofAlgorithm.ES256, public_key=public)
    other, _ = es256()

    assert (await Frame(server, site).open(identity=vouch(key, site, key=pair)))[0] == 200
    assert (await Frame(server, site).open(identity=vouch(key, site, key=other)))[0] == 401


def unsigned(site):
    parts = ({"alg": "none"}, {"aud": str(site.id), "sub": INGRID, "iat": 0, "exp": 2**33, "jti": "12345678"})
    return (
        ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
        + "."
    )


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"exp": int(time.time()) - 60, "iat": int(time.time()) - 120}, "identity_expired"),
        ({"exp": int(time.time()) + 86400}, "identity_refused"),
        ({"iat": int(time.time()) + 10**6, "exp": int(time.time()) + 10**6 + 100}, "identity_refused"),
        ({"aud": "another site"}, "identity_refused"),
        ({"aud": None}, "identity_refused"),
        ({"exp": None}, "identity_refused"),
        ({"iat": None}, "identity_refused"),
        ({"jti": None}, "identity_refused"),
        ({"jti": "short"}, "identity_refused"),
        ({"sub": None}, "identity_refused"),
        ({"sub": "x" * 300}, "identity_refused"),
        ({"key": "another secret that is long enough for this"}, "identity_refused"),
        ({"version": 2}, "identity_refused"),
        ({"sub": "nobody@nordlys.example"}, "identity_unknown"),
        ({"sub": SOFIA}, "identity_unknown"),
        ({"sub": "kenji@kumo.example"}, "identity_unknown"),
    ],
)
async def test_a_proof_that_is_not_good_opens_nothing(frame, site, key, claims, code):
    status, answer = await frame.open(identity=vouch(key, site, **claims))

    assert (status, answer["code"]) == (401, code)
    assert set(answer) == {"code", "refused"}


async def test_an_unsigned_proof_opens_nothing(frame, site):
    assert (await frame.open(identity=unsigned(site)))[0] == 401


async def test_a_proof_works_once_but_for_the_page_that_was_reloaded(frame, site, key):
    proof = vouch(key, site)
    _, opened = await frame.open(identity=proof)

    status, answer = await frame.open(identity=proof)
    again, same = await frame.open(identity=proof, token=opened["token"])

    assert (status, answer["code"]) == (401, "identity_used")
    assert (again, same) == (200, opened)


@pytest.fixture
def astrid(sessions):
    """A colleague of Ingrid's, who acts for Nordlys Skincare alone."""
    with sessions.begin() as session:
        return new_colleague(session, ASTRID, Role.EDITOR)


async def say_yes(visitor, site, external_id=""):
    page = await visitor.open(f"{HOME}/sites/{site.id}")
    return await visitor.submit(page, f"{page.path}/allow", external_id=external_id)


async def test_whoever_adds_a_site_is_not_vouched_for_before_they_said_yes(frame, visitor, sessions, key):
    await visitor.sign_in(INGRID)
    fields = {"name": "Portal", "origins": SHOP, "algorithm": "HS256", "public_key": ""}
    page = await visitor.submit(await visitor.open(f"{HOME}/sites/new"), f"{HOME}/sites/new", **fields)
    with sessions() as session:
        frame.site = session.get_one(ChatSite, UUID(page.path.rpartition("/")[2]))
    before = await frame.open(identity=vouch(key, frame.site))

    await say_yes(visitor, frame.site)

    assert "Not allowed yet" in page.words
    assert before[0] == 401
    assert (await frame.open(identity=vouch(key, frame.site)))[0] == 200


async def test_who_says_yes_is_told_who_can_open_it(visitor, astrid, site):
    await visitor.sign_in(ASTRID)

    page = await visitor.open(f"{HOME}/sites/{site.id}")

    assert "every owner of Nordlys Skincare" in page.words
    assert "can read all of it there and write in your name" in page.words


async def test_a_name_that_a_colleague_enters_counts_once_an_owner_has_confirmed_it(
    frame, site, key, visitor, colleague, astrid
):
    await visitor.sign_in(ASTRID)
    asked = await say_yes(visitor, site, "customer-17")
    early, _ = await frame.open(identity=vouch(key, site, sub="customer-17"))
    await colleague.sign_in(INGRID)
    page = await colleague.open(f"{HOME}/sites/{site.id}")
    await colleague.submit(page, f"{page.path}/people/{astrid.id}/confirm", external_id="customer-17")
    _, opened = await frame.open(identity=vouch(key, site, sub="customer-17"))
    by_address, _ = await frame.open(identity=vouch(key, site, sub=ASTRID))
    await say_yes(visitor, site, "customer-18")

    assert "An owner has to confirm this name" in asked.words
    assert "Astrid goes by customer-17" in page.words
    assert (early, by_address) == (401, 401)
    assert opened["who"] == str(astrid.id)
    assert opened["name"] == "Astrid"
    assert (await frame.open(identity=vouch(key, site, sub="customer-18")))[0] == 401
    assert (await frame.open(token=opened["token"]))[1]["who"] == ""


async def test_an_owner_refuses_a_name_and_what_was_opened_by_it_ends(
    frame, site, key, visitor, colleague, astrid, sessions
):
    await visitor.sign_in(ASTRID)
    await say_yes(visitor, site, "customer-17")
    await colleague.sign_in(INGRID)
    page = await colleague.open(f"{HOME}/sites/{site.id}")
    await colleague.submit(page, f"{page.path}/people/{astrid.id}/confirm", external_id="customer-17")
    _, opened = await frame.open(identity=vouch(key, site, sub="customer-17"))
    await colleague.submit(page, f"{page.path}/people/{astrid.id}/refuse", external_id="customer-17")

    assert (await frame.open(identity=vouch(key, site, sub="customer-17")))[0] == 401
    assert (await frame.open(token=opened["token"]))[1]["who"] == ""
    assert (await frame.open(identity=vouch(key, site, sub=ASTRID)))[0] == 200


async def test_what_was_changed_meanwhile_is_not_confirmed(frame, site, key, visitor, colleague, astrid):
    await visitor.sign_in(ASTRID)
    await say_yes(visitor, site, "customer-17")
    await colleague.sign_in(INGRID)
    page = await colleague.open(f"{HOME}/sites/{site.id}")
    await say_yes(visitor, site, "customer-1")
    confirm = f"{page.path}/people/{astrid.id}/confirm"

    assert (await colleague.submit(page, confirm, external_id="customer-17")).status == 404
    assert (await frame.open(identity=vouch(key, site, sub="customer-1")))[0] == 401


async def test_only_owners_confirm_names(site, visitor, astrid):
    await visitor.sign_in(ASTRID)
    page = await say_yes(visitor, site, "customer-17")
    confirm = f"{HOME}/sites/{site.id}/people/{astrid.id}/confirm"

    assert "goes by" not in page.words
    assert (await visitor.submit(page, confirm, external_id="customer-17")).status == 403


async def test_an_owners_own_name_counts_at_once(frame, site, key, visitor):
    await visitor.sign_in(INGRID)
    await say_yes(visitor, site, "owner-1")

    status, opened = await frame.open(identity=vouch(key, site, sub="owner-1"))

    assert (status, opened["name"]) == (200, "Ingrid Solberg")


async def test_a_colleague_who_says_no_again_is_vouched_for_no_longer(frame, site, key, visitor, astrid):
    await visitor.sign_in(ASTRID)
    page = await say_yes(visitor, site)
    _, opened = await frame.open(identity=vouch(key, site, sub=ASTRID))
    await visitor.submit(page, f"{HOME}/sites/{site.id}/forbid")

    assert opened["who"] == str(astrid.id)
    assert (await frame.open(identity=vouch(key, site, sub=ASTRID)))[0] == 401
    assert (await frame.open(token=opened["token"]))[1]["who"] == ""


async def test_nobody_goes_by_a_colleagues_address(site, visitor, astrid):
    await visitor.sign_in(ASTRID)

    page = await say_yes(visitor, site, INGRID)

    assert page.status == 422
    assert "Somebody else goes by this name" in page.words


async def test_a_conversation_about_several_brands_is_shown_on_no_site_of_one(site, visitor):
    await visitor.sign_in(SOFIA)

    page = await say_yes(visitor, site)

    assert page.status == 422
    assert "is about other brands as well" in page.words


async def test_whoever_begins_to_act_for_another_brand_is_vouched_for_no_more(frame, site, key, sessions):
    _, opened = await frame.open(identity=vouch(key, site))
    async with ClientSession() as http:
        chat = await frame.chat(http, opened["token"])
        await chat.hear("history")
        with sessions.begin() as session:
            kumo = session.scalars(select(Brand.id).where(Brand.name == "Kumo")).one()
            people.add(session, kumo, site.registered_by, Role.VIEWER, PeopleEvent.JOINED, by=None)
        closed = chat.closed()
        await chat.say(type="msg", cid="c1", text="Still there?")
        assert await closed == 4401

    assert (await frame.open(identity=vouch(key, site)))[0] == 401


async def test_whoever_left_the_brand_is_vouched_for_no_more(frame, site, key, sessions):
    _, opened = await frame.open(identity=vouch(key, site))
    with sessions.begin() as session:
        session.delete(session.get_one(Membership, (site.registered_by, site.brand_id)))

    assert (await frame.open(identity=vouch(key, site)))[0] == 401
    assert (await frame.open(token=opened["token"]))[1]["who"] == ""


async def test_nothing_is_withdrawn_in_the_chat_of_a_site(frame, site, key, sessions, brain):
    assistant = RealAssistant(brain, sessions)
    _, opened = await frame.open(identity=vouch(key, site))
    async with ClientSession() as http:
        chat = await frame.chat(http, opened["token"])
        for number, text in enumerate(["I want to withdraw our application", "yes"]):
            await chat.write(text, f"c{number}")
            await chat.hear("ack")
            await assistant.answers(INGRID)

    with sessions() as session:
        assert application(session, "Nordlys Skincare").stage is not Stage.WITHDRAWN


async def test_the_secret_before_is_believed_for_a_day(frame, site, key, sessions):
    with sessions.begin() as session:
        chat_sites.rotate_secret(session, session.get_one(ChatSite, site.id))

    assert (await frame.open(identity=vouch(key, site, version=1)))[0] == 200
    assert (await frame.open(identity=vouch(key, site, version=2)))[0] == 200


async def test_the_first_secret_is_believed_for_its_day_however_often_it_is_replaced(
    frame, site, key, sessions
):
    with sessions.begin() as session:
        chat_sites.rotate_secret(session, session.get_one(ChatSite, site.id))
    with pytest.raises(JustReplaced), sessions.begin() as session:
        chat_sites.rotate_secret(session, session.get_one(ChatSite, site.id))

    assert (await frame.open(identity=vouch(key, site, version=1)))[0] == 200


async def test_a_secret_that_others_know_is_believed_no_more_and_what_it_opened_ends(
    frame, site, key, sessions
):
    _, known = await frame.open(identity=vouch(key, site, version=1))
    _, visitor = await frame.open()
    with sessions.begin() as session:
        chat_sites.revoke_secret(session, session.get_one(ChatSite, site.id))

    assert (await frame.open(token=known["token"]))[1]["who"] == ""
    assert (await frame.open(token=visitor["token"]))[1] == visitor
    assert (await frame.open(identity=vouch(key, site, version=1)))[0] == 401
    assert (await frame.open(identity=vouch(key, site, version=2)))[0] == 200


async def test_the_token_of_a_frame_opens_no_page_of_ours(frame, site, key, visitor):
    _, opened = await frame.open(identity=vouch(key, site))
    visitor.set_cookie("session", opened["token"])

    assert (await visitor.open("/account")).path == "/sign-in"
    assert (await visitor.open("/brands/nordlys-skincare")).path == "/sign-in"


async def test_a_cookie_opens_no_chat_on_another_site(frame):
    async with Visitor(frame.server) as visitor:
        await visitor.sign_in(INGRID)
        async with ClientSession() as http:
            with pytest.raises(WSServerHandshakeError) as refused:
                await frame.chat(http, visitor.cookie())

    assert refused.value.status == 403


async def test_the_token_of_one_site_opens_none_on_another(frame, server, sessions):
    _, opened = await frame.open()
    other = Frame(server, register(sessions, "https://other.example"))

    assert (await other.open(token=opened["token"]))[1]["token"] != opened["token"]
    async with ClientSession() as http:
        with pytest.raises(WSServerHandshakeError):
            await other.chat(http, opened["token"])


async def test_a_site_that_is_removed_ends_its_chats(frame, site, sessions):
    _, opened = await frame.open()
    async with ClientSession() as http:
        chat = await frame.chat(http, opened["token"])
        await chat.hear("history")
        with sessions.begin() as session:
            chat_sites.remove(session, session.get_one(ChatSite, site.id))
            assert session.scalars(select(WebSession).where(WebSession.site_id == site.id)).all() == []
        closed = chat.closed()
        await chat.say(type="msg", cid="c1", text="Still there?")
        assert await closed == 4401

    assert (await frame.open())[0] == 404


@pytest.mark.parametrize("origin", ["https://evil.example", SHOP, "null"])
async def test_only_our_own_frame_opens_sessions(server, site, origin):
    address = server.make_url(f"/embed/{site.id}/session")
    async with ClientSession() as http, http.post(address, json={}, headers={"Origin": origin}) as answer:
        assert answer.status == 403


async def test_a_session_asked_for_in_a_strange_way_is_refused(frame):
    assert (await frame.open(identity={"a": 1}))[0] == 400
    assert (await frame.open(identity="x" * 9000))[0] == 413


async def post_session(frame, data):
    address = frame.server.make_url(f"/embed/{frame.site.id}/session")
    headers = {"Origin": frame.origin, "Sec-Fetch-Site": "same-origin"}
    async with ClientSession() as http, http.post(address, data=data, headers=headers) as answer:
        return answer.status


async def test_a_session_that_is_asked_for_in_two_pieces_is_opened(frame):
    async def pieces():
        yield b'{"token":'
        for _ in range(50):
            await asyncio.sleep(0)
        yield b'"unknown"}'

    assert await post_session(frame, pieces()) == 200


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"[" * 8000, b'{"identity":' * 600, b"\xff"])
async def test_a_body_that_is_no_json_of_ours_opens_no_session(frame, body):
    assert await post_session(frame, body) == 400
