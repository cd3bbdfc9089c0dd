"""What the reader, a process of its own, tells about a file."""

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Trouble(StrEnum):
    """Why a file cannot be looked at: keys of the refusals in words.yml."""

    BROKEN = "broken"
    ENCRYPTED = "encrypted"
    PICTURE_TOO_LARGE = "picture_too_large"
    BUSY = "busy"


@dataclass(frozen=True)
class PageText:
    """`language` is a two-letter code, None where there are too few words to tell; `by_ocr` for a picture.

    `organisations` are those that an English page names.
    """

    text: str
    by_ocr: bool = False
    language: str | None = None
    organisations: tuple[str, ...] = ()


@dataclass(frozen=True)
class Facts:
    """`pages` counts all pages, `read` holds those that were looked at; `table` is the head and length of a list."""

    trouble: Trouble | None = None
    pages: int = 1
    read: tuple[PageText, ...] = ()
    size_in_pixels: tuple[int, int] | None = None
    has_program: bool = False
    columns: tuple[str, ...] = ()
    rows: int = 0
    seconds: float = 0.0
    megabytes: float = 0.0

    @property
    def organisations(self) -> list[str]:
        return [name for page in self.read for name in page.organisations]

    @property
    def text(self) -> str:
        return "\n".join(page.text for page in self.read)

    def figures(self) -> dict[str, Any]:
        """All that may be kept: nothing that the paper says."""
        return {
            "pages": self.pages,
            "pages_read": len(self.read),
            "pages_by_ocr": sum(page.by_ocr for page in self.read),
            "words": len(self.text.split()),
            "seconds": self.seconds,
            "megabytes": self.megabytes,
        }


def to_json(facts: Facts) -> str:
    return json.dumps(asdict(facts))


def from_json(text: str) -> Facts:
    found = json.loads(text)
    found["read"] = tuple(
        PageText(**{**page, "organisations": tuple(page["organisations"])}) for page in found["read"]
    )
    found["columns"] = tuple(found["columns"])
    found["trouble"] = Trouble(found["trouble"]) if found["trouble"] else None
    found["size_in_pixels"] = tuple(found["size_in_pixels"]) if found["size_in_pixels"] else None
    return Facts(**found)


@dataclass(frozen=True)
class Limits:
    """What a reader may use: seconds of a processor, and of a clock, for the machine may be busy."""

    seconds: int
    seconds_to_wait: int
    megabytes: int
