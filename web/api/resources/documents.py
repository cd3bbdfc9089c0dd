"""The documents of an application: what was sent, sending one, and opening its file."""

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import BadHttpMessage
from sqlalchemy import select
from sqlalchemy.orm import Session

from conversations import documents as business
from onboarding import api_answers
from onboarding.api_answers import Answered
from onboarding.documents import submissions
from onboarding.documents.storage import Incoming, Received
from onboarding.documents.wording import FileRefused
from onboarding.errors import NotFound
from onboarding.models import DocumentFile, DocumentSubmission
from onboarding.names import DocumentStatus, DocumentType, FileFormat
from onboarding.programme import programme
from web import downloads
from web.api import models
from web.api.operations import Call, fingerprint_of
from web.api.problems import Refused
from web.api.resources.applications import named
from web.database import in_database
from web.keys import DOCUMENTS
from web.security import limits
from web.uploads import look_at

DOCUMENT = "|".join(document.value for document in DocumentType)
FILE_ID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_PIECE = 64 * 1024
_FILE_TOO_LARGE = "too_large"


class NoSuchFile(NotFound):
    code = "file_not_found"


def documents(session: Session, call: Call) -> models.SubmissionPage:
    query = (
        select(DocumentSubmission, DocumentFile)
        .outerjoin(DocumentFile, DocumentFile.submission_id == DocumentSubmission.id)
        .where(
            DocumentSubmission.application_id == named(session, call).id,
            DocumentSubmission.status != DocumentStatus.MISSING,
        )
    )
    if call.after is not None:
        query = query.where(DocumentSubmission.id < int(call.after))
    rows = session.execute(query.order_by(DocumentSubmission.id.desc()).limit(call.limit + 1)).tuples().all()
    shown, next_cursor = call.page(rows, lambda row: str(row[0].id))
    return models.SubmissionPage(
        data=[_shown(submission, file) for submission, file in shown], next_cursor=next_cursor
    )


async def send(request: web.Request, call: Call) -> tuple[Answered, bool]:
    """The file is read and looked at before the transaction begins; a repetition is told by its hash."""
    await in_database(request.app, named, call)
    limits.hit(request.app, limits.UPLOADS_PER_CONTACT, str(call.caller.contact.id))
    document = DocumentType(call.values["document"])
    with request.app[DOCUMENTS].receive(programme().files.max_megabytes.value) as incoming:
        name = await _receive(request, incoming)
        received = await asyncio.to_thread(incoming.finish)
        found = await look_at(request.app, received.path, document)
        return await in_database(request.app, _sent_once, call, document, incoming, received, found, name)


async def file(request: web.Request, call: Call) -> web.StreamResponse:
    """Always whole: the conditions and ranges of HTTP would be answered beside our problems."""
    found = await in_database(request.app, _opened, call)
    content = await asyncio.to_thread(request.app[DOCUMENTS].path(found.stored_as).read_bytes)
    return downloads.made(content, found.name, found.format)


def location(path: str, sent: Mapping[str, Any]) -> str:
    """That of its file."""
    return f"{path}/files/{sent['file']['id']}"


def _sent_once(
    session: Session,
    call: Call,
    document: DocumentType,
    incoming: Incoming,
    received: Received,
    found: FileFormat,
    name: str,
) -> tuple[Answered, bool]:
    def answered() -> Answered:
        contact, application = call.caller.contact, named(session, call)
        sent = business.send(session, contact, application, document, incoming, received, found, name)
        file = session.scalar(select(DocumentFile).where(DocumentFile.submission_id == sent.submission.id))
        shown = _shown(sent.submission, file).model_dump_json()
        return Answered(201 if sent.is_new else 200, shown)

    if call.idempotency_key is None:
        return answered(), False
    fingerprint = fingerprint_of("POST", call.path, received.sha256.encode())
    return api_answers.once(session, call.caller.key.id, call.idempotency_key, fingerprint, answered)


def _opened(session: Session, call: Call) -> DocumentFile:
    found = submissions.open_file(
        session,
        call.caller.contact,
        named(session, call),
        DocumentType(call.values["document"]),
        UUID(call.values["file_id"]),
    )
    if found is None:
        raise NoSuchFile("There is no such file.")
    return found


async def _receive(request: web.Request, incoming: Incoming) -> str:
    """Writes the part called "file"; returns its name."""
    if request.content_type != "multipart/form-data":
        raise Refused(415, "unsupported_media_type", "Send the file as multipart/form-data.")
    try:
        async for part in await request.multipart():
            if isinstance(part, BodyPartReader) and part.name == "file":
                return await _written(part, incoming)
    except (BadHttpMessage, ValueError, ConnectionError):
        raise Refused(400, "not_multipart", "The body is not well-formed multipart/form-data.") from None
    raise Refused(422, "file_missing", "Send the file in a part called file.")


async def _written(part: BodyPartReader, incoming: Incoming) -> str:
    try:
        while piece := await part.read_chunk(_PIECE):
            incoming.write(piece)
    except FileRefused as refused:
        if refused.code == _FILE_TOO_LARGE:
            raise Refused(413, refused.code, f"{refused} {refused.what_to_do}") from None
        raise
    return part.filename or submissions.NAME_OF_NONE


def _shown(submission: DocumentSubmission, file: DocumentFile | None) -> models.Submission:
    return models.Submission(
        id=submission.id,
        document=submission.document_type,
        status=submission.status,
        submitted_at=submission.submitted_at,
        decided_at=submission.decided_at,
        reason_code=submission.reason_code,
        reason_text=submission.reason_text,
        send_instead=submission.send_instead,
        file=_file(file) if file else None,
    )


def _file(file: DocumentFile) -> models.SentFile:
    return models.SentFile(
        id=file.id, name=file.name, format=file.format, size_bytes=file.size_bytes, sha256=file.sha256
    )
