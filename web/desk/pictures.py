"""Papers as the desk shows them: pictures drawn by the reader, rows of lists, and originals to save."""

import asyncio
from pathlib import Path
from tempfile import NamedTemporaryFile

from aiohttp import web

from onboarding.documents import reading
from onboarding.documents.facts import Trouble
from onboarding.names import FileFormat
from web.desk.paper_view import SIZES, page_asked, size_asked, turn_asked
from web.keys import LOOKS

_LISTS = (FileFormat.XLSX, FileFormat.CSV)
_MOST_ROWS = 200
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "Cache-Control": "private, no-store",
}


def is_list(file_format: FileFormat | None) -> bool:
    return file_format in _LISTS


async def picture(request: web.Request, path: Path, file_format: FileFormat) -> web.Response:
    """The page that the address asks for; 404 where it cannot be drawn."""
    async with request.app[LOOKS]:
        drawn = await asyncio.to_thread(
            reading.draw,
            path,
            file_format,
            page=page_asked(request),
            longest_side=SIZES[size_asked(request)],
            turned=turn_asked(request),
        )
    if isinstance(drawn, Trouble):
        raise web.HTTPNotFound
    return web.Response(body=drawn, content_type=reading.DRAWN_AS, headers=_HEADERS)


async def picture_of(request: web.Request, content: bytes, file_format: FileFormat) -> web.Response:
    """Of something that was made up just now."""
    with NamedTemporaryFile(suffix=".made-up") as written:
        written.write(content)
        written.flush()
        return await picture(request, Path(written.name), file_format)


async def rows(request: web.Request, path: Path, file_format: FileFormat) -> list[list[str]]:
    """The first rows of a list; none where it cannot be read."""
    async with request.app[LOOKS]:
        found = await asyncio.to_thread(reading.rows, path, file_format)
    return (found or [])[:_MOST_ROWS]
