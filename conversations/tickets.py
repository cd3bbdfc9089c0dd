"""Tickets: a person's answer promised by a time, with a reference and an address."""

import secrets
from datetime import UTC
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from conversations import texts
from conversations.models import Conversation, Ticket
from onboarding import clock, dates, office_hours
from onboarding.models import Contact

# Without letters and digits that are mistaken for one another.
_ALPHABET = "23456789CDFGHJKMNPQRTVWXYZ"


def open_ticket(
    session: Session, conversation: Conversation, reason: str, detail: str | None = None
) -> Ticket:
    """The conversation's open promise: a second reason within the same promise gets the same ticket, and what is said
    then stands below what was said before.
    """
    now = clock.now(session)
    pending = session.scalar(
        select(Ticket)
        .where(Ticket.conversation_id == conversation.id, Ticket.reason == reason, Ticket.promised_by > now)
        .order_by(Ticket.id.desc())
        .limit(1)
    )
    if pending is not None:
        _add(pending, detail)
        return pending
    return open_separate_ticket(session, conversation, reason, detail)


def open_separate_ticket(
    session: Session, conversation: Conversation, reason: str, detail: str | None = None
) -> Ticket:
    """Also while another one of the same reason is promised, since each is about something else."""
    now = clock.now(session)
    contact = _contact(session, conversation)
    ticket = Ticket(
        reference="BR-" + "".join(secrets.choice(_ALPHABET) for _ in range(6)),
        conversation_id=conversation.id,
        reason=reason,
        detail=detail,
        email=contact.email if contact else _earlier_email(session, conversation),
        promised_by=office_hours.promised_reply_by(session, now),
        created_at=now,
    )
    session.add(ticket)
    session.flush()
    return ticket


def _add(ticket: Ticket, detail: str | None) -> None:
    if detail and detail not in (ticket.detail or "").splitlines():
        ticket.detail = "\n".join(filter(None, (ticket.detail, detail)))


def confirmation(session: Session, ticket: Ticket) -> str:
    """What the brand is told: reference, promised time in its own zone, and the address that will be used."""
    conversation = session.get_one(Conversation, ticket.conversation_id)
    contact = _contact(session, conversation)
    promised_by = dates.moment(ticket.promised_by, ZoneInfo(contact.time_zone) if contact else UTC)
    if ticket.email is None:
        return texts.ticket("unknown_email", reference=ticket.reference, promised_by=promised_by)
    return texts.ticket(
        "known_email", reference=ticket.reference, promised_by=promised_by, email=ticket.email
    )


def by_reference(session: Session, reference: str) -> Ticket | None:
    return session.scalar(select(Ticket).where(Ticket.reference == reference))


def waiting_for_email(session: Session, conversation: Conversation) -> Ticket | None:
    """The newest ticket of a visitor who has not yet said where to answer."""
    return session.scalar(
        select(Ticket)
        .where(Ticket.conversation_id == conversation.id, Ticket.email.is_(None))
        .order_by(Ticket.id.desc())
        .limit(1)
    )


def confirm_email(session: Session, ticket: Ticket, email: str) -> None:
    ticket.email = email.strip().lower()


def _contact(session: Session, conversation: Conversation) -> Contact | None:
    return session.get(Contact, conversation.contact_id) if conversation.contact_id else None


def _earlier_email(session: Session, conversation: Conversation) -> str | None:
    return session.scalar(
        select(Ticket.email)
        .where(Ticket.conversation_id == conversation.id, Ticket.email.is_not(None))
        .order_by(Ticket.id.desc())
        .limit(1)
    )
