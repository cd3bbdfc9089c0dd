"""What the way to an opening sets off among people: an appeal is a ticket of the team."""

from sqlalchemy.orm import Session

from conversations import lookup, tickets
from conversations.models import Ticket
from onboarding.models import Appeal, Application, Contact
from onboarding.opening import refusal

_REASON = "appeal"


def appeal(session: Session, contact: Contact, application: Application, text: str) -> Appeal:
    """Raises what `refusal.appeal` does."""
    made = refusal.appeal(session, contact, application, text)
    conversation = lookup.open_for_contact(session, contact.id)
    ticket = tickets.open_ticket(session, conversation, _REASON, f"{application.number}: {made.text}")
    made.ticket = ticket.reference
    return made


def ticket_of(session: Session, made: Appeal) -> Ticket | None:
    return tickets.by_reference(session, made.ticket) if made.ticket else None
