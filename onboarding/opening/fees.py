"""Deposit and annual fee: the invoice, proofs of payment, and whether the money came."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock, dates, office_hours, stages
from onboarding.documents import quota
from onboarding.documents.storage import Incoming, Received
from onboarding.models import Application, Contact, Invoice, PaymentProof, ProofOpening
from onboarding.money import Money
from onboarding.names import FileFormat
from onboarding.opening import moves, steps
from onboarding.opening.names import Step, StepStatus
from onboarding.opening.wording import OpeningRefused, reason
from onboarding.permissions import Permission, require
from onboarding.programme import programme

_INVOICE, _APPLICATION = "INV", "BD"


@dataclass(frozen=True)
class Amounts:
    deposit: Money
    annual: Money

    @property
    def total(self) -> Money:
        return self.deposit + self.annual


def amounts(application: Application) -> Amounts:
    """By today's figures; what an invoice says holds once it is issued."""
    category = application.category
    if category is None:
        raise OpeningRefused("blocked")
    rules = programme().fees
    return Amounts(rules.deposit_for(category, application.company.country), rules.annual.value[category])


def invoice_number(application: Application) -> str:
    """ "INV-2026-004217" of BD-2026-004217."""
    return application.number.replace(_APPLICATION, _INVOICE, 1)


def due_on(session: Session, issued_on: date) -> date:
    """So many working days in China after the day of issue."""
    day, left = issued_on, programme().opening.payment_working_days.value
    while left:
        day += timedelta(days=1)
        left -= office_hours.is_working_day(session, day)
    return day


def amounts_of(invoice: Invoice) -> Amounts:
    return Amounts(Money(invoice.deposit_fen), Money(invoice.annual_fen))


def invoice_of(session: Session, application: Application) -> Invoice | None:
    """The one that counts."""
    return session.scalar(
        select(Invoice).where(Invoice.application_id == application.id, Invoice.replaced_at.is_(None))
    )


def replaced_of(session: Session, application: Application) -> list[Invoice]:
    """Those that others took the place of, the newest first."""
    replaced = (Invoice.application_id == application.id, Invoice.replaced_at.is_not(None))
    return list(session.scalars(select(Invoice).where(*replaced).order_by(Invoice.id.desc())))


def issue(session: Session, application: Application) -> Invoice:
    """One for each application, with its number. The application must be locked."""
    before = invoice_of(session, application)
    if before is not None:
        return before
    due, today = amounts(application), clock.today_in_china(session)
    invoice = Invoice(
        application_id=application.id,
        number=invoice_number(application),
        deposit_fen=due.deposit.minor,
        annual_fen=due.annual.minor,
        issued_on=today,
        due_on=due_on(session, today),
    )
    session.add(invoice)
    session.flush()
    return invoice


def proofs(session: Session, application: Application) -> list[PaymentProof]:
    """The newest first, also those sent for an invoice that was replaced."""
    return list(
        session.scalars(
            select(PaymentProof)
            .join(Invoice, Invoice.id == PaymentProof.invoice_id)
            .where(Invoice.application_id == application.id)
            .order_by(PaymentProof.received_at.desc(), PaymentProof.id)
        )
    )


def proof(session: Session, application: Application, proof_id: UUID) -> PaymentProof | None:
    """None unless it belongs to this application."""
    return session.scalar(
        select(PaymentProof)
        .join(Invoice, Invoice.id == PaymentProof.invoice_id)
        .where(PaymentProof.id == proof_id, Invoice.application_id == application.id)
    )


def open_proof(
    session: Session, contact: Contact, application: Application, proof_id: UUID
) -> PaymentProof | None:
    """The proof, and a row that says who opened it; None unless it belongs to this application."""
    found = proof(session, application, proof_id)
    if found is not None:
        note_opening(session, found, who=contact.name, contact_id=contact.id)
    return found


def note_opening(session: Session, opened: PaymentProof, *, who: str, contact_id: UUID | None = None) -> None:
    """`contact_id` is left out for the staff."""
    session.add(ProofOpening(proof_id=opened.id, contact_id=contact_id, who=who, at=clock.now(session)))


def openings_of(session: Session, opened: PaymentProof) -> list[ProofOpening]:
    """The latest first."""
    query = select(ProofOpening).where(ProofOpening.proof_id == opened.id)
    return list(session.scalars(query.order_by(ProofOpening.id.desc())))


def send_proof(
    session: Session,
    contact: Contact,
    application: Application,
    incoming: Incoming,
    received: Received,
    found: FileFormat,
    name: str,
) -> PaymentProof:
    """Keeps the file; the very same one again changes nothing. Raises RoleTooLow, NotNow or FileRefused."""
    require(session, contact, application.brand_id, Permission.PAY)
    application = stages.locked(session, application.id)
    steps.require_now(application, Step.FEES)
    invoice = issue(session, application)
    if invoice.received_on is not None:
        raise OpeningRefused("not_confirmable")
    before = next((one for one in proofs(session, application) if one.sha256 == received.sha256), None)
    if before is not None and steps.state(session, application, Step.FEES).status is StepStatus.WITH_US:
        return before
    if before is None:
        quota.require_room(session, application.brand_id, received.size_bytes)
    kept = before or _kept(session, contact, invoice, incoming, received, found, name)
    steps.change(
        session,
        application,
        Step.FEES,
        StepStatus.WITH_US,
        by=contact.name,
        contact=contact,
        reason=reason("proof"),
    )
    moves.follow(session, application, by=contact.name)
    return kept


def confirm_received(session: Session, application_id: int, *, received_on: date, by: str) -> Invoice:
    """Of the staff: the whole amount is on our account. Raises OpeningRefused where it was confirmed before."""
    application, invoice = _to_confirm(session, application_id)
    now = clock.now(session)
    invoice.received_on, invoice.received_by, invoice.confirmed_at = received_on, by, now
    said = reason("received", day=dates.day(received_on))
    steps.change(session, application, Step.FEES, StepStatus.DONE, by=by, reason=said)
    moves.follow(session, application, by=by)
    return invoice


def not_received(session: Session, application_id: int, *, by: str, reason: str) -> None:
    """Of the staff: nothing came, or not all of it; `reason` says to the brand what is wrong and what to do."""
    application, _ = _to_confirm(session, application_id)
    steps.change(session, application, Step.FEES, StepStatus.PROBLEM, by=by, reason=reason)
    moves.follow(session, application, by=by)


def _to_confirm(session: Session, application_id: int) -> tuple[Application, Invoice]:
    application = stages.locked(session, application_id)
    steps.require_now(application, Step.FEES)
    invoice = invoice_of(session, application)
    if invoice is None or invoice.received_on is not None:
        raise OpeningRefused("not_confirmable")
    return application, invoice


def _kept(
    session: Session,
    contact: Contact,
    invoice: Invoice,
    incoming: Incoming,
    received: Received,
    found: FileFormat,
    name: str,
) -> PaymentProof:
    kept = PaymentProof(
        invoice_id=invoice.id,
        stored_as=incoming.keep(),
        sha256=received.sha256,
        size_bytes=received.size_bytes,
        format=found,
        name=name,
        sent_by=contact.id,
        received_at=clock.now(session),
    )
    session.add(kept)
    session.flush()
    return kept
