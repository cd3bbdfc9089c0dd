"""What the API, the chat on other sites and webhooks keep for a while: it goes by itself, and with whom it is about."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from conversations.background import do_what_is_due
from conversations.webhooks.models import WebhookEvent
from conversations.webhooks.names import EventType
from onboarding import chat_sites, clock, erasure
from onboarding.models import (
    ApiAnswer,
    ApiToken,
    ChatSite,
    ChatSiteProof,
    Contact,
    WebSession,
)
from onboarding.names import KeyKind
from tests.web.host_site import register
from tests.web.integrator import Integrator, make_key
from tests.web.visitor import INGRID

SECRET_WORDS = "Our price will be 480"
DESK = "http://desk.example"


@pytest.fixture
def key(sessions):
    return make_key(sessions)


@pytest.fixture
async def program(server, key):
    async with Integrator(server, key.secret) as program:
        yield program


@pytest.fixture
async def kept_answer(program, sessions):
    own = (await program.get("/conversations")).json["data"][0]["id"]
    await program.post(f"/conversations/{own}/messages", {"text": SECRET_WORDS}, key="one")
    assert SECRET_WORDS in "".join(answers(sessions))


def answers(sessions):
    with sessions() as session:
        return session.scalars(select(ApiAnswer.body)).all()


def count(sessions, table):
    with sessions() as session:
        return session.scalar(select(func.count()).select_from(table))


def later(sessions, **by):
    with sessions.begin() as session:
        clock.advance(session, timedelta(**by))
    do_what_is_due(sessions, DESK)


async def test_an_answer_is_forgotten_after_a_day_though_the_key_is_used_no_more(kept_answer, sessions):
    later(sessions, hours=23)
    assert len(answers(sessions)) == 1

    later(sessions, hours=1)

    assert answers(sessions) == []


async def test_an_answer_is_forgotten_with_its_key(kept_answer, key, visitor, sessions):
    home = "/brands/nordlys-skincare/integrations"
    await visitor.sign_in(INGRID)
    await visitor.submit(await visitor.open(home), f"{home}/keys/{key.key.id}/revoke")

    assert answers(sessions) == []


async def test_what_webhooks_and_the_api_know_of_a_conversation_is_erased_with_it(
    kept_answer, program, sessions
):
    hook = {"url": "https://a.example/", "events": ["message.created", "milestone.reached"]}
    path = (await program.post("/webhooks", hook)).json["id"]
    await program.post(f"/webhooks/{path}/test")
    own = (await program.get("/conversations")).json["data"][0]["id"]
    await program.post(f"/conversations/{own}/messages", {"text": SECRET_WORDS}, key="two")
    with sessions.begin() as session:
        erasure.ask(
            session, session.scalars(select(Contact).where(Contact.email == INGRID)).one()
        ).due_at = clock.now(session)
    do_what_is_due(sessions, DESK)

    assert answers(sessions) == []
    with sessions() as session:
        assert session.scalars(select(WebhookEvent.type)).all() == [EventType.TEST]


async def test_tokens_are_forgotten_once_they_are_of_no_use(server, sessions):
    client = make_key(sessions, kind=KeyKind.CLIENT)
    form = {
        "grant_type": "client_credentials",
        "client_id": client.key.public_id,
        "client_secret": client.secret,
    }
    async with Integrator(server, None) as buyer:
        await buyer.send("POST", "/oauth/token", data=form)
    assert count(sessions, ApiToken) == 1

    later(sessions, minutes=30)

    assert count(sessions, ApiToken) == 0


def test_sessions_are_forgotten_once_they_have_ended(sessions):
    site = register(sessions, "https://shop.example")
    with sessions.begin() as session:
        chat_sites.open_session(session, session.get_one(ChatSite, site.id), None, "Firefox")
    later(sessions, hours=11)
    assert count(sessions, WebSession) == 1

    later(sessions, hours=1)

    assert count(sessions, WebSession) == 0


def test_proofs_are_forgotten_once_they_have_expired_or_their_site_is_gone(sessions):
    now = datetime.fromtimestamp(time.time(), UTC)
    site = register(sessions, "https://shop.example")
    with sessions.begin() as session:
        shop = session.get_one(ChatSite, site.id)
        chat_sites.use_up(session, shop, "shown just now", now + timedelta(minutes=2))
        session.add(ChatSiteProof(site_id=site.id, jti="long ago", expires_at=now - timedelta(minutes=2)))
    do_what_is_due(sessions, DESK)
    with sessions.begin() as session:
        assert session.scalars(select(ChatSiteProof.jti)).all() == ["shown just now"]
        chat_sites.remove(session, session.get_one(ChatSite, site.id))

    assert count(sessions, ChatSiteProof) == 0


async def test_a_person_is_shown_that_answers_are_kept_and_has_them_in_the_copy(kept_answer, visitor):
    await visitor.sign_in(INGRID)
    page = await visitor.open("/privacy/data")

    assert "Answers of the API to your keys" in page.words
    assert "Kept: 24 hours" in page.words
