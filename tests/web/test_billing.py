"""An invoice with corrected details takes the place of the one before; who opens a proof of payment is noted."""

import io

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from onboarding.documents.storage import DocumentStore
from onboarding.models import Invoice, ProofOpening
from onboarding.opening import fees
from tests import papers
from tests.onboarding.opening import way
from tests.web.browsing import check, sign_in
from tests.web.registrant import errors
from tests.web.visitor import INGRID, SOFIA

HOME = "/brands/nordlys-skincare"
BILLING = f"{HOME}/fees/billing"
NEW = {
    "name": "Nordlys Holding AS",
    "address": "Karl Johans gate 1\n0154 Oslo",
    "vat_number": "no 912 345 678 mva",
}


@pytest.fixture
def offered(sessions):
    with sessions.begin() as session:
        way.offer(session)


async def correct(visitor, **others):
    return await visitor.submit(await visitor.open(BILLING), BILLING, **(NEW | others))


async def invoice_text(visitor, number: str = "") -> str:
    address = f"{visitor.origin}{HOME}/fees/invoice{f'?number={number}' if number else ''}"
    async with visitor.http.get(address) as answer:
        return PdfReader(io.BytesIO(await answer.read())).pages[0].extract_text()


def invoices(sessions) -> list[Invoice]:
    with sessions() as session:
        query = select(Invoice).where(Invoice.application_id == way.nordlys(session).id).order_by(Invoice.id)
        return list(session.scalars(query))


async def test_a_new_invoice_takes_the_place_of_the_old_one(visitor, sessions, offered):
    await visitor.sign_in(INGRID)

    page = await correct(visitor)

    old, new = invoices(sessions)
    assert page.path == f"{HOME}/fees"
    assert "Made out to Nordlys Holding AS, VAT number NO 912 345 678 MVA." in page.words
    assert "INV-2026-004217 Made out to Nordlys Skincare AS. Replaced by Ingrid Solberg" in page.words
    assert (old.number, old.replaced_by) == ("INV-2026-004217", "Ingrid Solberg")
    assert (new.number, new.replaced_at) == ("INV-2026-004217-2", None)
    assert (new.deposit_fen, new.annual_fen, new.due_on) == (old.deposit_fen, old.annual_fen, old.due_on)


async def test_both_can_be_downloaded_and_the_old_one_says_that_it_is_replaced(visitor, offered):
    await visitor.sign_in(INGRID)
    await correct(visitor)

    new, old = await invoice_text(visitor), await invoice_text(visitor, "INV-2026-004217")

    assert "Karl Johans gate 1, 0154 Oslo" in new
    assert "NO 912 345 678 MVA" in new
    assert "Replaced" not in new
    assert "Replaced: this invoice no longer counts." in old
    assert (await visitor.open(f"{HOME}/fees/invoice?number=INV-2026-001502")).status == 404


async def test_numbers_go_on_counting(visitor, sessions, offered):
    await visitor.sign_in(INGRID)
    for name in ("One AS", "Two AS"):
        await correct(visitor, name=name)

    assert [one.number for one in invoices(sessions)] == [
        "INV-2026-004217", "INV-2026-004217-2", "INV-2026-004217-3",
    ]  # fmt: skip


async def test_the_same_details_make_no_new_invoice(visitor, sessions, offered):
    await visitor.sign_in(INGRID)
    for _ in range(2):
        await correct(visitor)

    assert len(invoices(sessions)) == 2


async def test_wrong_details_are_named_and_kept_on_the_page(visitor, sessions, offered):
    await visitor.sign_in(INGRID)

    page = await correct(visitor, name=" ", address="", vat_number="<b>")

    assert page.status == 422
    assert errors(page) == [
        "Enter the name to which the invoice is made out",
        "Enter the billing address",
        "Enter the VAT number with letters and digits, such as NO 912 345 678 MVA, or leave it empty",
    ]
    assert "&lt;b&gt;" in page.html
    assert len(invoices(sessions)) == 1


async def test_a_proof_sent_for_the_old_invoice_stays_and_the_payment_counts(
    visitor, sessions, tmp_path, offered
):
    await visitor.sign_in(INGRID)
    await visitor.upload(await visitor.open(f"{HOME}/fees"), papers.pdf(["Transfer"]), "transfer.pdf")
    page = await correct(visitor)
    assert "transfer.pdf" in page.words

    with sessions.begin() as session:
        application = way.nordlys(session)
        fees.confirm_received(
            session, application.id, received_on=application.submitted_at.date(), by="Zhou Min"
        )

    assert "We received your payment" in (await visitor.open(f"{HOME}/fees")).words
    assert [one.received_on is not None for one in invoices(sessions)] == [False, True]


async def test_an_editor_does_not_correct_an_invoice(visitor, offered):
    await visitor.sign_in(SOFIA)

    assert (await visitor.open(BILLING)).status == 403
    assert BILLING not in (await visitor.open(f"{HOME}/fees")).html


async def test_before_the_contract_there_is_no_invoice_to_correct(visitor):
    await visitor.sign_in(INGRID)

    assert (await visitor.open(BILLING)).status == 404


async def test_whoever_opens_a_proof_of_payment_is_noted(visitor, sessions, offered):
    await visitor.sign_in(INGRID)
    await visitor.upload(await visitor.open(f"{HOME}/fees"), papers.pdf(["Transfer"]), "transfer.pdf")
    page = await visitor.open(f"{HOME}/fees")
    assert "Nobody has opened it yet." in page.words

    await visitor.open(page.links(f"{HOME}/fees/proofs/")[0])

    assert "Opened once : transfer.pdf Ingrid Solberg" in (await visitor.open(f"{HOME}/fees")).words
    data = await visitor.open("/privacy/data")
    assert "Ingrid Solberg opened the proof of payment transfer.pdf of Nordlys Skincare" in data.words
    with sessions() as session:
        assert len(session.scalars(select(ProofOpening)).all()) == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_pages_of_an_invoice_are_accessible_and_fit_every_screen(
    context, server, page, sessions, tmp_path, scheme
):
    with sessions.begin() as session:
        way.to_set_up(session, DocumentStore(tmp_path))
    await page.emulate_media(color_scheme=scheme)
    await sign_in(context, server, INGRID)
    await check(page, BILLING)
    await page.get_by_label("Made out to").fill("Nordlys Holding AS")
    await page.get_by_label("Billing address").fill("Karl Johans gate 1")
    await page.get_by_role("button", name="Issue a new invoice").click()
    await check(page, f"{HOME}/fees")
    await check(page, "/privacy/data")
