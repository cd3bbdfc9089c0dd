"""Signing in by a mailed link, and what an attacker does not get from it."""

import pytest
from sqlalchemy import select

from onboarding import clock, identity
from onboarding.models import WebSession
from tests.web.visitor import INGRID, KENJI, SOFIA, Visitor


async def test_a_contact_signs_in_by_the_link_in_the_mail_and_sees_the_brand(visitor):
    page = await visitor.sign_in(INGRID)

    assert page.path == "/brands/nordlys-skincare"
    assert "Ingrid Solberg" in page.words


async def test_the_page_after_asking_shows_the_address_and_lets_correct_it(visitor):
    page = await visitor.submit(await visitor.open("/sign-in"), "/sign-in", email=INGRID)

    assert (page.status, page.path) == (200, "/sign-in/sent")
    assert INGRID in page.words
    assert "/sign-in" in page.links("/sign-in")


async def test_an_address_with_spaces_and_capitals_is_understood(visitor):
    await visitor.submit(await visitor.open("/sign-in"), "/sign-in", email=" Ingrid@Nordlys.example ")

    assert (await visitor.open("/demo/mail")).links("/sign-in/link/")


async def test_nobody_learns_whether_an_address_is_registered(visitor):
    known = await visitor.submit(await visitor.open("/sign-in"), "/sign-in", email=INGRID)
    unknown = await visitor.submit(await visitor.open("/sign-in"), "/sign-in", email="nobody@brand.example")

    assert known.words.replace(INGRID, "") == unknown.words.replace("nobody@brand.example", "")


@pytest.mark.parametrize(
    ("typed", "said"),
    [("", "Enter your email address"), ("ingrid", "Enter an email address like name@example.com")],
)
async def test_a_wrong_address_is_explained_at_the_top_and_beside_the_field(visitor, typed, said):
    page = await visitor.submit(await visitor.open("/sign-in"), "/sign-in", email=typed)

    assert page.status == 422
    assert "<title>Error: Sign in" in page.html
    assert page.words.count(said) == 2
    assert page.field("email") == typed


async def test_opening_the_link_alone_signs_nobody_in(visitor):
    link = await visitor.ask_for_link(INGRID)

    page = await visitor.open(link)

    assert page.status == 200
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert (await visitor.open("/account")).path == "/sign-in"


async def test_a_link_works_once(visitor, colleague):
    link = await visitor.ask_for_link(INGRID)
    await visitor.follow_link(link)

    page = await colleague.follow_link(link)

    assert page.status == 410
    assert "used already" in page.words


async def test_a_newer_link_replaces_the_older_one(visitor):
    older = await visitor.ask_for_link(INGRID)
    await visitor.ask_for_link(INGRID)

    assert (await visitor.follow_link(older)).status == 410


async def test_an_expired_link_offers_a_new_one(visitor, sessions):
    link = await visitor.ask_for_link(INGRID)
    with sessions.begin() as session:
        clock.advance(session, identity.LINK_LASTS)

    page = await visitor.follow_link(link)

    assert page.status == 410
    assert "expired" in page.words
    assert "Send a new link" in page.words


async def test_a_made_up_link_is_refused(visitor):
    assert (await visitor.follow_link("/sign-in/link/made-up")).status == 410


async def test_signing_in_leads_back_to_the_page_that_asked_for_it(visitor):
    asked = await visitor.open("/account")
    await visitor.submit(asked, "/sign-in", email=KENJI, next=asked.field("next"))
    link = (await visitor.open("/demo/mail")).links("/sign-in/link/")[0]

    assert (await visitor.follow_link(link)).path == "/account"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "evil"])
async def test_signing_in_never_leads_to_another_site(visitor, elsewhere):
    link = await visitor.ask_for_link(INGRID)
    page = await visitor.open(link)

    landed = await visitor.submit(page, "/sign-in/link", token=page.field("token"), next=elsewhere)

    assert landed.path == "/brands/nordlys-skincare"


async def test_signing_in_gives_a_new_session_and_ends_the_old_one(visitor, sessions):
    await visitor.begin_chat()
    before = visitor.cookie()

    await visitor.sign_in(INGRID)

    assert visitor.cookie() != before
    with sessions() as session:
        assert identity.find_session(session, before) is None


async def test_a_session_id_that_is_not_ours_is_never_adopted(visitor, sessions):
    visitor.set_cookie("session", "planted-by-somebody-else")

    await visitor.begin_chat()

    assert visitor.cookie() != "planted-by-somebody-else"


async def test_only_the_hash_of_a_session_is_stored(visitor, sessions):
    await visitor.sign_in(INGRID)

    with sessions() as session:
        stored = session.scalars(select(WebSession.key_hash)).all()
    assert visitor.cookie() not in stored


async def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(visitor):
    answer = await visitor.send("POST", "/chat/session", headers={"Origin": visitor.origin})

    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


async def test_in_production_the_session_cookie_is_bound_to_the_host_and_to_https(production_server):
    async with Visitor(production_server) as visitor:
        answer = await visitor.send("POST", "/chat/session", headers={"Origin": "https://desk.example"})

    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie


async def test_signing_out_ends_the_session_on_the_server(visitor):
    await visitor.sign_in(INGRID)
    stolen = visitor.cookie()
    await visitor.submit(await visitor.open("/account"), "/sign-out")
    assert visitor.cookie() is None

    visitor.set_cookie("session", stolen)

    assert (await visitor.open("/account")).path == "/sign-in"


async def test_signing_out_everywhere_ends_every_session_of_the_contact(visitor, colleague):
    await visitor.sign_in(SOFIA)
    await colleague.sign_in(SOFIA)

    await visitor.submit(await visitor.open("/account"), "/sign-out/everywhere")

    assert (await colleague.open("/account")).path == "/sign-in"


async def test_asking_for_links_again_and_again_is_slowed_down(visitor):
    page = await visitor.open("/sign-in")
    for _ in range(5):
        await visitor.submit(page, "/sign-in", email=INGRID)

    refused = await visitor.submit(page, "/sign-in", email=INGRID)

    assert refused.status == 429
    assert int(refused.headers["Retry-After"]) > 0


async def test_production_has_no_mailbox_for_everybody(production_server):
    async with Visitor(production_server) as visitor:
        assert (await visitor.open("/demo/mail")).status == 404
        assert "Try it as" not in (await visitor.open("/sign-in")).words


async def test_the_people_of_the_demonstration_are_offered_for_signing_in(visitor):
    page = await visitor.open("/sign-in")

    assert "Sofia Brandt" in page.words
    assert "Fjellvann and Nordlys Skincare" in page.words
