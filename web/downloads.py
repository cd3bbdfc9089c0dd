"""Files that a browser saves and never shows: whatever is in them cannot act on our pages."""

import re
from pathlib import Path
from urllib.parse import quote

from aiohttp import web

from onboarding.documents import submissions
from onboarding.names import FileFormat

_TYPES = {
    FileFormat.PDF: "application/pdf",
    FileFormat.JPG: "image/jpeg",
    FileFormat.PNG: "image/png",
    FileFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileFormat.CSV: "text/csv; charset=utf-8",
}


def kept_file(path: Path, name: str, file_format: FileFormat) -> web.FileResponse:
    return web.FileResponse(path, headers=_headers(name, file_format))


def made(body: bytes, name: str, file_format: FileFormat | None) -> web.Response:
    return web.Response(body=body, headers=_headers(name, file_format or FileFormat.PDF))


def _headers(name: str, file_format: FileFormat) -> dict[str, str]:
    return {
        "Content-Type": _TYPES[file_format],
        "Content-Disposition": _attachment(submissions.name_with_ending(name, file_format)),
        "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }


def _attachment(name: str) -> str:
    plain = re.sub(r"[^A-Za-z0-9._ -]", "_", name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
