"""Sending a document, what was sent before, and opening a file."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onboarding import clock, dates, permissions, stages
from onboarding.documents import progress, quota
from onboarding.documents.storage import Incoming, Received
from onboarding.documents.wording import FileRefused, why_not_now
from onboarding.models import (
    Application,
    Contact,
    DocumentCheck,
    DocumentFile,
    DocumentOpening,
    DocumentSubmission,
)
from onboarding.names import Channel, DocumentStatus, DocumentType, FileFormat, Role
from onboarding.permissions import Permission
from onboarding.programme import programme
from onboarding.requirements import ChecklistItem, checklist

# Of a file whose sender gave it none, or whose name was erased.
NAME_OF_NONE = "document"
_LONGEST_NAME = 120
_ENDINGS = {FileFormat.JPG: (".jpg", ".jpeg")}


@dataclass(frozen=True)
class Sent:
    """`is_new` is false where the very same file is with us already."""

    submission: DocumentSubmission
    is_new: bool


@dataclass(frozen=True)
class HistoryEntry:
    """One submission; the demonstration's own have no file. `openings` begins with the latest."""

    submission: DocumentSubmission
    file: DocumentFile | None
    check: DocumentCheck | None
    openings: tuple[DocumentOpening, ...] = ()


def why_not_sendable(
    application: Application, item: ChecklistItem, role: Role, *, replacing: bool = False
) -> str | None:
    """A key of `why_not_now`, or None where the document may be sent.

    `replacing`: the brand wants an accepted one to be looked at again.
    """
    if not permissions.may(role, Permission.UPLOAD):
        return "viewer"
    if application.stage.is_closed:
        return "closed"
    if item.status is DocumentStatus.WAIVED:
        return "waived"
    return "accepted" if item.status is DocumentStatus.APPROVED and not replacing else None


def send(
    session: Session,
    contact: Contact,
    application: Application,
    document: DocumentType,
    incoming: Incoming,
    received: Received,
    found: FileFormat,
    name: str,
    *,
    replacing: bool = False,
    channel: Channel = Channel.PAGE,
) -> Sent:
    """Keeps the file and counts it from now on, an accepted one's in its place only if that is wanted.

    Raises FileRefused where it may not be sent, or not again, and what permissions.require does.
    """
    application = stages.locked(session, application.id)
    _require_sendable(session, contact, application, document, replacing)
    before = _sent_before(session, application, document, received.sha256)
    if before is not None and before.status is DocumentStatus.REJECTED:
        raise _refused_before(before)
    if before is not None and before.id == _newest_id(session, application, document):
        return Sent(before, is_new=False)
    quota.require_room(session, application.brand_id, received.size_bytes)
    submission = DocumentSubmission(
        application_id=application.id,
        document_type=document,
        status=DocumentStatus.CHECKING,
        submitted_at=clock.now(session),
    )
    session.add(submission)
    session.flush()
    session.add(
        DocumentFile(
            submission_id=submission.id,
            stored_as=incoming.keep(),
            sha256=received.sha256,
            size_bytes=received.size_bytes,
            format=found,
            name=readable_name(name),
            sent_by=contact.id,
            received_at=submission.submitted_at,
            channel=channel,
        )
    )
    session.flush()
    progress.after_sending(session, application, by=contact.name)
    return Sent(submission, is_new=True)


def history(session: Session, application: Application, document: DocumentType) -> list[HistoryEntry]:
    """The newest first; rows that only ask for a document are left out."""
    rows = session.execute(
        select(DocumentSubmission, DocumentFile, DocumentCheck)
        .outerjoin(DocumentFile, DocumentFile.submission_id == DocumentSubmission.id)
        .outerjoin(DocumentCheck, DocumentCheck.submission_id == DocumentSubmission.id)
        .where(
            DocumentSubmission.application_id == application.id,
            DocumentSubmission.document_type == document,
            DocumentSubmission.status != DocumentStatus.MISSING,
        )
        .order_by(DocumentSubmission.id.desc())
    )
    found = rows.tuples().all()
    opened = _openings_by_file(session, [file for _, file, _ in found if file])
    return [
        HistoryEntry(submission, file, check, tuple(opened[file.id]) if file else ())
        for submission, file, check in found
    ]


def open_file(
    session: Session, contact: Contact, application: Application, document: DocumentType, file_id: UUID
) -> DocumentFile | None:
    """The file, and a row that says who opened it; None unless it belongs to this document."""
    file = session.scalar(
        select(DocumentFile)
        .join(DocumentSubmission, DocumentSubmission.id == DocumentFile.submission_id)
        .where(
            DocumentFile.id == file_id,
            DocumentSubmission.application_id == application.id,
            DocumentSubmission.document_type == document,
        )
    )
    if file is None or file.virus is not None:
        return None
    note_opening(session, file, who=contact.name, contact_id=contact.id)
    return file


def note_opening(session: Session, file: DocumentFile, *, who: str, contact_id: UUID | None = None) -> None:
    """`contact_id` is left out for the staff."""
    session.add(DocumentOpening(file_id=file.id, contact_id=contact_id, who=who, at=clock.now(session)))


def readable_name(name: str) -> str:
    """What the sender called the file, without folders and characters that steer a terminal or a header."""
    last = re.split(r"[/\\]", name)[-1]
    shown = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C").strip(" .")
    return shown[-_LONGEST_NAME:] or NAME_OF_NONE


def name_with_ending(name: str, file_format: FileFormat) -> str:
    """The ending says what is in the file, whatever its sender called it."""
    endings = _ENDINGS.get(file_format, (f".{file_format.value.lower()}",))
    return name if name.lower().endswith(endings) else f"{name}{endings[0]}"


def _openings_by_file(
    session: Session, files: Sequence[DocumentFile]
) -> defaultdict[UUID, list[DocumentOpening]]:
    rows = session.scalars(
        select(DocumentOpening)
        .where(DocumentOpening.file_id.in_([file.id for file in files]))
        .order_by(DocumentOpening.id.desc())
    )
    opened: defaultdict[UUID, list[DocumentOpening]] = defaultdict(list)
    for row in rows:
        opened[row.file_id].append(row)
    return opened


def _require_sendable(
    session: Session, contact: Contact, application: Application, document: DocumentType, replacing: bool
) -> None:
    item = checklist(session, application).item(document)
    label = programme().documents[document].label
    role = permissions.require(session, contact, application.brand_id, Permission.UPLOAD)
    why = "closed" if item is None else why_not_sendable(application, item, role, replacing=replacing)
    if why is not None:
        raise FileRefused("not_taken_now", label=label, why=why_not_now(why))


def _newest_id(session: Session, application: Application, document: DocumentType) -> int | None:
    return session.scalar(
        select(func.max(DocumentSubmission.id)).where(
            DocumentSubmission.application_id == application.id,
            DocumentSubmission.document_type == document,
        )
    )


def _sent_before(
    session: Session, application: Application, document: DocumentType, sha256: str
) -> DocumentSubmission | None:
    """The last time that the very same file came for this document."""
    return session.scalar(
        select(DocumentSubmission)
        .join(DocumentFile, DocumentFile.submission_id == DocumentSubmission.id)
        .where(
            DocumentSubmission.application_id == application.id,
            DocumentSubmission.document_type == document,
            DocumentFile.sha256 == sha256,
        )
        .order_by(DocumentSubmission.id.desc())
        .limit(1)
    )


def _refused_before(before: DocumentSubmission) -> FileRefused:
    decided = before.decided_at or before.submitted_at
    return FileRefused(
        "same_as_rejected",
        date=dates.day(decided.astimezone(clock.CHINA).date()),
        instead=before.send_instead or programme().documents[before.document_type].label,
    )
