"""A brand's home: the figures and dates of the demonstration, and nobody else's."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from onboarding import clock
from onboarding.models import Application, Contact, Membership
from tests.web.registrant import begin, sign_up
from tests.web.visitor import INGRID, KENJI, LENA, SOFIA


async def test_an_opening_shows_the_day_the_turn_and_the_target(visitor):
    page = await visitor.sign_in(INGRID)

    assert "Day 16 of 30" in page.words
    assert "It is your turn: send two documents" in page.words
    assert "Target opening by Wed 3 June 2026, in 14 days." in page.words
    assert "14 days with us" in page.words
    assert "2 days with you" in page.words
    assert "Your turn since Mon 18 May" in page.words


async def test_the_ruler_has_one_tick_a_day(visitor):
    page = await visitor.sign_in(INGRID)

    ruler = page.html.split('role="img"')[1].split("</svg>")[0]
    assert [ruler.count(f'"t-{kind}"') for kind in ("us", "you", "next", "end")] == [14, 2, 13, 1]


async def test_a_rejected_document_says_why_what_to_send_and_by_when_in_the_readers_zone(visitor):
    page = await visitor.sign_in(INGRID)

    assert "There is a problem" in page.words
    assert "The owner on the certificate is Nordlys Holding AS" in page.words
    assert "Authorisation letter from Nordlys Holding AS" in page.words
    assert "Wed 27 May 2026, 18:00 in Oslo midnight in China" in page.words


async def test_documents_are_sorted_by_who_acts(visitor):
    page = await visitor.sign_in(INGRID)

    order = ["What we need from you", "Trademark certificate", "Send your product list", "With us"]
    order += ["ID of your representative", "Accepted", "Business registration"]
    body = page.words[page.words.index("What we need from you") :]
    places = [body.index(words) for words in order]
    assert places == sorted(places)


async def test_no_code_words_are_shown(visitor):
    page = await visitor.sign_in(INGRID)

    assert not [
        code for code in ("NAME_MISMATCH", "CORRECTION_NEEDED", "TRADEMARK", "REJECTED") if code in page.words
    ]


async def test_an_overdue_opening_says_so_and_with_whom_the_days_went_by(visitor, sessions):
    with sessions.begin() as session:
        clock.freeze(session, datetime(2026, 5, 26, 8, tzinfo=UTC))

    page = await visitor.sign_in(LENA)

    assert "Day 36 of 30" in page.words
    assert "we are 6 days over it" in page.words
    assert "22 days with us" in page.words
    assert "14 days with you" in page.words


async def test_an_open_store_shows_sales_pace_targets_and_rank(visitor):
    page = await visitor.sign_in(KENJI)

    assert page.path == "/brands/kumo"
    assert "You are RMB 123,511 ahead of an even pace" in page.words
    assert "Day 45 of 90, target RMB 1,000,000." in page.words
    assert "RMB 387,600 in 46 days, with today" in page.words
    assert "RMB 8,427" in page.words
    assert "You are in: rank 7 of 64 brands" in page.words
    assert "On air at 21:00 in Tokyo 20:00 in China, Taobao Live" in page.words
    assert "We are confirming your first benefit." in page.words


async def test_the_chart_has_the_same_figures_as_a_table(visitor):
    page = await visitor.sign_in(KENJI)

    assert "Day 44 612,400 488,889 +123,511" in page.words


async def test_a_contact_of_several_brands_sees_them_all_and_can_change_between_them(visitor):
    page = await visitor.sign_in(SOFIA)

    assert page.path == "/brands"
    assert page.links("/brands/") == ["/brands/fjellvann", "/brands/nordlys-skincare"]
    assert "/brands/nordlys-skincare" in (await visitor.open("/brands/fjellvann")).links("/brands/")


async def test_a_contact_without_a_brand_is_told_what_makes_one_appear(visitor, sessions):
    with sessions.begin() as session:
        session.add(Contact(name="New Person", email="new@brand.example", time_zone="UTC"))

    page = await visitor.sign_in("new@brand.example")

    assert "No brand is connected to your address" in page.words


@pytest.mark.parametrize("path", ["/brands/kumo", "/brands/fjellvann", "/brands/1", "/brands/nobody"])
async def test_somebody_elses_brand_looks_as_if_it_did_not_exist(visitor, path):
    await visitor.sign_in(INGRID)

    page = await visitor.open(path)

    assert page.status == 404
    assert "Kumo" not in page.words


@pytest.mark.parametrize("path", ["/brands", "/brands/kumo", "/account"])
async def test_a_brands_pages_ask_a_stranger_to_sign_in(visitor, path):
    page = await visitor.open(path)

    assert page.path == "/sign-in"
    assert page.field("next") == path


async def test_every_generated_brands_page_can_be_drawn(visitor, sessions):
    """One brand of each stage, with whatever the generator made of it."""
    with sessions() as session:
        rows = session.execute(
            select(Application.stage, Contact.email)
            .join(Membership, Membership.brand_id == Application.brand_id)
            .join(Contact, Contact.id == Membership.contact_id)
            .order_by(Application.id)
        )
        one_of_each = dict(rows.tuples().all())

    for email in one_of_each.values():
        page = await visitor.sign_in(email)
        assert page.status == 200
        await visitor.submit(await visitor.open("/account"), "/sign-out")


async def test_abbreviations_keep_their_capitals_inside_a_sentence(visitor):
    await sign_up(visitor)
    await begin(visitor)

    words = (await visitor.open("/brands/glade-ceramics")).words

    for said in ("Send your ID of your representative", "Send your proof of bank account"):
        assert said in words
