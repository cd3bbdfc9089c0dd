"""Who of the staff opened a proof of payment: recorded like every opening of a document."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.models import Application, Brand, Contact, Invoice, Membership, PaymentProof, ProofOpening

# Turning pages and enlarging them is the same opening for so long.
MINUTES_OF_LOOKING = 10


@dataclass(frozen=True)
class Opening:
    who: str
    at: datetime


def note_opening(session: Session, proof: PaymentProof, *, by: str) -> None:
    session.add(ProofOpening(proof_id=proof.id, who=by, at=clock.now(session)))


def look_at_page(session: Session, proof: PaymentProof, *, by: str) -> bool:
    """Whether it is a new opening."""
    since = clock.now(session) - timedelta(minutes=MINUTES_OF_LOOKING)
    looking = select(ProofOpening.id).where(
        ProofOpening.proof_id == proof.id,
        ProofOpening.contact_id.is_(None),
        ProofOpening.who == by,
        ProofOpening.at > since,
    )
    if session.scalar(looking.limit(1)) is not None:
        return False
    note_opening(session, proof, by=by)
    return True


def openings_of(session: Session, proof: PaymentProof) -> list[Opening]:
    """The newest first."""
    rows = session.scalars(
        select(ProofOpening).where(ProofOpening.proof_id == proof.id).order_by(ProofOpening.id.desc())
    )
    return [Opening(row.who, row.at) for row in rows]


def openings_for(session: Session, contact: Contact) -> list[tuple[str, str, datetime]]:
    """Brand, who and when, of all proofs of the contact's brands, the newest first."""
    rows = session.execute(
        select(Brand.name, ProofOpening.who, ProofOpening.at)
        .join(PaymentProof, PaymentProof.id == ProofOpening.proof_id)
        .join(Invoice, Invoice.id == PaymentProof.invoice_id)
        .join(Application, Application.id == Invoice.application_id)
        .join(Brand, Brand.id == Application.brand_id)
        .join(Membership, Membership.brand_id == Brand.id)
        .where(Membership.contact_id == contact.id)
        .order_by(ProofOpening.id.desc())
    )
    return list(rows.tuples())
