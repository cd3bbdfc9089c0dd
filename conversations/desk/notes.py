"""Notes for the team: in a table of their own, which nothing that is sent to a brand ever reads."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from conversations import lookup, notify
from conversations.desk.models import Note
from onboarding import clock
from onboarding.errors import DomainError
from onboarding.models import Staff

LONGEST_NOTE = 4000


class NoteInvalid(DomainError):
    code = "note_invalid"


@dataclass(frozen=True)
class NoteView:
    id: int
    by: str
    text: str
    after_seq: int
    at: datetime


def write(session: Session, conversation_id: UUID, text: str, *, by: Staff) -> Note:
    """Raises NoteInvalid."""
    text = text.replace("\x00", "").strip()
    if not text:
        raise NoteInvalid("Enter a note.", what_to_do="Only your team reads it.")
    if len(text) > LONGEST_NOTE:
        raise NoteInvalid(
            f"The note has {len(text):,} characters.", what_to_do=f"Shorten it to {LONGEST_NOTE:,}."
        )
    conversation = lookup.locked(session, conversation_id)
    note = Note(
        conversation_id=conversation.id,
        staff_id=by.id,
        text=text,
        after_seq=conversation.last_seq,
        at=clock.now(session),
    )
    session.add(note)
    session.flush()
    notify.tell_desk(session, "conversation", conversation.id, by=by.id)
    return note


def of_conversation(session: Session, conversation_id: UUID) -> list[NoteView]:
    rows = session.execute(
        select(Note, Staff.name)
        .join(Staff, Staff.id == Note.staff_id)
        .where(Note.conversation_id == conversation_id)
        .order_by(Note.id)
    )
    return [NoteView(note.id, name, note.text, note.after_seq, note.at) for note, name in rows]
