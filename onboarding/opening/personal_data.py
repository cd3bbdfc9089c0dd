"""What a person did and wrote between approval and opening, or against a refusal: to be given to them, and forgotten.

The acceptance of a contract keeps the name of who accepted: it is a business record for the programme's contract years.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from onboarding import brands
from onboarding.database import Base
from onboarding.documents.submissions import NAME_OF_NONE
from onboarding.models import (
    Appeal,
    Application,
    Brand,
    Contact,
    ContractAcceptance,
    Invoice,
    Membership,
    PaymentProof,
    ProductCheck,
    ProofOpening,
    StepChange,
)
from onboarding.names import FORMER_CONTACT

ERASED_TEXT = "Erased"

type Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class SentProof:
    brand: str
    invoice: str
    file: PaymentProof


def proofs_sent_by(session: Session, contact: Contact) -> list[SentProof]:
    """Also for brands that they left since, in the order of sending."""
    rows = session.execute(
        select(Brand.name, Invoice.number, PaymentProof)
        .select_from(PaymentProof)
        .join(Invoice, Invoice.id == PaymentProof.invoice_id)
        .join(Application, Application.id == Invoice.application_id)
        .join(Brand, Brand.id == Application.brand_id)
        .where(PaymentProof.sent_by == contact.id)
        .order_by(PaymentProof.received_at, PaymentProof.id)
    )
    return [SentProof(brand, invoice, file) for brand, invoice, file in rows]


def openings_of_proofs(session: Session, contact: Contact) -> list[tuple[str, str, str, datetime]]:
    """Brand, name of the file, who opened it and when: of all brands of the contact."""
    rows = session.execute(
        select(Brand.name, PaymentProof.name, ProofOpening.who, ProofOpening.at)
        .select_from(ProofOpening)
        .join(PaymentProof, PaymentProof.id == ProofOpening.proof_id)
        .join(Invoice, Invoice.id == PaymentProof.invoice_id)
        .join(Application, Application.id == Invoice.application_id)
        .join(Brand, Brand.id == Application.brand_id)
        .join(Membership, Membership.brand_id == Brand.id)
        .where(Membership.contact_id == contact.id)
        .order_by(ProofOpening.id.desc())
    )
    return list(rows.tuples())


def held(session: Session, contact: Contact) -> dict[str, Rows]:
    """Each section a list of rows; moments are aware UTC."""
    return {
        "contracts_accepted": _rows(
            session, _done_by(ContractAcceptance, contact), "version", "name", "position", "at", "sha256", "text"
        ),
        "payment_proofs": [
            {
                "brand": sent.brand,
                "invoice": sent.invoice,
                "name": sent.file.name,
                "size_bytes": sent.file.size_bytes,
                "sha256": sent.file.sha256,
                "received_at": sent.file.received_at,
            }
            for sent in proofs_sent_by(session, contact)
        ],
        "invoices_replaced": [
            {
                "brand": brand,
                "number": invoice.number,
                "billing_name": invoice.billing_name,
                "billing_address": invoice.billing_address,
                "vat_number": invoice.vat_number,
                "replaced_at": invoice.replaced_at,
            }
            for brand, invoice in session.execute(_replaced_by(session, contact))
        ],
        "opening_steps": _rows(
            session, _done_by(StepChange, contact), "step", "status", "answers", "at", "reason"
        ),
        "product_checks": _rows(session, _done_by(ProductCheck, contact), "source", "products", "faults", "at"),
        "appeals": _rows(
            session, _done_by(Appeal, contact), "text", "at", "ticket", "granted", "answer", "decided_at"
        ),
    }  # fmt: skip


def forget(session: Session, contact: Contact) -> None:
    """An appeal that nobody has answered keeps its words until then, since it is the brand's."""
    for table in (StepChange, ProductCheck, Appeal):
        session.execute(update(table).where(table.contact_id == contact.id).values(by=FORMER_CONTACT))
    session.execute(
        update(Appeal)
        .where(Appeal.contact_id == contact.id, Appeal.granted.is_not(None))
        .values(text=ERASED_TEXT)
    )
    replaced = [invoice.id for _, invoice in session.execute(_replaced_by(session, contact))]
    session.execute(update(Invoice).where(Invoice.id.in_(replaced)).values(replaced_by=FORMER_CONTACT))
    session.execute(
        update(ProofOpening).where(ProofOpening.contact_id == contact.id).values(who=FORMER_CONTACT)
    )
    session.execute(update(PaymentProof).where(PaymentProof.sent_by == contact.id).values(name=NAME_OF_NONE))


def forget_once_decided(session: Session, appeal: Appeal) -> None:
    if session.get_one(Contact, appeal.contact_id).erased_at is not None:
        appeal.text = ERASED_TEXT


def _replaced_by(session: Session, contact: Contact) -> Select[str, Invoice]:
    """Only the name is kept there: of brands that the person ever acted for."""
    return (
        select(Brand.name, Invoice)
        .select_from(Invoice)
        .join(Application, Application.id == Invoice.application_id)
        .join(Brand, Brand.id == Application.brand_id)
        .where(Invoice.replaced_by == contact.name, Brand.id.in_(brands.brands_ever_of(session, contact)))
        .order_by(Invoice.id)
    )


type _Done = type[ContractAcceptance] | type[StepChange] | type[ProductCheck] | type[Appeal]


def _done_by(table: _Done, contact: Contact) -> Select[str, str, Base]:
    return (
        select(Brand.name, Application.number, table)
        .select_from(table)
        .join(Application, Application.id == table.application_id)
        .join(Brand, Brand.id == Application.brand_id)
        .where(table.contact_id == contact.id)
        .order_by(table.id)
    )


def _rows(session: Session, query: Select[str, str, Base], *columns: str) -> Rows:
    return [
        {"brand": brand, "application": number, **{column: getattr(row, column) for column in columns}}
        for brand, number, row in session.execute(query)
    ]
