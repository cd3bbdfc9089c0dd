"""Static files under addresses that name their content, so that a browser may keep them for ever."""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

_FOLDER = Path(__file__).with_name("static")
_FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class StaticFile:
    name: str
    version: str
    content_type: str
    body: bytes
    compressed: bytes


class StaticFiles:
    def __init__(self, folder: Path = _FOLDER) -> None:
        self._files = {path.name: _read(path) for path in sorted(folder.iterdir()) if path.is_file()}

    def address(self, name: str) -> str:
        return f"/static/{self._files[name].version}/{name}"

    def named(self, name: str) -> StaticFile:
        """Its newest version, for an address that names none."""
        return self._files[name]

    def find(self, version: str, name: str) -> StaticFile | None:
        file = self._files.get(name)
        return file if file and file.version == version else None


def response(file: StaticFile, request: web.Request) -> web.Response:
    headers = {"Cache-Control": _FOR_EVER, "Vary": "Accept-Encoding"}
    body = file.body
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        headers["Content-Encoding"], body = "gzip", file.compressed
    return web.Response(body=body, content_type=file.content_type, charset="utf-8", headers=headers)


def _read(path: Path) -> StaticFile:
    body = path.read_bytes()
    return StaticFile(
        name=path.name,
        version=hashlib.sha256(body).hexdigest()[:12],
        content_type=mimetypes.guess_type(path.name)[0] or "application/octet-stream",
        body=body,
        compressed=gzip.compress(body, mtime=0),
    )
