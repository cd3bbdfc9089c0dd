"""Nordlys Skincare on its way from approved to open: what a test says once to be somewhere on it."""

from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from onboarding import clock, stages
from onboarding.documents.storage import DocumentStore
from onboarding.models import Application, Contact, DocumentSubmission, StageChange
from onboarding.names import DocumentStatus, DocumentType, FileFormat, Stage
from onboarding.opening import contract, fees, products, set_up
from onboarding.opening.names import ListSource, Step
from tests.onboarding import people

MEI = "Mei Lin"
PROOF = b"%PDF-1.4 a made-up proof of payment"
HEAD = ["Brand", "Category", "Name", "Material or ingredients", "Price (RMB)", "Maker"]
CREAM = ["Nordlys Skincare", "Cosmetics", "Face cream 50 ml", "Water, glycerin", "189.00", "Nordlys AS"]
ANSWERS: dict[Step, dict[str, str]] = {
    Step.ALIPAY: {"account": "pay@nordlys.example", "holder": "Nordlys Skincare AS"},
    Step.OPERATION: {"runner": "PARTNER", "partner": "Bridge Ltd", "email": "store@bridge.example"},
    Step.RETURN_ADDRESS: {
        "recipient": "Bridge returns",
        "phone": "138 0013 8000",
        "province": "SH",
        "city": "Shanghai, Jing'an",
        "street": "88 Nanjing West Road",
        "postcode": "200040",
    },
    Step.DESIGN: {"preview": "https://preview.example/nordlys", "chinese": "yes", "rights": "yes"},
    Step.LOGISTICS: {"way": "BONDED", "carrier": "Ningbo bonded warehouse", "hours": "yes"},
    Step.CUSTOMER_SERVICE: {
        "who": "PARTNER",
        "contact": "Li Na",
        "email": "care@bridge.example",
        "hours": "Mon to Sun, 09:00 to 23:00",
    },
}


def ingrid(session: Session) -> Contact:
    return people.contact(session, people.INGRID)


def nordlys(session: Session) -> Application:
    return people.application(session, "Nordlys Skincare")


def approve(session: Session) -> Application:
    """All papers accepted by reviewers; submitted on 4 May 2026, approved on the 15th."""
    clock.freeze(session, datetime(2026, 5, 15, 2, tzinfo=UTC))
    application = nordlys(session)
    session.execute(
        update(DocumentSubmission)
        .where(DocumentSubmission.application_id == application.id)
        .values(status=DocumentStatus.APPROVED, reason_code=None, reason_text=None, deadline_on=None)
    )
    for document in (DocumentType.PRODUCT_LIST, DocumentType.ALIPAY_ACCOUNT, DocumentType.ADDRESS_PROOF):
        accept_paper(session, application, document)

    session.execute(
        delete(StageChange).where(
            StageChange.application_id == application.id, StageChange.at > clock.now(session)
        )
    )
    stages.move(session, application, Stage.APPROVED, by=MEI, reason="All documents are accepted.")
    return application


def accept_paper(session: Session, application: Application, document: DocumentType) -> None:
    now = clock.now(session)
    session.add(
        DocumentSubmission(
            application_id=application.id,
            document_type=document,
            status=DocumentStatus.APPROVED,
            submitted_at=now,
            decided_at=now,
        )
    )
    session.flush()


def offer(session: Session) -> Application:
    application = approve(session)
    contract.offer(session, application.id, by=MEI)
    return application


def accept_contract(session: Session, **changed: object):
    application = nordlys(session)
    given = {
        "version": contract.current(session, application).version,
        "name": "Ingrid Solberg",
        "position": "Managing director",
        "agreed": True,
    }
    return contract.accept(session, ingrid(session), application, **(given | changed))


@contextmanager
def arriving(store: DocumentStore, content: bytes):
    with store.receive(megabytes=1) as incoming:
        incoming.write(content)
        yield incoming


def send_proof(session: Session, store: DocumentStore, content: bytes = PROOF):
    with arriving(store, content) as incoming:
        return fees.send_proof(
            session,
            ingrid(session),
            nordlys(session),
            incoming,
            incoming.finish(),
            FileFormat.PDF,
            "transfer.pdf",
        )


def confirm_payment(session: Session) -> None:
    fees.confirm_received(session, nordlys(session).id, received_on=clock.today_in_china(session), by="Zhou")


def to_set_up(session: Session, store: DocumentStore) -> Application:
    application = offer(session)
    accept_contract(session)
    send_proof(session, store)
    confirm_payment(session)
    return application


def set_up_all(session: Session) -> None:
    application, contact = nordlys(session), ingrid(session)
    for step, answers in ANSWERS.items():
        set_up.save(session, contact, application, step, answers)
    products.check(session, contact, application, [HEAD, CREAM], ListSource.PASTED)


def pass_days(session: Session, days: int) -> date:
    clock.advance(session, timedelta(days=days))
    return clock.today_in_china(session)
