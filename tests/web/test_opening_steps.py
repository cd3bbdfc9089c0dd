"""Contract, fees and store set-up as a brand meets them: what is shown, taken and refused, and for whom."""

import io
import re

import pytest
from aiohttp import FormData
from pypdf import PdfReader
from sqlalchemy import func, select

from onboarding.models import ContractAcceptance, Membership, PaymentProof, StepChange
from onboarding.names import Role, Stage
from onboarding.opening import fees, refusal
from onboarding.opening.names import Step
from tests import papers
from tests.onboarding import people
from tests.onboarding.opening import way
from tests.web.visitor import INGRID, KENJI, SOFIA

HOME = "/brands/nordlys-skincare"
CONTRACT, FEES, STORE, PRODUCTS = f"{HOME}/contract", f"{HOME}/fees", f"{HOME}/store", f"{HOME}/products"
REFUSAL = f"{HOME}/refusal"
ALIPAY = f"{STORE}/alipay"
SIGNED = {"name": "Ingrid Solberg", "position": "Managing director", "agreed": "yes"}


@pytest.fixture
def offered(sessions):
    with sessions.begin() as session:
        way.offer(session)


@pytest.fixture
def being_set_up(sessions, store):
    with sessions.begin() as session:
        way.to_set_up(session, store)


def count(sessions, table) -> int:
    """Beyond what the demonstration has."""
    with sessions() as session:
        query = select(func.count()).select_from(table)
        if table is ContractAcceptance:
            query = query.where(table.application_id == way.nordlys(session).id)
        return session.scalar(query)


def stage(sessions) -> Stage:
    with sessions() as session:
        return way.nordlys(session).stage


def make(sessions, email: str, role: Role) -> None:
    with sessions.begin() as session:
        key = (people.contact(session, email).id, way.nordlys(session).brand_id)
        session.get_one(Membership, key).role = role


async def accept(visitor, **changed):
    page = await visitor.open(CONTRACT)
    return await visitor.submit(page, CONTRACT, version=page.field("version"), **(SIGNED | changed))


async def save(visitor, step: Step, answers=None, page=None):
    path = f"{STORE}/{step.value.lower().replace('_', '-')}"
    page = page or await visitor.open(path)
    return await visitor.submit(page, path, version=page.field("version"), **(answers or way.ANSWERS[step]))


async def test_there_is_nothing_to_sign_before_the_approval(visitor):
    await visitor.sign_in(INGRID)

    for path in (CONTRACT, FEES, STORE, ALIPAY, f"{FEES}/invoice", f"{CONTRACT}/download"):
        assert (await visitor.open(path)).status == 404


async def test_an_owner_reads_and_accepts_the_contract(visitor, sessions, offered):
    await visitor.sign_in(INGRID)
    page = await visitor.open(CONTRACT)
    assert "between Tmall Global and Nordlys Skincare AS" in page.words
    assert "RMB 150,000" in page.words

    accepted = await accept(visitor)

    assert accepted.path == CONTRACT
    assert "Accepted By Ingrid Solberg Managing director" in accepted.words
    assert 'name="agreed"' not in accepted.html
    assert count(sessions, ContractAcceptance) == 1


async def test_a_contract_that_is_not_signed_says_what_is_missing_and_keeps_what_was_typed(
    visitor, sessions, offered
):
    await visitor.sign_in(INGRID)

    page = await accept(visitor, agreed="", position="", name="Ingrid <b>S</b>")

    assert page.status == 422
    assert "<title>Error: " in page.html
    assert 'href="#position"' in page.html
    assert "Confirm that you have read the contract" in page.words
    assert page.field("name") == "Ingrid <b>S</b>"
    assert count(sessions, ContractAcceptance) == 0


async def test_a_contract_that_changed_meanwhile_has_to_be_read_again(visitor, sessions, offered):
    await visitor.sign_in(INGRID)
    page = await visitor.open(CONTRACT)

    answer = await visitor.submit(page, CONTRACT, version="2025-01", **SIGNED)

    assert answer.status == 422
    assert "The contract changed while you read it" in answer.words


async def test_the_contract_and_the_invoice_can_be_downloaded(visitor, offered):
    await visitor.sign_in(INGRID)

    for path, name in (
        (f"{CONTRACT}/download", "contract-BD-2026-004217.pdf"),
        (f"{FEES}/invoice", "invoice-INV-2026-004217.pdf"),
    ):
        paper = await visitor.open(path)
        assert paper.html.startswith("%PDF-")
        assert paper.headers["Content-Type"] == "application/pdf"
        assert name in paper.headers["Content-Disposition"]


async def test_fees_are_paid_with_a_proof_and_then_it_is_our_turn(visitor, sessions, offered):
    await visitor.sign_in(INGRID)
    page = await visitor.open(FEES)
    assert "RMB 180,000" in page.words
    assert "Pay by Fri 22 May 2026" in page.words
    await accept(visitor)

    sent = await visitor.upload(page, papers.pdf(["Transfer of RMB 180,000"]), "transfer.pdf")

    assert sent.path == FEES
    assert "look for the payment on our account. It is our turn" in sent.words
    assert "It is our turn: we check your payment" in (await visitor.open(HOME)).words
    with sessions.begin() as session:
        way.confirm_payment(session)
    assert "We received your payment on Fri 15 May 2026" in (await visitor.open(FEES)).words
    assert stage(sessions) is Stage.STORE_SETUP


async def test_a_proof_can_be_downloaded_by_the_brand_alone(visitor, colleague, offered):
    await visitor.sign_in(INGRID)
    page = await visitor.open(FEES)
    sent = await visitor.upload(page, papers.pdf(["Transfer"]), "transfer.pdf")
    path = sent.links(f"{FEES}/proofs/")[0]

    file = await visitor.open(path)
    assert file.html.startswith("%PDF-")
    assert "attachment" in file.headers["Content-Disposition"]

    await colleague.sign_in(KENJI)
    for other in (path, path.replace("nordlys-skincare", "kumo")):
        assert (await colleague.open(other)).status == 404
    assert (await visitor.open(f"{FEES}/proofs/not-an-id")).status == 404


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The selected file is empty"),
        (b"MZ\x90\x00" + bytes(4000), "The selected file must be a PDF, JPG or PNG"),
        (papers.locked(papers.pdf(["x"]), "secret"), "The selected file is password protected"),
    ],
)
async def test_a_file_that_is_no_proof_is_refused_with_a_sentence(visitor, sessions, offered, content, said):
    await visitor.sign_in(INGRID)

    page = await visitor.upload(await visitor.open(FEES), content, "proof.pdf")

    assert page.status == 422
    assert said in page.words
    assert 'href="#file"' in page.html
    assert count(sessions, PaymentProof) == 0


async def test_a_payment_that_did_not_come_is_told_with_what_to_do(visitor, sessions, store, offered):
    with sessions.begin() as session:
        way.send_proof(session, store)
        fees.not_received(
            session, way.nordlys(session).id, by="Zhou", reason="RMB 500 are missing. Send the rest."
        )
    await visitor.sign_in(INGRID)

    assert "RMB 500 are missing. Send the rest." in (await visitor.open(FEES)).words
    assert "RMB 500 are missing. Send the rest." in (await visitor.open(HOME)).words


async def test_colleagues_who_are_not_owners_read_but_neither_sign_nor_pay(visitor, sessions, offered):
    await visitor.sign_in(SOFIA)
    page, fees_page = await visitor.open(CONTRACT), await visitor.open(FEES)
    assert "Only an owner of the brand can accept the contract" in page.words
    assert "Only an owner of the brand can send the proof of payment" in fees_page.words

    token = (await visitor.open(ALIPAY)).field("csrf_token")
    headers = {"Origin": visitor.origin, "Sec-Fetch-Site": "same-origin"}
    form = {"csrf_token": token, "version": "2026-01"} | SIGNED
    signed = await visitor.send("POST", CONTRACT, data=form, headers=headers)
    proof = FormData({"csrf_token": token})
    proof.add_field("file", papers.pdf(["x"]), filename="x.pdf", content_type="application/pdf")
    paid = await visitor.send("POST", FEES, data=proof, headers=headers)

    assert "Only an owner can do this." in signed.words
    assert "Only an owner can do this." in paid.words
    assert count(sessions, ContractAcceptance) == count(sessions, PaymentProof) == 0


async def test_a_viewer_sees_the_set_up_without_forms(visitor, sessions, being_set_up):
    make(sessions, SOFIA, Role.VIEWER)
    await visitor.sign_in(SOFIA)

    page = await visitor.open(ALIPAY)

    assert "An owner or an editor of the brand fills this in" in page.words
    assert "<form" not in page.html.split("<main")[1].split("</main>")[0]


@pytest.mark.parametrize("step", way.ANSWERS)
async def test_each_step_is_filled_in_and_shown_again(visitor, sessions, being_set_up, step):
    await visitor.sign_in(SOFIA)

    saved = await save(visitor, step)

    assert saved.path == STORE
    assert "By Sofia Brandt" in saved.words
    path = f"{STORE}/{step.value.lower().replace('_', '-')}"
    again = await visitor.open(path)
    first = next(iter(way.ANSWERS[step].values()))
    assert f'value="{first}"' in again.html
    assert "What is saved" in again.words


async def test_wrong_answers_are_shown_beside_their_fields_and_kept(visitor, sessions, being_set_up):
    await visitor.sign_in(INGRID)
    answers = way.ANSWERS[Step.RETURN_ADDRESS] | {"postcode": "0184 🧴", "city": "", "street": "<i>88</i>"}

    page = await save(visitor, Step.RETURN_ADDRESS, answers)

    assert page.status == 422
    assert "<title>Error: " in page.html
    for field, said in (("postcode", "six digits, such as 200040"), ("city", "Enter the city and district")):
        assert f'href="#{field}"' in page.html
        assert f'id="{field}-error"' in page.html
        assert said in page.words
    assert page.field("postcode") == "0184 🧴"
    assert page.field("street") == "<i>88</i>"
    assert "<i>88</i>" not in page.html
    assert re.search(r'<option value="SH" selected', page.html)


async def test_of_two_tabs_the_later_one_sees_the_conflict(visitor, colleague, being_set_up):
    await visitor.sign_in(INGRID)
    await colleague.sign_in(SOFIA)
    mine, theirs = await visitor.open(ALIPAY), await colleague.open(ALIPAY)
    answers = way.ANSWERS[Step.ALIPAY]
    await save(visitor, Step.ALIPAY, page=mine)

    late = await save(colleague, Step.ALIPAY, answers | {"account": "late@nordlys.example"}, page=theirs)

    assert late.status == 409
    assert "Somebody changed this while you had the page open" in late.words
    assert late.field("account") == "late@nordlys.example"
    assert "pay@nordlys.example Name of the account holder" in late.words
    again = await save(colleague, Step.ALIPAY, answers | {"account": "late@nordlys.example"}, page=late)
    assert again.path == STORE


async def test_a_page_that_was_open_for_too_long_keeps_what_was_typed(visitor, sessions, being_set_up):
    await visitor.sign_in(INGRID)
    headers = {"Origin": visitor.origin, "Sec-Fetch-Site": "same-origin"}
    form = {"csrf_token": "old", "version": "0"} | way.ANSWERS[Step.ALIPAY]

    page = await visitor.send("POST", ALIPAY, data=form, headers=headers)

    assert page.status == 422
    assert "open for too long" in page.words
    assert page.field("account") == "pay@nordlys.example"


async def test_handing_over_too_early_names_what_is_missing(visitor, sessions, being_set_up):
    await visitor.sign_in(INGRID)
    page = await visitor.open(STORE)

    blocked = await visitor.submit(page, f"{STORE}/hand-over")

    assert blocked.status == 422
    assert "“Give your Alipay account” is not done yet." in blocked.words
    assert stage(sessions) is Stage.STORE_SETUP


async def test_steps_that_do_not_exist_are_not_found(visitor, being_set_up):
    await visitor.sign_in(INGRID)

    for name in ("contract", "fees", "products", "final-check", "nothing", "ALIPAY", "..%2F"):
        assert (await visitor.open(f"{STORE}/{name}")).status == 404


async def test_another_brand_is_not_found_by_any_path(visitor, sessions, being_set_up):
    await visitor.sign_in(KENJI)
    token = (await visitor.open("/brands/kumo/store")).status
    before = count(sessions, StepChange)
    headers = {"Origin": visitor.origin, "Sec-Fetch-Site": "same-origin"}

    gets = (CONTRACT, f"{CONTRACT}/download", FEES, f"{FEES}/invoice", STORE, ALIPAY)
    assert token == 200
    assert [(await visitor.open(path)).status for path in gets] == [404] * len(gets)
    for path in (CONTRACT, FEES, f"{STORE}/hand-over", ALIPAY):
        assert (await visitor.send("POST", path, data={"x": "1"}, headers=headers)).status == 404
    assert count(sessions, StepChange) == before


async def test_pasted_products_are_checked_row_by_row(visitor, sessions, being_set_up):
    await visitor.sign_in(INGRID)
    wrong = [*way.CREAM[:4], "<b>free</b>", way.CREAM[5]]
    text = "\n".join("\t".join(cells) for cells in (way.HEAD, way.CREAM, wrong))

    page = await visitor.submit(await visitor.open(PRODUCTS), PRODUCTS, rows=text)

    assert page.path == PRODUCTS
    assert "1 of 2 rows to correct" in page.words
    assert "“<b>free</b>” is not a price." in page.words
    assert "<b>free</b>" not in page.html
    text = "\n".join("\t".join(cells) for cells in (way.HEAD, way.CREAM))
    done = await visitor.submit(page, PRODUCTS, rows=text)
    assert "The row will do" in done.words


async def test_rows_without_products_are_refused_and_kept(visitor, being_set_up):
    await visitor.sign_in(INGRID)

    page = await visitor.submit(await visitor.open(PRODUCTS), PRODUCTS, rows="Product\tPrice\nCream\t1")

    assert page.status == 422
    assert "The first row must name these columns: Brand" in page.words
    assert "Product\tPrice\nCream\t1" in page.html
    huge = await visitor.submit(page, PRODUCTS, rows="x" * 2_000_000)
    assert huge.status == 422
    assert "too many to be pasted" in huge.words


async def test_the_file_that_was_sent_is_checked(visitor, being_set_up):
    await visitor.sign_in(INGRID)
    page = await visitor.open(PRODUCTS)
    assert "No file is with us" in page.words
    refused = await visitor.submit(page, f"{PRODUCTS}/file")
    assert refused.status == 422
    assert "Send your product list as a file first" in refused.words


async def test_a_refused_brand_appeals_and_applies_again(visitor, sessions):
    with sessions.begin() as session:
        refusal.refuse(session, way.nordlys(session).id, by=way.MEI, reason="The trademark is <not> yours.")
    await visitor.sign_in(INGRID)
    home = await visitor.open(HOME)
    assert REFUSAL in home.links(REFUSAL)
    page = await visitor.open(REFUSAL)
    assert "The trademark is <not> yours." in page.words

    empty = await visitor.submit(page, f"{REFUSAL}/appeal", text=" ")
    assert empty.status == 422
    assert "Enter why the decision should be looked at again" in empty.words
    sent = await visitor.submit(page, f"{REFUSAL}/appeal", text="The letter was there: <b>page 3</b>")
    assert sent.path == REFUSAL
    assert "your reference is BR-" in sent.words
    assert "<b>page 3</b>" not in sent.html

    again = await visitor.submit(sent, f"{REFUSAL}/apply-again")
    assert again.path.startswith("/registration/BD-2026-")
    assert "BD-2026-004217" not in again.path
    assert "Not submitted yet" in (await visitor.open(HOME)).words
    assert (await visitor.open(REFUSAL)).status == 404


async def test_there_is_no_refusal_of_a_running_application_or_of_another_brand(visitor):
    await visitor.sign_in(INGRID)
    headers = {"Origin": visitor.origin, "Sec-Fetch-Site": "same-origin"}

    for path in (REFUSAL, "/brands/kumo/refusal", "/brands/kumo/summary"):
        assert (await visitor.open(path)).status == 404
    for path in (f"{REFUSAL}/appeal", f"{REFUSAL}/apply-again"):
        assert (await visitor.send("POST", path, data={"text": "x"}, headers=headers)).status == 404


async def test_where_an_opening_stands_can_be_forwarded_on_one_page(visitor, offered):
    await visitor.sign_in(INGRID)
    assert f"{HOME}/summary" in (await visitor.open(HOME)).links(f"{HOME}/summary")

    async with visitor.http.get(f"{visitor.origin}{HOME}/summary") as answer:
        paper = PdfReader(io.BytesIO(await answer.read()))

    assert len(paper.pages) == 1
    text = paper.pages[0].extract_text()
    expected = (
        "Store opening of Nordlys Skincare",
        "Nordlys Skincare AS, Norway",
        "11 of 30",
        "Return address",
    )
    for said in ("BD-2026-004217", "As of Fri 15 May 2026, 10:00 in China", *expected):
        assert said in text


async def test_the_estimate_stands_beside_the_promise(visitor, offered):
    await visitor.sign_in(INGRID)

    words = (await visitor.open(HOME)).words

    assert re.search(r"Of \d+ stores that were as far as yours and have opened, half took at most \d+", words)
    assert "Target opening by Wed 3 June 2026" in words


async def test_an_open_store_can_still_be_looked_up_but_not_changed(visitor):
    home = await visitor.sign_in(KENJI)
    assert {"/brands/kumo/contract", "/brands/kumo/fees", "/brands/kumo/store"} <= set(home.links("/brands/"))

    for name in ("contract", "fees", "store", "products", "store/alipay"):
        page = await visitor.open(f"/brands/kumo/{name}")
        assert page.status == 200
        assert "<form" not in page.html.split("<main")[1].split("</main>")[0]
    for name in ("contract/download", "fees/invoice", "summary"):
        assert (await visitor.open(f"/brands/kumo/{name}")).html.startswith("%PDF-")
