"""Brands that two companies claim, as tickets of whoever named them last: a person looks at both."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from conversations import lookup, tickets
from conversations.models import Ticket
from onboarding.models import Application, BrandClaim
from onboarding.registration import claims

REASON = "brand_claim"


def pass_on_new(session: Session) -> None:
    """Once for each claim; one that ended meanwhile, as after a slip of the pen, troubles nobody."""
    for claim in claims.waiting(session):
        if ticket_of(session, claim) is None:
            _pass_on(session, claim)


def ticket_of(session: Session, claim: BrandClaim) -> Ticket | None:
    return session.scalar(select(Ticket).where(Ticket.reason == _reason(claim)).limit(1))


def _pass_on(session: Session, claim: BrandClaim) -> None:
    """The other company is left out, because the ticket is also in the copy of its person's data."""
    application = session.get_one(Application, claim.application_id)
    contact = claims.to_be_written_to(session, application)
    if contact is None:
        return
    conversation = lookup.open_for_contact(session, contact.id)
    detail = f"{claim.id}: {claim.brand_name}, {application.company.name}, {application.number}"
    tickets.open_separate_ticket(session, conversation, _reason(claim), detail)


def _reason(claim: BrandClaim) -> str:
    return f"{REASON} {claim.id}"
