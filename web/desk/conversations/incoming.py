"""A reply as it arrives: its fields, and a file that is written piece by piece."""

from dataclasses import dataclass
from pathlib import Path

from aiohttp import BodyPartReader, web
from multidict import MultiDict

from conversations.desk import files
from conversations.desk.files import ArrivedFile
from conversations.messages import LONGEST_TEXT
from onboarding.documents.storage import Incoming
from onboarding.documents.wording import FileRefused
from web import uploads
from web.desk.conversations.pages import SENT_AS, ConversationForm
from web.security.forms import form_meta

_PIECE = 64 * 1024
# Each character may take four bytes; what is too long is told so instead of being cut.
_LONGEST_FIELD = 8 * LONGEST_TEXT
_MOST_PARTS = 12


@dataclass(frozen=True)
class SentForm:
    """`expired` is what is wrong with the token."""

    values: dict[str, str]
    expired: str | None


async def read_form(request: web.Request) -> SentForm:
    posted = await request.post()
    values = {name: value for name, value in posted.items() if isinstance(value, str)}
    return SentForm(values, _expired(request, values))


async def read_reply(request: web.Request, incoming: Incoming) -> tuple[SentForm, str | None]:
    """The form, and the name of the file that came with it. Raises FileRefused.

    The token stands before the file: without it not a byte of it is read.
    """
    if not request.content_type.startswith("multipart/"):
        return await read_form(request), None
    values: dict[str, str] = {}
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or len(values) > _MOST_PARTS:
                raise web.HTTPBadRequest
            if part.filename is None:
                values[part.name or ""] = await _text(part)
            elif part.filename and part.name == "file":
                form = SentForm(values, _expired(request, values))
                if form.expired:
                    return form, None
                await _write(part, incoming)
                return form, part.filename
    except (ValueError, ConnectionError):
        raise FileRefused("not_uploaded") from None
    return SentForm(values, _expired(request, values)), None


async def arrived(app: web.Application, incoming: Incoming, name: str | None) -> ArrivedFile | None:
    """Raises FileRefused."""
    if name is None:
        return None
    received = incoming.finish()
    found = await uploads.look_at(app, Path(received.path), SENT_AS)
    return files.arrived(incoming, received, found, name)


def _expired(request: web.Request, values: dict[str, str]) -> str | None:
    form = ConversationForm(MultiDict(values), meta=form_meta(request))
    return None if form.validate() else str(form["csrf_token"].errors[0])


async def _text(part: BodyPartReader) -> str:
    read = bytearray()
    while piece := await part.read_chunk(_PIECE):
        read += piece
        if len(read) > _LONGEST_FIELD:
            raise web.HTTPRequestEntityTooLarge(_LONGEST_FIELD, len(read))
    return read.decode("utf-8", errors="replace").replace("\r\n", "\n")


async def _write(part: BodyPartReader, incoming: Incoming) -> None:
    while piece := await part.read_chunk(_PIECE):
        incoming.write(piece)
