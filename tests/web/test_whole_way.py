"""A new brand on a phone, from the first question of the planner to its store that opens on day 24.

Everything runs as `make run` starts it, the assistant too; only what the team decides is said through the domain.
"""

import csv
import io
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from conversations import documents
from conversations import opening as team
from conversations.embedded_postgres import EmbeddedPostgres
from onboarding import clock, promise, stages
from onboarding.database import SessionFactory, build_engine, session_factory
from onboarding.models import Application, Brand, DocumentSubmission
from onboarding.names import DocumentStatus, DocumentType, ReasonCode, Stage, Turn
from onboarding.opening import set_up
from onboarding.opening.names import Step
from onboarding.opening.wording import title
from tests import papers
from tests.chromium import PATIENCE, opened
from tests.onboarding.opening import way
from tests.web.registrant import COMPANY, CONTACTS, PRODUCTS
from tests.web.test_registration_browser import (
    PAPER,
    PHONE,
    describe_the_trademark,
    fill_in,
    go_on,
    make_an_account,
    plan,
    upload_the_documents,
)
from tests.whole_house import House, house

BOWL = ["Glade Ceramics", "Home and kitchen", "Bowl, 14 cm", "Stoneware", "189.00", "Glade Ceramics AS"]
SET_UP = way.ANSWERS | {Step.ALIPAY: {"account": "pay@glade.example", "holder": "Glade Ceramics AS"}}
WANG, ZHOU = "Wang Fang", "Zhou Min"
HOME = "/brands/glade-ceramics"
DAYS = 24


@dataclass(frozen=True)
class Team:
    """Decides on the application of Glade Ceramics, days later."""

    sessions: SessionFactory
    base_url: str

    def days_later(self, days: int) -> None:
        with self.sessions.begin() as session:
            clock.advance(session, timedelta(days=days))

    def review_documents(self) -> None:
        with self.sessions.begin() as session:
            application = stages.locked(session, glade(session).id)
            stages.move(session, application, Stage.DOCUMENT_REVIEW, by=WANG, reason="The brand is accepted.")

    def reject(self, document: DocumentType, reason: ReasonCode) -> None:
        with self.sessions.begin() as session:
            (submission_id,) = waiting(session, document)
            documents.reject(session, submission_id, reason, by=WANG, base_url=self.base_url)

    def accept_documents(self) -> None:
        with self.sessions.begin() as session:
            for submission_id in waiting(session):
                documents.accept(session, submission_id, by=WANG, base_url=self.base_url)

    def offer_contract(self) -> None:
        with self.sessions.begin() as session:
            team.offer(session, glade(session).id, by=ZHOU, base_url=self.base_url)

    def confirm_payment(self) -> None:
        with self.sessions.begin() as session:
            today = clock.today_in_china(session)
            team.confirm_received(
                session, glade(session).id, received_on=today, by=ZHOU, base_url=self.base_url
            )

    def open_store(self) -> None:
        with self.sessions.begin() as session:
            set_up.pass_final_check(session, glade(session).id, by=ZHOU)
            team.open_store(session, glade(session).id, by=ZHOU, base_url=self.base_url)


def glade(session: Session) -> Application:
    return session.scalars(select(Application).join(Brand).where(Brand.name == "Glade Ceramics")).one()


def waiting(session: Session, *only: DocumentType) -> list[int]:
    """What lies with the reviewers."""
    query = select(DocumentSubmission.id).where(
        DocumentSubmission.application_id == glade(session).id,
        DocumentSubmission.status.in_((DocumentStatus.CHECKING, DocumentStatus.IN_REVIEW)),
        DocumentSubmission.document_type.in_(only or DocumentType),
    )
    return list(session.scalars(query))


@pytest.fixture
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    data_dir = tmp_path_factory.mktemp("house")
    async with house(data_dir, workers=1, BRANDDESK_NOW="2026-05-20T02:00Z") as running:
        yield running


@pytest.fixture
def staff(running: House) -> Iterator[Team]:
    postgres = EmbeddedPostgres(running.log.parent)
    engine = build_engine(postgres.start())
    yield Team(session_factory(engine), running.address)
    engine.dispose()
    postgres.stop()


@pytest.fixture
async def phone(running: House) -> AsyncIterator[Page]:
    async with opened() as browser:
        context = await browser.new_context(
            base_url=running.address, viewport=PHONE, has_touch=True, is_mobile=True
        )
        context.set_default_timeout(PATIENCE)
        yield await context.new_page()


async def test_a_new_brand_opens_its_store_on_day_24(phone: Page, staff: Team) -> None:
    await phone.goto("/")
    await phone.get_by_role("link", name="Start your registration").first.click()
    await plan(phone)
    await make_an_account(phone)
    await begin_in_the_chat(phone)
    await finish_on_the_page(phone)
    await upload_the_documents(phone)
    await submit(phone)

    staff.days_later(5)
    staff.review_documents()
    await send(phone, "Product list", product_list(), "products.csv", "text/csv")
    staff.reject(DocumentType.TRADEMARK, ReasonCode.UNREADABLE)
    staff.days_later(1)
    await repair_the_trademark(phone)
    staff.days_later(6)
    staff.accept_documents()
    await expect_at_home(phone, "Contract and fees")

    staff.offer_contract()
    await accept_the_contract(phone)
    await pay(phone)
    for document in ("Alipay merchant account", "Proof of business address"):
        await send(phone, document, papers.pdf(PAPER), "paper.pdf", "application/pdf")
    await expect_at_home(phone, "It is our turn: we check your payment and documents")

    staff.days_later(3)
    staff.accept_documents()
    staff.confirm_payment()
    await expect_at_home(phone, "It is your turn: set up your store")
    staff.days_later(5)
    await set_up_the_store(phone)
    staff.days_later(4)
    staff.open_store()

    await expect_at_home(phone, "Your first 90 days")
    await expect(phone).to_have_title(re.compile("^Day 1 of 90: Glade Ceramics"))
    await phone.goto("/messages")
    await expect(phone.get_by_role("log")).to_contain_text("Glade Ceramics: your store is open")
    with staff.sessions() as session:
        opening = promise.opening_clock(session, glade(session))
    assert (opening.day, opening.overdue_by, opening.stage) == (DAYS, 0, Stage.OPEN)
    assert {Turn.BRAND, Turn.PLATFORM} == set(opening.owners)


async def begin_in_the_chat(page: Page) -> None:
    await page.goto("/messages")
    await say(page, "I want to register our brand", "Name of your brand")
    await say(page, "Glade Ceramics", "Registered name of your company")
    await say(page, "Glade Ceramics AS", "Country of registration")
    await say(page, "China", "mainland China")
    await say(page, "Norway", "What do you sell?")
    await say(page, "how much is the deposit by the way?", "RMB 150,000")
    await say(page, "home and kitchen", "Registration number")
    await fits(page)
    await page.get_by_role("log").get_by_role("link", name="on the page").last.click()
    await expect(page.get_by_role("heading", name="Your registration")).to_be_visible()


async def say(page: Page, text: str, answered: str) -> None:
    await page.get_by_label("Message to the assistant").fill(text)
    await page.keyboard.press("Enter")
    answers = page.locator(f".m-you:has-text('{text}') ~ .m-bot")
    await expect(answers.filter(has_text=answered).first).to_be_visible()


async def finish_on_the_page(page: Page) -> None:
    await page.get_by_role("link", name="Tell us about your company").click()
    await expect(page.get_by_label("Registered name of your company")).to_have_value("Glade Ceramics AS")
    await fill_in(page, COMPANY)
    await page.get_by_role("link", name="Describe your brand and trademark").click()
    await page.get_by_label("Owner of the trademark").check()
    await describe_the_trademark(page)
    await page.get_by_role("link", name="Choose your store type").click()
    await page.get_by_label("Flagship store", exact=True).check()
    await go_on(page)
    await page.get_by_role("link", name="Describe your first products").click()
    await page.locator("#products").fill(PRODUCTS["products"])
    await page.get_by_label("How many products").fill(PRODUCTS["product_count"])
    await page.get_by_label("Direct from abroad").check()
    await go_on(page)
    await page.get_by_role("link", name="Say whom we write to").click()
    await fill_in(page, CONTACTS)
    await expect(page.get_by_role("heading", name="5 of 6 parts completed")).to_be_visible()
    await fits(page)


async def submit(page: Page) -> None:
    await page.get_by_role("link", name="Check your answers and submit").click()
    await page.get_by_label("These answers are correct").check()
    await page.get_by_role("button", name="Submit registration").click()
    await expect(page.get_by_role("heading", name="Registration submitted")).to_be_visible()
    await expect(page.get_by_text("open your store by Fri 19 June 2026")).to_be_visible()
    await fits(page)


async def repair_the_trademark(page: Page) -> None:
    await expect_at_home(page, "It is your turn")
    await page.get_by_role("link", name="Replace the file of Trademark certificate").click()
    await choose(page, papers.pdf(PAPER, pages=2), "trademark.pdf", "application/pdf")
    await expect(page.get_by_text("We can read it: 2 pages.")).to_be_visible(timeout=30_000)
    await expect(page.locator(".history > li")).to_have_count(2)
    await fits(page)


async def accept_the_contract(page: Page) -> None:
    await expect_at_home(page, "It is your turn: sign the contract and pay the fees")
    await page.get_by_role("link", name=title(Step.CONTRACT)).click()
    await page.get_by_label("Your full name").fill("Nora Marie Glade")
    await page.get_by_label("Your position").fill("Managing director")
    await page.get_by_label("I have read the contract").check()
    await page.get_by_role("button", name="Accept the contract").click()
    await expect(page.get_by_role("heading", name="Accepted")).to_be_visible()
    await fits(page)


async def pay(page: Page) -> None:
    await page.goto(HOME)
    await page.get_by_role("link", name=title(Step.FEES)).click()
    await choose(page, papers.pdf(["Transfer to Brand Desk"]), "transfer.pdf", "application/pdf")
    await expect(page.get_by_text("We have your proof since")).to_be_visible()
    await fits(page)


async def set_up_the_store(page: Page) -> None:
    for step, answers in SET_UP.items():
        await page.goto(f"{HOME}/store")
        await page.get_by_role("link", name=title(step)).click()
        for name, value in answers.items():
            await give(page, name, value)
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_role("heading", name="Set up your store")).to_be_visible()
    await page.get_by_role("link", name=title(Step.PRODUCTS)).click()
    await page.get_by_role("button", name="Check this file").click()
    await expect(page.get_by_role("heading", name="The row will do")).to_be_visible()
    await page.get_by_role("link", name="Back to your store set-up").click()
    await expect(page.get_by_text("7 of 7 steps done")).to_be_visible()
    await page.get_by_role("button", name="Hand over for the final check").click()
    await expect_at_home(page, "It is our turn: final check")


async def give(page: Page, name: str, value: str) -> None:
    choice = page.locator(f'[type=radio][name="{name}"][value="{value}"], [type=checkbox][name="{name}"]')
    if await choice.count():
        await choice.check()
    elif await page.locator(f'select[name="{name}"]').count():
        await page.locator(f'select[name="{name}"]').select_option(value)
    else:
        await page.locator(f'[name="{name}"]').fill(value)


async def send(page: Page, document: str, content: bytes, name: str, kind: str) -> None:
    await page.goto(f"{HOME}/documents")
    await page.get_by_role("link", name=f"Upload: {document}").click()
    await choose(page, content, name, kind)
    await expect(page.locator("#history")).to_contain_text(name)
    await expect(page.get_by_role("heading", name="We are checking your file")).to_have_count(
        0, timeout=30_000
    )


async def choose(page: Page, content: bytes, name: str, kind: str) -> None:
    await page.locator("#file").set_input_files({"name": name, "mimeType": kind, "buffer": content})
    await page.get_by_role("button", name="Send the").click()


async def expect_at_home(page: Page, words: str) -> None:
    await page.goto(HOME)
    await expect(page.get_by_role("main")).to_contain_text(words)
    await fits(page)


async def fits(page: Page) -> None:
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], page.url


def product_list() -> bytes:
    written = io.StringIO()
    csv.writer(written).writerows([way.HEAD, BOWL])
    return written.getvalue().encode()
