"""Claims on a brand and requests for access, decided by the team: told to whom it concerns, their tickets settled."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from conversations import access_tickets, claim_tickets, opening, tickets
from conversations.models import Ticket
from onboarding import access_requests, audit
from onboarding.errors import DomainError, NotFound
from onboarding.models import AccessRequest, BrandClaim, Staff
from onboarding.names import ClaimStatus, Role
from onboarding.registration import claims

_TOLD = {ClaimStatus.UPHELD: "claim_upheld", ClaimStatus.REFUSED: "claim_refused"}


class ClaimUnknown(NotFound):
    code = "claim_unknown"


class ClaimDecided(DomainError):
    code = "claim_decided"
    what_to_do = "Load the page again to see who decided it, and how."


def claim(session: Session, claim_id: int) -> BrandClaim:
    """Raises ClaimUnknown."""
    found = session.get(BrandClaim, claim_id)
    if found is None:
        raise ClaimUnknown("There is no such claim.")
    return found


def decide_claim(
    session: Session, claim_id: int, status: ClaimStatus, *, reason: str, by: Staff, base_url: str
) -> None:
    """UPHELD or REFUSED: whoever named the brand last reads `reason`. Raises ClaimUnknown, ClaimDecided."""
    found = session.get(BrandClaim, claim_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise ClaimUnknown("There is no such claim.")
    if found.status is not ClaimStatus.OPEN:
        raise ClaimDecided("This claim has been decided, or no longer holds.")
    claims.decide(session, found, status, by=by.name, reason=reason)
    opening.tell(session, found.application_id, _TOLD[status], base_url, reason=reason)
    _settle(session, claim_tickets.ticket_of(session, found), reason, by)
    audit.record(session, by, "claim decided", "claim", claim_id, status=status)


def answer_access(
    session: Session, request_id: UUID, brand_id: int | None, role: Role | None, *, by: Staff
) -> AccessRequest:
    """Without a role it is refused; the mail is the caller's. Raises RequestNotFound."""
    answered = access_requests.answer_for_programme(session, request_id, brand_id, role)
    outcome = f"Access given: {role}" if role else "Access refused"
    _settle(session, access_tickets.ticket_of(session, answered), outcome, by)
    audit.record(session, by, "access request answered", "access request", request_id, role=role)
    return answered


def _settle(session: Session, ticket: Ticket | None, outcome: str, by: Staff) -> None:
    if ticket is None:
        return
    held = session.scalars(select(Ticket).where(Ticket.id == ticket.id).with_for_update()).one()
    if held.settled_at is None:
        tickets.settle(session, held, outcome, by=by)
