"""A person's own account: details, password, and the devices they are signed in on."""

import re

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from conversations.models import Mail
from onboarding import clock, identity, passwords
from onboarding.models import Contact, Password
from onboarding.names import SignedInBy
from tests.web.visitor import INGRID, KENJI, SOFIA, Page, Visitor

GOOD = "tundra kettle seven violins"
OTHER = "pelican drawer minus harbour"
NOT_RIGHT = "The email address or the password is not right."
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Safari/604.1"
)


@pytest.fixture(autouse=True)
def cheap(monkeypatch):
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "hasher", lambda: hasher)
    passwords._hash_of_nobody.cache_clear()


async def set_password(who: Visitor, password: str = GOOD, **more: str) -> Page:
    page = await who.open("/account/password")
    return await who.submit(page, "/account/password", password=password, **more)


async def sign_in_with(who: Visitor, email: str = INGRID, password: str = GOOD, **more: str) -> Page:
    page = await who.open("/sign-in/password")
    return await who.submit(page, "/sign-in/password", email=email, password=password, **more)


def an_hour_later(sessions) -> None:
    with sessions.begin() as session:
        clock.advance(session, 2 * identity.LINK_PROVES_FOR)


async def test_a_contact_sees_and_changes_name_and_time_zone(visitor):
    await visitor.sign_in(INGRID)

    page = await visitor.submit(
        await visitor.open("/account/details"),
        "/account/details",
        name="Ingrid  Solberg-Ng",
        time_zone="new york",
    )

    assert page.path == "/account"
    assert "Your details are saved." in page.words
    assert "Ingrid Solberg-Ng" in page.words
    assert "New York (America/New_York)" in page.words


@pytest.mark.parametrize(
    ("name", "zone", "said"),
    [
        ("", "Europe/Oslo", "Enter your name"),
        ("<script>alert(1)</script>", "Europe/Oslo", "without the characters < and >"),
        ("Ingrid", "Europe/Atlantis", "Choose a time zone from the list"),
        ("Ingrid", "../../etc/passwd", "Choose a time zone from the list"),
        ("Ingrid", "", "Enter your time zone"),
    ],
)
async def test_wrong_details_are_explained_kept_in_the_form_and_not_saved(visitor, name, zone, said):
    await visitor.sign_in(INGRID)

    page = await visitor.submit(
        await visitor.open("/account/details"), "/account/details", name=name, time_zone=zone
    )

    assert page.status == 422
    assert page.words.count(said) == 2
    assert "<title>Error: " in page.html
    assert page.field("time_zone") == zone
    assert "Ingrid Solberg" in (await visitor.open("/account")).words


async def test_every_zone_can_be_found_without_a_script(visitor):
    await visitor.sign_in(INGRID)

    html = (await visitor.open("/account/details")).html

    assert len(re.findall(r"<option", html)) > 300
    assert '<option value="Asia/Kathmandu">' in html


async def test_a_password_is_set_after_a_link_and_then_signs_in(visitor, colleague, sessions):
    await visitor.sign_in(INGRID)
    assert "Your password is saved." in (await set_password(visitor)).words

    page = await sign_in_with(colleague)

    assert page.path == "/brands/nordlys-skincare"
    with sessions() as session:
        subjects = session.scalars(select(Mail.subject).where(Mail.recipient == INGRID)).all()
    assert "Your password for Brand Desk was set" in subjects


async def test_signing_in_with_a_password_leads_to_the_page_that_asked_and_never_elsewhere(
    visitor, colleague, server
):
    await visitor.sign_in(INGRID)
    await set_password(visitor)

    assert (await sign_in_with(colleague, next="/account")).path == "/account"
    async with Visitor(server) as third:
        assert (await sign_in_with(third, next="//evil.example")).path == "/brands/nordlys-skincare"


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("", "Enter a new password"),
        ("short", "Enter a password of at least 12 characters"),
        ("Password12345", "Enter a password that is harder to guess"),
        ("ingrid@nordlys.example", "Enter a password that is harder to guess"),
        (GOOD * 40, "Enter a password of at most 1,000 bytes"),
    ],
)
async def test_a_weak_password_is_refused_and_never_sent_back(visitor, sessions, password, said):
    await visitor.sign_in(INGRID)

    page = await set_password(visitor, password)

    assert page.status == 422
    assert page.words.count(said) == 2
    assert not password or f'value="{password}"' not in page.html
    with sessions() as session:
        assert session.scalars(select(Password)).all() == []


async def test_an_old_session_cannot_set_a_password_without_proof(visitor, sessions):
    await visitor.sign_in(INGRID)
    open_page = await visitor.open("/account/password")
    an_hour_later(sessions)

    page = await visitor.submit(open_page, "/account/password", password=GOOD)

    assert page.status == 422
    assert "Sign in by a link first: it proves that the mailbox is yours" in page.words
    with sessions() as session:
        assert session.scalars(select(Password)).all() == []


async def test_an_old_session_changes_the_password_with_the_current_one(visitor, colleague, sessions):
    await visitor.sign_in(INGRID)
    await set_password(visitor)
    an_hour_later(sessions)

    wrong = await set_password(visitor, OTHER, current="a wrong password")
    right = await set_password(visitor, OTHER, current=GOOD)

    assert (wrong.status, "Enter your current password" in wrong.words) == (422, True)
    assert right.path == "/account"
    assert NOT_RIGHT in (await sign_in_with(colleague)).words
    assert (await sign_in_with(colleague, password=OTHER)).status == 200


async def test_a_changed_password_signs_other_devices_out(visitor, colleague):
    await visitor.sign_in(INGRID)
    await set_password(visitor)
    await sign_in_with(colleague)

    await set_password(visitor, OTHER)

    assert (await colleague.open("/account")).path == "/sign-in"
    assert (await visitor.open("/account")).path == "/account"


async def test_a_password_is_removed_with_proof_alone(visitor, colleague, sessions):
    await visitor.sign_in(INGRID)
    await set_password(visitor)
    page = await visitor.open("/account/password")
    an_hour_later(sessions)

    refused = await visitor.submit(page, "/account/password/remove", current_to_remove="a wrong password")
    removed = await visitor.submit(page, "/account/password/remove", current_to_remove=GOOD)

    assert refused.status == 422
    assert "Your password is removed." in removed.words
    assert NOT_RIGHT in (await sign_in_with(colleague)).words


async def test_a_password_removed_while_it_is_compared_no_longer_signs_in(
    visitor, colleague, sessions, monkeypatch
):
    await visitor.sign_in(INGRID)
    await set_password(visitor)
    compare = passwords.fits

    def and_meanwhile(stored, typed):
        fits = compare(stored, typed)
        with sessions.begin() as session:
            session.delete(session.scalars(select(Password)).one())
        return fits

    monkeypatch.setattr(passwords, "fits", and_meanwhile)

    assert NOT_RIGHT in (await sign_in_with(colleague)).words


async def test_unknown_address_no_password_and_wrong_password_get_the_same_answer(visitor, colleague):
    await visitor.sign_in(INGRID)
    await set_password(visitor)

    answers = [
        await sign_in_with(colleague, email, "a wrong password")
        for email in (INGRID, KENJI, "nobody@nowhere.example")
    ]

    assert [answer.status for answer in answers] == [422] * 3
    assert len({answer.words for answer in answers}) == 1
    assert NOT_RIGHT in answers[0].words
    assert all("a wrong password" not in answer.html for answer in answers)


@pytest.mark.parametrize("email", [INGRID, "nobody@nowhere.example"])
async def test_guessing_at_one_account_is_stopped_even_for_the_right_password(visitor, colleague, email):
    await visitor.sign_in(INGRID)
    await set_password(visitor)
    for number in range(10):
        assert (await sign_in_with(colleague, email, f"wrong password {number}")).status == 422

    stopped = await sign_in_with(colleague, email, GOOD)

    assert stopped.status == 429
    assert int(stopped.headers["Retry-After"]) > 0
    assert (await colleague.open("/account")).path == "/sign-in"


async def test_guessing_at_many_accounts_from_one_address_is_stopped(visitor):
    for number in range(60):
        await sign_in_with(visitor, f"person{number}@nowhere.example", "wrong password")

    assert (await sign_in_with(visitor, "person99@nowhere.example")).status == 429


async def test_a_link_still_signs_in_while_guessing_is_stopped(visitor, colleague):
    for number in range(11):
        await sign_in_with(visitor, INGRID, f"wrong password {number}")

    assert (await colleague.sign_in(INGRID)).path == "/brands/nordlys-skincare"


@pytest.mark.parametrize(
    "path", ["/sign-in/password", "/account/password", "/account/password/remove", "/account/details"]
)
async def test_a_form_without_its_token_changes_nothing(visitor, sessions, path):
    if path.startswith("/account"):
        await visitor.sign_in(INGRID)

    answer = await visitor.send(
        "POST",
        path,
        data={"password": GOOD, "email": INGRID, "name": "Mallory", "time_zone": "UTC"},
        headers={"Origin": visitor.origin},
    )

    assert answer.status == 422
    with sessions() as session:
        assert session.scalars(select(Password)).all() == []
        assert session.scalars(select(Contact.id).where(Contact.name == "Mallory")).all() == []


async def test_devices_are_listed_with_this_one_marked(visitor, colleague):
    visitor.http.headers.update({"User-Agent": FIREFOX})
    colleague.http.headers.update({"User-Agent": SAFARI})
    await visitor.sign_in(INGRID)
    await colleague.sign_in(INGRID)

    words = (await visitor.open("/account")).words

    assert "Firefox on Windows (this device) In use now." in words
    assert "Safari on an iPhone Last seen Wed 20 May 2026, 10:00 in Oslo" in words
    assert "by link" in words


async def test_one_device_is_signed_out_and_the_others_stay(visitor, colleague):
    await visitor.sign_in(INGRID)
    await colleague.sign_in(INGRID)
    page = await visitor.open("/account")

    done = await visitor.submit(page, "/account/devices/sign-out", device=page.field("device"))

    assert "That device is signed out." in done.words
    assert (await colleague.open("/account")).path == "/sign-in"


async def test_somebody_elses_device_cannot_be_signed_out(visitor, colleague, sessions):
    await visitor.sign_in(INGRID)
    await colleague.sign_in(KENJI)
    with sessions() as session:
        kenji = session.scalars(select(Contact).where(Contact.email == KENJI)).one()
        handle = identity.devices_of(session, kenji, "")[0].handle
    page = await visitor.open("/account")

    assert (await visitor.submit(page, "/account/devices/sign-out", device=handle)).status == 404
    assert (await colleague.open("/account")).path == "/account"


async def test_a_handle_of_a_device_opens_nothing(visitor, colleague, sessions):
    with sessions.begin() as session:
        ingrid = session.scalars(select(Contact).where(Contact.email == INGRID)).one()
        identity.open_session(session, ingrid, "Firefox", SignedInBy.LINK)
        handle = identity.devices_of(session, ingrid, "")[0].handle
    colleague.set_cookie("session", handle)

    assert (await colleague.open("/account")).path == "/sign-in"


@pytest.mark.parametrize(
    "path", ["/account", "/account/password", "/privacy", "/privacy/data", "/privacy/erase"]
)
async def test_who_acts_for_one_brand_finds_its_pages_from_their_own(visitor, path):
    await visitor.sign_in(INGRID)

    page = await visitor.open(path)

    home = "/brands/nordlys-skincare"
    assert {home, f"{home}/documents", f"{home}/people"} <= set(page.links("/brands/"))


async def test_who_acts_for_several_brands_chooses_one_first(visitor):
    await visitor.sign_in(SOFIA)

    page = await visitor.open("/account")

    assert not [link for link in page.links("/brands/") if link.endswith("/documents")]
    assert "/brands" in page.links("/brands")
