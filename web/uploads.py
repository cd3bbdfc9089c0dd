"""Files that arrive with a form: read piece by piece, never held in memory."""

import asyncio
import logging
from pathlib import Path

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import BadHttpMessage
from multidict import MultiDict

from onboarding.documents import reading, sniffing
from onboarding.documents.storage import Incoming
from onboarding.documents.virus import ScannerAway
from onboarding.documents.wording import FileRefused
from onboarding.names import DocumentType, FileFormat
from web.keys import LOOKS, SCANNER
from web.security.forms import DeskForm, form_meta

_log = logging.getLogger(__name__)
_PIECE = 64 * 1024
_LONGEST_FIELD = 2048
_FILE_FIELDS = ("file", "photo")


async def receive_file(request: web.Request, incoming: Incoming, form: type[DeskForm]) -> str:
    """Writes the first file that was chosen; returns its name. Raises FileRefused.

    The form's token stands before its files: without it not a byte of them is read.
    """
    if not request.content_type.startswith("multipart/"):
        raise FileRefused("no_file")
    is_ours = False
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                continue
            if part.name == "csrf_token":
                is_ours = _is_ours(request, form, await _short_text(part))
            elif part.name in _FILE_FIELDS and part.filename:
                if not is_ours:
                    raise FileRefused("page_too_old")
                await _write(part, incoming)
                return part.filename
    except (BadHttpMessage, ValueError, ConnectionError):
        raise FileRefused("not_uploaded") from None
    raise FileRefused("no_file" if is_ours else "page_too_old")


async def look_at(
    app: web.Application, path: Path, document: DocumentType, *, may_wait: bool = False
) -> FileFormat:
    """What the file is; raises FileRefused for one that nobody could review, and for one with a virus.

    `may_wait`: while the virus scanner is away, the file is taken unopened; its check looks at it before it counts.
    """
    found = await asyncio.to_thread(sniffing.sniff, path, document)
    if not await _is_scanned(app, path, may_wait=may_wait):
        return found
    async with app[LOOKS]:
        facts = await asyncio.to_thread(reading.look, path, found)
    reading.require_reviewable(facts)
    return found


async def pages_of(app: web.Application, path: Path, file_format: FileFormat) -> int:
    """Of a file that is kept; 1 where it cannot be told."""
    async with app[LOOKS]:
        facts = await asyncio.to_thread(reading.look, path, file_format)
    return max(1, facts.pages)


async def _is_scanned(app: web.Application, path: Path, *, may_wait: bool) -> bool:
    try:
        virus = await asyncio.to_thread(app[SCANNER].virus_in, path)
    except ScannerAway as error:
        _log.warning("a file could not be checked for viruses: %s", error)
        if may_wait:
            return False
        raise FileRefused("not_scanned") from None
    if virus is not None:
        _log.warning("a file with a virus was refused: %s", virus)
        raise FileRefused("virus")
    return True


async def _write(part: BodyPartReader, incoming: Incoming) -> None:
    while piece := await part.read_chunk(_PIECE):
        incoming.write(piece)


async def _short_text(part: BodyPartReader) -> str:
    return (await part.read_chunk(_LONGEST_FIELD)).decode("utf-8", errors="replace")


def _is_ours(request: web.Request, form: type[DeskForm], token: str) -> bool:
    return form(MultiDict({"csrf_token": token}), meta=form_meta(request)).validate()
