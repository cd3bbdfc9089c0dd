"""What somebody was working on when they left the team: it waits for the next person, and the brand is told."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from conversations import handoff, lookup, messages, notify
from conversations.handoff_history import note, open_handoff
from conversations.models import Conversation, Ticket
from conversations.names import HandoffEvent, Owner
from onboarding import clock, office_hours
from onboarding.models import Staff


def give_back(session: Session, staff: Staff) -> int:
    """How many conversations went back to the queue; open tickets are nobody's again."""
    owned = session.scalars(
        select(Conversation.id).where(Conversation.staff_id == staff.id).order_by(Conversation.id)
    ).all()
    for conversation_id in owned:
        _requeue(session, lookup.locked(session, conversation_id), staff)
    session.execute(
        update(Ticket).where(Ticket.staff_id == staff.id, Ticket.settled_at.is_(None)).values(staff_id=None)
    )
    return len(owned)


def _requeue(session: Session, conversation: Conversation, staff: Staff) -> None:
    called = open_handoff(session, conversation)
    if conversation.owner != Owner.PERSON or conversation.staff_id != staff.id or called is None:
        return
    conversation.owner, conversation.staff_id = Owner.WAITING.value, None
    called.claimed_at = called.claimed_by = None
    if called.promised_by is None or called.first_reply_at is not None:
        called.promised_by = office_hours.promised_reply_by(session, clock.now(session))
        called.first_reply_at = called.promise_broken_at = None
    note(session, called, HandoffEvent.QUEUED)
    session.flush()
    line = handoff.waiting_line(session, conversation, called)
    called.notice_seq = messages.append_notice(session, conversation, line)
    notify.tell_state(session, conversation.id)
    notify.tell_desk(session, "queue", conversation.id)
