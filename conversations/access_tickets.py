"""Requests for access that the programme's people decide, as tickets of the person who asks."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from conversations import lookup, tickets
from conversations.models import Ticket
from onboarding import access_requests
from onboarding.models import AccessRequest

REASON = "access_request"


def pass_on(session: Session, request: AccessRequest) -> Ticket:
    access_requests.pass_on(session, request)
    conversation = lookup.open_for_contact(session, request.contact_id)
    detail = f"{request.id}: {request.reason}, {request.named}. {request.note or ''}".strip()
    return tickets.open_separate_ticket(session, conversation, REASON, detail)


def pass_on_unanswered(session: Session) -> None:
    for request in access_requests.unanswered(session):
        pass_on(session, request)


def ticket_of(session: Session, request: AccessRequest) -> Ticket | None:
    named = (Ticket.reason == REASON, Ticket.detail.startswith(f"{request.id}:"))
    return session.scalar(select(Ticket).where(*named).limit(1))
