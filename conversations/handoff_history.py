"""What happened to a handoff, by whom: every change is a row."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from conversations.models import Conversation, Handoff, HandoffChange
from conversations.names import HandoffEvent, HandoffOutcome
from onboarding import audit, clock


def open_handoff(session: Session, conversation: Conversation) -> Handoff | None:
    return session.scalar(
        select(Handoff).where(Handoff.conversation_id == conversation.id, Handoff.ended_at.is_(None))
    )


def last_handoff(session: Session, conversation: Conversation) -> Handoff | None:
    return session.scalar(
        select(Handoff).where(Handoff.conversation_id == conversation.id).order_by(Handoff.id.desc()).limit(1)
    )


def note(
    session: Session,
    handoff: Handoff,
    event: HandoffEvent,
    *,
    by: UUID | None = None,
    to: UUID | None = None,
    text: str | None = None,
) -> None:
    session.add(
        HandoffChange(
            handoff_id=handoff.id, event=event, staff_id=by, to_staff_id=to, note=text, at=clock.now(session)
        )
    )
    if by is not None:
        audit.record(session, by, f"handoff {event}", "conversation", handoff.conversation_id)


def end(session: Session, handoff: Handoff, outcome: HandoffOutcome, *, by: UUID | None = None) -> None:
    handoff.ended_at, handoff.outcome = clock.now(session), outcome
    note(session, handoff, HandoffEvent.ENDED, by=by, text=outcome)
    session.flush()


def changes_of(session: Session, handoff: Handoff) -> list[HandoffChange]:
    """Oldest first."""
    return list(
        session.scalars(
            select(HandoffChange).where(HandoffChange.handoff_id == handoff.id).order_by(HandoffChange.id)
        )
    )


def handoffs_of(session: Session, conversation: Conversation) -> list[Handoff]:
    """Newest first."""
    return list(
        session.scalars(
            select(Handoff).where(Handoff.conversation_id == conversation.id).order_by(Handoff.id.desc())
        )
    )


def note_for_assistant(session: Session, conversation: Conversation) -> str | None:
    """Of the person who handed back last."""
    handoff = last_handoff(session, conversation)
    return handoff.note if handoff and handoff.outcome == HandoffOutcome.HANDED_BACK else None
