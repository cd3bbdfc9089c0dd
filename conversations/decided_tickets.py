"""Tickets about what is decided elsewhere: they end with the decision, so that nobody apologises for a promise kept."""

from sqlalchemy import Text, cast, exists, or_, select
from sqlalchemy.orm import Session

from conversations import access_tickets, claim_tickets, tickets
from conversations.models import Ticket
from onboarding.models import AccessRequest, Appeal, BrandClaim
from onboarding.names import ClaimStatus

_DECIDED = "decided"

_APPEAL = exists().where(Appeal.ticket == Ticket.reference, Appeal.decided_at.is_not(None))
_CLAIM = exists().where(
    Ticket.reason == f"{claim_tickets.REASON} " + cast(BrandClaim.id, Text),
    BrandClaim.status != ClaimStatus.OPEN,
)
# Its detail begins with the request that it is about.
_REQUEST = exists().where(
    Ticket.reason == access_tickets.REASON,
    Ticket.detail.startswith(cast(AccessRequest.id, Text)),
    AccessRequest.decided_at.is_not(None),
)


def settle_decided(session: Session) -> None:
    decided = select(Ticket).where(Ticket.settled_at.is_(None), or_(_APPEAL, _CLAIM, _REQUEST))
    for ticket in session.scalars(decided.with_for_update(skip_locked=True)).all():
        tickets.settle(session, ticket, _DECIDED)
