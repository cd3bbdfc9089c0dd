"""What the tests of handoffs share: people of the desk, and brands that write."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from conversations import lookup, messages
from conversations.messages import Inbound, Receipt
from conversations.models import Conversation
from onboarding import clock
from onboarding.models import Contact, Staff
from onboarding.names import StaffRole

# In China a Wednesday at four in the afternoon, and at eight in the evening.
OUT_OF_HOURS = datetime(2026, 5, 20, 12, 0, tzinfo=UTC)


def staff_named(session: Session, name: str, role: StaffRole = StaffRole.AGENT) -> Staff:
    address = f"{name.lower().replace(' ', '.')}@desk.example"
    found = session.scalar(select(Staff).where(Staff.email == address))
    if found is not None:
        return found
    person = Staff(
        name=name, email=address, role=role, time_zone="Asia/Shanghai", created_at=clock.now(session)
    )
    session.add(person)
    session.flush()
    return person


def conversation_of(session: Session, email: str | None) -> Conversation:
    if email is None:
        return lookup.open_for_visitor(session)
    contact = session.scalars(select(Contact).where(Contact.email == email)).one()
    return lookup.open_for_contact(session, contact.id)


def writes(session: Session, conversation_id: UUID, text: str) -> Receipt:
    return messages.receive(session, Inbound(conversation_id, "web", str(uuid4()), text))


def said(session: Session, conversation_id: UUID) -> list[str]:
    return [view.text for view in messages.messages_after(session, conversation_id, 0)]
