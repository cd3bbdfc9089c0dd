"""Who of the staff looks at a proof of payment: recorded like every opening of a document."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.models import PaymentProof, ProofOpening
from onboarding.opening.fees import note_opening

# Turning pages and enlarging them is the same opening for so long.
MINUTES_OF_LOOKING = 10


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
    note_opening(session, proof, who=by)
    return True
