"""Files below DATA_DIR: written aside, then moved to a random name for good; nothing is ever overwritten."""

import hashlib
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from time import time
from types import TracebackType
from typing import Self

from onboarding.documents.wording import FileRefused

_RANDOM_BYTES = 16
_NAME = re.compile(r"[0-9a-f]{32}")
_BYTES_IN_MEGABYTE = 1024 * 1024
SECONDS_OF_A_SLOW_UPLOAD = 3600.0


class DocumentStore:
    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / "documents"
        self._incoming = self._folder / "incoming"

    def receive(self, megabytes: int) -> "Incoming":
        _make(self._incoming)
        return Incoming(self, self._incoming / f"{secrets.token_hex(_RANDOM_BYTES)}.part", megabytes)

    def path(self, stored_as: str) -> Path:
        """Raises ValueError for a name that is not ours."""
        if not _NAME.fullmatch(stored_as):
            raise ValueError("not a name of a stored file")
        return self._folder / stored_as[:2] / stored_as

    def keep(self, part: Path) -> str:
        """Moves a complete file to its place; returns its name."""
        stored_as = secrets.token_hex(_RANDOM_BYTES)
        place = self.path(stored_as)
        _make(place.parent)
        part.chmod(0o400)
        part.rename(place)
        return stored_as

    def keep_again(self, stored_as: str) -> str:
        """The same content under one more name; returns it."""
        again = secrets.token_hex(_RANDOM_BYTES)
        place = self.path(again)
        _make(place.parent)
        os.link(self.path(stored_as), place)
        return again

    def remove(self, stored_as: str) -> None:
        """For good; one that is gone already stays gone."""
        self.path(stored_as).unlink(missing_ok=True)

    def sweep(self, older_than_seconds: float = SECONDS_OF_A_SLOW_UPLOAD) -> int:
        """Removes what an upload left behind that never ended; returns how many."""
        left = [part for part in self._incoming.glob("*.part") if _age(part) > older_than_seconds]
        for part in left:
            part.unlink(missing_ok=True)
        return len(left)


@dataclass(frozen=True)
class Received:
    """A complete file that is not kept yet."""

    path: Path
    size_bytes: int
    sha256: str


class Incoming:
    """A file while it arrives. What was not kept when the block ends, or fails, is removed."""

    def __init__(self, store: DocumentStore, part: Path, megabytes: int) -> None:
        self._store = store
        self._part = part
        self._megabytes = megabytes
        self._size = 0
        self._hash = hashlib.sha256()
        self._kept: Path | None = None

    def __enter__(self) -> Self:
        handle = os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = os.fdopen(handle, "wb")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        self._part.unlink(missing_ok=True)
        if error is not None and self._kept is not None:
            self._kept.unlink(missing_ok=True)

    def write(self, chunk: bytes) -> None:
        """Raises FileRefused as soon as there is more than allowed."""
        self._size += len(chunk)
        if self._size > self._megabytes * _BYTES_IN_MEGABYTE:
            raise FileRefused("too_large", megabytes=self._megabytes)
        self._hash.update(chunk)
        self._file.write(chunk)

    def finish(self) -> Received:
        """Raises FileRefused where nothing came."""
        if not self._size:
            raise FileRefused("empty")
        self._file.flush()
        os.fsync(self._file.fileno())
        return Received(self._part, self._size, self._hash.hexdigest())

    def keep(self) -> str:
        stored_as = self._store.keep(self._part)
        self._kept = self._store.path(stored_as)
        return stored_as


def _make(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def _age(part: Path) -> float:
    try:
        return time() - part.stat().st_mtime
    except FileNotFoundError:
        return 0.0
