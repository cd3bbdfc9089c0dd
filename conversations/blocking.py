"""Blocking spam: what comes in is kept, but neither the assistant nor a person answers it, and nothing waits."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from conversations import lookup, notify
from conversations.handoff_history import end, open_handoff
from conversations.models import Conversation, Message
from conversations.names import HandoffOutcome, Owner, Resolution
from onboarding import audit, clock
from onboarding.models import Contact, Staff
from onboarding.staff import permissions
from onboarding.staff.permissions import StaffPermission


@dataclass(frozen=True)
class Blocked:
    """`since` counts what was written after it was blocked."""

    conversation_id: UUID
    contact: Contact | None
    at: datetime
    by: str | None
    since: int


def block(session: Session, conversation_id: UUID, by: Staff) -> None:
    """Blocked again, it stays as it was. Raises StaffRoleTooLow, ConversationUnknown."""
    permissions.require(by, StaffPermission.BLOCK)
    conversation = lookup.locked(session, conversation_id)
    if conversation.blocked_at is not None:
        return
    conversation.blocked_at, conversation.blocked_by = clock.now(session), by.id
    handoff = open_handoff(session, conversation)
    if handoff is not None:
        handoff.resolution = Resolution.NOT_FOR_US
        end(session, handoff, HandoffOutcome.RESOLVED, by=by.id)
    # A turn that runs meanwhile finds another stretch, and drops its answer.
    conversation.owner, conversation.staff_id = Owner.BOT.value, None
    conversation.stretch += 1
    unanswered = (Message.conversation_id == conversation.id, Message.due)
    session.execute(update(Message).where(*unanswered).values(due=False))
    audit.record(session, by, "blocked", "conversation", conversation.id)
    _tell(session, conversation)


def unblock(session: Session, conversation_id: UUID, by: Staff) -> None:
    """The assistant answers again what comes from now on. Raises StaffRoleTooLow, ConversationUnknown."""
    permissions.require(by, StaffPermission.BLOCK)
    conversation = lookup.locked(session, conversation_id)
    if conversation.blocked_at is None:
        return
    conversation.blocked_at = conversation.blocked_by = None
    audit.record(session, by, "unblocked", "conversation", conversation.id)
    _tell(session, conversation)


def blocked(session: Session) -> list[Blocked]:
    """The one that was blocked last first."""
    written = (
        select(func.count())
        .where(Message.conversation_id == Conversation.id, Message.at >= Conversation.blocked_at)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Conversation.id, Contact, Conversation.blocked_at, Staff.name, written)
        .outerjoin(Contact, Contact.id == Conversation.contact_id)
        .outerjoin(Staff, Staff.id == Conversation.blocked_by)
        .where(Conversation.blocked_at.is_not(None))
        .order_by(Conversation.blocked_at.desc())
    )
    return [
        Blocked(found, contact, at, by, since) for found, contact, at, by, since in rows if at is not None
    ]


def _tell(session: Session, conversation: Conversation) -> None:
    session.flush()
    notify.tell_state(session, conversation.id)
    notify.tell_desk(session, "queue", conversation.id)
