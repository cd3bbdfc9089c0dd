"""The whole way from the last documents over approval to an open store on day 24, through the pages of the brand."""

import csv
import io
from datetime import timedelta

from sqlalchemy import select

from conversations import documents
from conversations import opening as team
from conversations.models import Mail
from onboarding import clock, promise
from onboarding.models import DocumentSubmission, StageChange
from onboarding.names import DocumentStatus, Stage, Turn
from onboarding.opening import set_up
from onboarding.opening.names import Step
from tests import papers
from tests.onboarding.opening import way
from tests.web.visitor import INGRID

HOME = "/brands/nordlys-skincare"
WANG, ZHOU = "Wang Fang", "Zhou Min"


def product_list() -> bytes:
    written = io.StringIO()
    csv.writer(written).writerows([way.HEAD, way.CREAM])
    return written.getvalue().encode()


def accept_all(sessions) -> None:
    with sessions.begin() as session:
        waiting = select(DocumentSubmission.id).where(
            DocumentSubmission.application_id == way.nordlys(session).id,
            DocumentSubmission.status.in_((DocumentStatus.CHECKING, DocumentStatus.IN_REVIEW)),
        )
        for submission_id in session.scalars(waiting).all():
            documents.accept(session, submission_id, by=WANG, base_url="http://desk.example")


def staff(sessions, act, **more) -> None:
    with sessions.begin() as session:
        act(session, way.nordlys(session).id, by=ZHOU, base_url="http://desk.example", **more)


def days_later(sessions, days: int) -> None:
    with sessions.begin() as session:
        clock.advance(session, timedelta(days=days))


def stage(sessions) -> Stage:
    with sessions() as session:
        return way.nordlys(session).stage


async def send(
    visitor, document: str, content: bytes, name: str = "paper.pdf", kind: str = "application/pdf"
):
    page = await visitor.open(f"{HOME}/documents/{document}")
    sent = await visitor.upload(page, content, name, content_type=kind)
    assert sent.status == 200


async def fill_in(visitor, step: Step) -> None:
    path = f"{HOME}/store/{step.value.lower().replace('_', '-')}"
    page = await visitor.open(path)
    saved = await visitor.submit(page, path, version=page.field("version"), **way.ANSWERS[step])
    assert saved.path == f"{HOME}/store"


async def test_a_brand_goes_from_its_last_documents_to_an_open_store_on_day_24(visitor, sessions):
    assert "Day 16 of 30" in (await visitor.sign_in(INGRID)).words
    await send(visitor, "trademark", papers.pdf(papers.CLEAN))
    await send(visitor, "product-list", product_list(), "products.csv", "text/csv")
    accept_all(sessions)
    assert stage(sessions) is Stage.APPROVED
    assert "Read the contract" in (await visitor.open(HOME)).words

    staff(sessions, team.offer)
    home = await visitor.open(HOME)
    assert "It is your turn: sign the contract and pay the fees" in home.words
    for name in ("alipay-account", "address-proof"):
        await send(visitor, name, papers.pdf(papers.CLEAN))
    page = await visitor.open(f"{HOME}/contract")
    await visitor.submit(
        page,
        page.path,
        version=page.field("version"),
        name="Ingrid Solberg",
        position="Director",
        agreed="yes",
    )
    await visitor.upload(await visitor.open(f"{HOME}/fees"), papers.pdf(["RMB 180,000"]), "transfer.pdf")
    assert "It is our turn: we check your payment and documents" in (await visitor.open(HOME)).words

    days_later(sessions, 1)
    accept_all(sessions)
    assert stage(sessions) is Stage.CONTRACT_AND_FEES
    with sessions() as session:
        today = clock.today_in_china(session)
    staff(sessions, team.confirm_received, received_on=today)
    assert "It is your turn: set up your store" in (await visitor.open(HOME)).words

    days_later(sessions, 4)
    for step in way.ANSWERS:
        await fill_in(visitor, step)
    products = await visitor.open(f"{HOME}/products")
    assert "The row will do" in (await visitor.submit(products, f"{HOME}/products/file")).words
    store = await visitor.open(f"{HOME}/store")
    assert "7 of 7 steps done" in store.words
    handed = await visitor.submit(store, f"{HOME}/store/hand-over")
    assert "It is our turn: final check" in handed.words

    days_later(sessions, 1)
    staff(sessions, team.send_back, found={Step.DESIGN: "The shop front is in English. Translate it."})
    assert "The shop front is in English. Translate it." in (await visitor.open(HOME)).words
    await fill_in(visitor, Step.DESIGN)
    await visitor.submit(await visitor.open(f"{HOME}/store"), f"{HOME}/store/hand-over")
    days_later(sessions, 2)
    with sessions.begin() as session:
        set_up.pass_final_check(session, way.nordlys(session).id, by=ZHOU)
    staff(sessions, team.open_store)

    opened = await visitor.open(HOME)
    assert "Day 1" in opened.words
    with sessions() as session:
        mails = session.scalars(select(Mail.subject).where(Mail.recipient == INGRID)).all()
        opening = promise.opening_clock(session, way.nordlys(session))
        rows = session.scalars(
            select(StageChange)
            .where(StageChange.application_id == way.nordlys(session).id)
            .order_by(StageChange.id)
        ).all()
    told = (
        "your contract and invoice are ready",
        "we received your payment",
        "the final check found something",
    )
    assert {f"Nordlys Skincare: {what}" for what in (*told, "your store is open")} <= set(mails)
    assert (opening.day, opening.opened_on, opening.overdue_by) == (24, today + timedelta(days=7), 0)
    assert opening.days_with_us + opening.days_with_you == 24
    assert opening.owners[-8:] == [Turn.PLATFORM, *[Turn.BRAND] * 4, *[Turn.PLATFORM] * 3]
    assert all(row.by and row.reason for row in rows if row.at.date() >= today - timedelta(days=1))
