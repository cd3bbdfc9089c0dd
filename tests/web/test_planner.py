"""The planner: five questions before any account."""

import subprocess
import sys
from io import BytesIO

import pytest
from pypdf import PdfReader

from tests.web.registrant import NORA, errors, sign_up
from tests.web.visitor import Page, Visitor

ANSWERS = {
    "applicant": "COMPANY",
    "declares": "OWNER",
    "country": "NO",
    "category": "COSMETICS",
    "products": "Face cream, glass bottles",
}


async def planned(visitor: Visitor, **answers: str) -> Page:
    return await visitor.open("/planner/result", params=ANSWERS | answers)


async def test_five_answers_make_a_plan(visitor):
    page = await planned(visitor)

    assert "You may apply" in page.words
    assert "target is to open by Fri 19 June 2026" in page.words
    assert "Your store: flagship store" in page.words
    assert "RMB 180,000 about EUR 23,077" in page.words
    assert "EUR at 7.8 RMB, rate of Tue 19 May 2026" in page.words
    assert "Valid from Thu 1 January 2026" in page.words
    assert "Trademark certificate" in page.words
    assert "Brand authorisation" not in page.words


async def test_a_distributor_needs_the_chain_and_gets_another_store(visitor):
    page = await planned(visitor, declares="DISTRIBUTOR")

    assert "Your store: specialty store" in page.words
    assert "Brand authorisation" in page.words


@pytest.mark.parametrize(("country", "shown"), [("GB", "GBP"), ("JP", "USD"), ("DE", "EUR")])
async def test_costs_are_shown_in_the_readers_currency(visitor, country, shown):
    assert f"about {shown}" in (await planned(visitor, country=country)).words


async def test_another_currency_may_be_chosen_but_none_that_we_have_not(visitor):
    assert "about GBP" in (await planned(visitor, currency="GBP")).words
    assert "about EUR" in (await planned(visitor, currency="XXX")).words


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ({"country": "CN"}, "A company registered in mainland China"),
        ({"applicant": "PERSON"}, "Only companies can open a store"),
        ({"products": "Cigars and lighters"}, "Tobacco may not be sold"),
    ],
)
async def test_who_may_not_apply_learns_why(visitor, answers, why):
    page = await planned(visitor, **answers)

    assert page.status == 200
    assert "You cannot apply like this" in page.words
    assert why in page.words
    assert "Start registration" not in page.words


async def test_goods_under_conditions_are_named(visitor):
    page = await planned(visitor, products="Vitamin capsules")

    assert "You may apply" in page.words
    assert "Food supplements are sold under conditions" in page.words


async def test_what_is_missing_is_asked_for_and_the_rest_is_kept(visitor):
    page = await planned(
        visitor, country="", products="<script>alert(1)</script>" + "x" * 500, declares="KING"
    )

    assert page.status == 422
    assert errors(page) == [
        "Select one of the answers listed",
        "Select where your company is registered",
        "Your first products must be 500 characters or fewer. It has 525",
    ]
    assert "<script>alert" not in page.html
    assert "&lt;script&gt;alert" in page.html


async def test_the_plan_is_downloaded_as_a_pdf_with_its_letters(visitor):
    params = ANSWERS | {"products": "Žluťoučký krém, Ελλάδα 😀 <b>"}
    async with visitor.http.get(f"{visitor.origin}/planner/plan.pdf", params=params) as answer:
        assert answer.status == 200
        assert answer.content_type == "application/pdf"
        assert "attachment" in answer.headers["Content-Disposition"]
        text = PdfReader(BytesIO(await answer.read())).pages[0].extract_text()

    assert "Žluťoučký krém, Ελλάδα" in text
    assert "RMB 180,000" in text
    assert "Fri 19 June 2026" in text


async def test_a_pdf_of_nothing_asks_the_questions(visitor):
    assert (await visitor.open("/planner/plan.pdf")).status == 422


async def test_the_plan_becomes_the_draft_after_signing_up(visitor):
    page = await planned(visitor)
    page = await visitor.open(page.links("/sign-up")[0])
    await visitor.submit(page, "/sign-up", name="Nora Glade", email=NORA, next=page.field("next"))
    page = await visitor.follow_link((await visitor.open("/demo/mail")).links("/sign-in/link/")[0])
    assert page.path == "/registration/begin"
    carried = {name: page.field(name) for name in ("declares", "store_type", "products")}

    page = await visitor.submit(
        page,
        "/registration/begin",
        **carried,
        brand_name="Glade",
        company_name="Glade AS",
        country="NO",
        category="COSMETICS",
    )

    store = await visitor.open(f"{page.path}/store")
    assert "1 of 6 parts completed" in page.words
    assert 'value="FLAGSHIP" checked' in store.html
    assert "Face cream, glass bottles" in (await visitor.open(f"{page.path}/products")).words


async def test_who_is_signed_in_goes_on_at_once(visitor):
    await sign_up(visitor)

    assert (await planned(visitor)).links("/registration/begin?")


async def test_start_leads_a_stranger_to_the_planner(visitor):
    assert "/registration" in (await visitor.open("/")).links("/registration")
    assert (await visitor.open("/registration")).path == "/planner"


def test_the_site_starts_without_what_draws_and_reads_papers():
    """A site that was killed is back within two seconds only if it loads no more than it needs."""
    slow = ["fpdf", "numpy", "PIL", "pypdf", "pypdfium2", "rapidocr"]
    asked = f"import sys, web.app; print([name for name in {slow} if name in sys.modules])"

    loaded = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert loaded.stdout.strip() == "[]"
