"""Files that agents send: kept as documents are, and given only to whose conversation they are in."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from conversations.desk.models import SentFile
from conversations.models import Message
from onboarding.database import SessionFactory
from onboarding.documents.storage import DocumentStore, Incoming, Received
from onboarding.documents.submissions import readable_name
from onboarding.models import Staff
from onboarding.names import FileFormat

PATH = "/messages/files/"
# They would end the link in which the name stands.
_STEERING = str.maketrans("", "", "[]()")


@dataclass(frozen=True)
class ArrivedFile:
    """A complete file with what it was found to be; it is kept with the message that names it."""

    id: UUID
    incoming: Incoming
    received: Received
    format: FileFormat
    name: str

    @property
    def link(self) -> str:
        """How the message names it, for every channel that shows links."""
        return f"[{self.name}]({PATH}{self.id})"


def arrived(incoming: Incoming, received: Received, found: FileFormat, name: str) -> ArrivedFile:
    shown = " ".join(readable_name(name).translate(_STEERING).split())
    return ArrivedFile(uuid4(), incoming, received, found, shown or "file")


def with_link(text: str, file: ArrivedFile | None) -> str:
    return "\n\n".join(part for part in (text.strip(), file.link if file else "") if part)


def keep(session: Session, conversation_id: UUID, seq: int, file: ArrivedFile, *, by: Staff) -> SentFile:
    """Beside the message that names it."""
    message_id = session.scalars(
        select(Message.id).where(Message.conversation_id == conversation_id, Message.seq == seq)
    ).one()
    kept = SentFile(
        id=file.id,
        message_id=message_id,
        staff_id=by.id,
        stored_as=file.incoming.keep(),
        sha256=file.received.sha256,
        size_bytes=file.received.size_bytes,
        format=file.format,
        name=file.name,
    )
    session.add(kept)
    session.flush()
    return kept


def find(session: Session, conversation_id: UUID, file_id: UUID) -> SentFile | None:
    """None unless it was sent in this conversation."""
    return session.scalar(
        select(SentFile)
        .join(Message, Message.id == SentFile.message_id)
        .where(SentFile.id == file_id, Message.conversation_id == conversation_id)
    )


def remove_erased(sessions: SessionFactory, store: DocumentStore) -> None:
    """What hangs on no message any more, its content first: a file without a row would be found by nobody."""
    with sessions.begin() as session:
        left = session.scalars(select(SentFile).where(SentFile.message_id.is_(None))).all()
        for file in left:
            store.path(file.stored_as).unlink(missing_ok=True)
        session.execute(delete(SentFile).where(SentFile.id.in_([file.id for file in left])))
