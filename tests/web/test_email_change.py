"""Another email address: confirmed by a link that is mailed to it, told to the old one, and others are signed out."""

import pytest
from sqlalchemy import select

from conversations import personal_data
from conversations.models import Mail
from onboarding import clock, email_changes, identity
from onboarding.models import Contact
from tests.onboarding import people
from tests.web.browsing import check, sign_in
from tests.web.visitor import INGRID, KENJI, Visitor

NEW = "ingrid.solberg@nordlys.example"


async def ask(who: Visitor, email: str = NEW):
    return await who.submit(await who.open("/account/email"), "/account/email", email=email)


async def link_for(who: Visitor) -> str:
    return (await who.open("/demo/mail")).links("/account/email/link/")[0]


async def use(who: Visitor, link: str):
    page = await who.open(link)
    return await who.submit(page, "/account/email/link", token=page.field("token"))


def mails(sessions, address: str) -> list[str]:
    with sessions() as session:
        return list(session.scalars(select(Mail.subject).where(Mail.recipient == address).order_by(Mail.id)))


def address_of_ingrid(sessions) -> str:
    with sessions() as session:
        return session.scalars(select(Contact.email).where(Contact.name == "Ingrid Solberg")).one()


async def test_a_link_to_the_new_address_changes_it(visitor, sessions):
    await visitor.sign_in(INGRID)
    sent = await ask(visitor, "  Ingrid.Solberg@Nordlys.example ")
    assert sent.path == "/account/email/sent"
    assert f"We mailed it to {NEW}." in sent.words
    assert address_of_ingrid(sessions) == INGRID

    page = await use(visitor, await link_for(visitor))

    assert page.path == "/account"
    assert "Your new email address counts now." in page.words
    assert address_of_ingrid(sessions) == NEW
    assert mails(sessions, NEW) == ["Confirm your new email address for Brand Desk"]
    assert mails(sessions, INGRID)[-2:] == [
        "A new email address was named for your account",
        "Your email address on Brand Desk was changed",
    ]


async def test_sessions_elsewhere_end_and_this_one_goes_on(visitor, colleague):
    await colleague.sign_in(INGRID)
    await visitor.sign_in(INGRID)
    await ask(visitor)
    await use(visitor, await link_for(visitor))

    assert (await visitor.open("/account")).path == "/account"
    assert (await colleague.open("/account")).path == "/sign-in"


async def test_sign_in_links_to_the_old_address_work_no_more(visitor, colleague):
    await visitor.sign_in(INGRID)
    old_link = await colleague.ask_for_link(INGRID)
    await ask(visitor)
    await use(visitor, await link_for(visitor))

    assert (await colleague.follow_link(old_link)).status == 410
    await colleague.sign_in(NEW)
    assert (await colleague.open("/account")).path == "/account"


async def test_a_link_works_once(visitor):
    await visitor.sign_in(INGRID)
    await ask(visitor)
    link = await link_for(visitor)
    await use(visitor, link)

    page = await use(visitor, link)

    assert page.status == 410
    assert "This link has been used already." in page.words


async def test_a_link_expires(visitor, sessions):
    await visitor.sign_in(INGRID)
    await ask(visitor)
    link = await link_for(visitor)
    with sessions.begin() as session:
        clock.advance(session, email_changes.LINK_LASTS)

    assert (await use(visitor, link)).status == 410
    assert address_of_ingrid(sessions) == INGRID


async def test_a_newer_link_takes_the_place_of_an_older_one(visitor, sessions):
    await visitor.sign_in(INGRID)
    await ask(visitor, "slip@nordlys.example")
    older = await link_for(visitor)
    await ask(visitor)

    assert (await use(visitor, older)).status == 410
    await use(visitor, await link_for(visitor))
    assert address_of_ingrid(sessions) == NEW


async def test_opening_a_link_changes_nothing(visitor, sessions):
    await visitor.sign_in(INGRID)
    await ask(visitor)

    page = await visitor.open(await link_for(visitor))

    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert address_of_ingrid(sessions) == INGRID


async def test_a_link_of_somebody_else_is_not_known(visitor, colleague, sessions):
    await visitor.sign_in(INGRID)
    await ask(visitor)
    link = await link_for(visitor)
    await colleague.sign_in(KENJI)

    page = await use(colleague, link)

    assert page.status == 410
    assert "does not belong to your account" in page.words
    assert address_of_ingrid(sessions) == INGRID


async def test_nobody_learns_whether_an_address_has_an_account(visitor, sessions):
    await visitor.sign_in(INGRID)

    taken = await ask(visitor, KENJI)
    free = await ask(visitor)

    assert taken.words.replace(KENJI, "") == free.words.replace(NEW, "")
    assert mails(sessions, KENJI) == ["This address has an account on Brand Desk"]


async def test_an_address_that_is_taken_meanwhile_is_not_used(visitor, sessions):
    await visitor.sign_in(INGRID)
    await ask(visitor)
    link = await link_for(visitor)
    with sessions.begin() as session:
        session.add(Contact(name="Quick", email=NEW, time_zone="UTC"))

    page = await use(visitor, link)

    assert page.status == 410
    assert "There is another account with this address." in page.words
    assert address_of_ingrid(sessions) == INGRID


async def test_the_own_address_and_no_address_are_refused(visitor):
    await visitor.sign_in(INGRID)

    same, none = await ask(visitor, INGRID.upper()), await ask(visitor, "nobody")

    assert (same.status, none.status) == (422, 422)
    assert "This is your address already." in same.words
    assert "Enter an email address like name@example.com" in none.words


async def test_a_session_of_yesterday_has_to_prove_that_it_is_theirs(visitor, sessions):
    await visitor.sign_in(INGRID)
    form = await visitor.open("/account/email")
    with sessions.begin() as session:
        clock.advance(session, identity.LINK_PROVES_FOR * 2)

    page = await visitor.submit(form, "/account/email", email=NEW)

    assert page.status == 422
    assert "Sign in by a link first" in page.words
    assert mails(sessions, NEW) == []


async def test_mails_to_the_old_address_stay_the_persons_own(visitor, sessions):
    await visitor.sign_in(INGRID)
    await ask(visitor)
    await use(visitor, await link_for(visitor))

    with sessions() as session:
        held = personal_data.held(session, people.contact(session, NEW))

    assert "Your sign-in link for Brand Desk" in [mail["subject"] for mail in held["mails"]]
    assert [(row["old_email"], row["email"]) for row in held["email_changes"]] == [(INGRID, NEW)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_pages_of_an_address_are_accessible_and_fit_every_screen(context, server, page, scheme):
    await page.emulate_media(color_scheme=scheme)
    await sign_in(context, server, INGRID)
    await check(page, "/account/email")
    await page.get_by_label("New email address").fill(NEW)
    await page.get_by_role("button", name="Mail the link").click()
    for path in ("/account/email/sent", "/account/email/link/some-token", "/account"):
        await check(page, path)
    await page.goto("/account/email/link/some-token")
    await page.get_by_role("button", name="Yes, use this address").click()
    await page.get_by_role("heading", name="This link no longer works").wait_for()
