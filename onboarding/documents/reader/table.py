"""Lists: the names of the columns and how many rows have something in them."""

import csv
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from onboarding.documents.facts import Facts, Trouble
from onboarding.names import FileFormat

_MOST_BYTES = 60 * 1024 * 1024
_MOST_ROWS = 20_000
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def facts_of_table(path: Path, file_format: FileFormat) -> Facts:
    try:
        rows = list(_rows_of_csv(path) if file_format is FileFormat.CSV else _rows_of_xlsx(path))
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError, csv.Error, ValueError, IndexError):
        return Facts(trouble=Trouble.BROKEN)
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    head = filled[0] if filled else []
    return Facts(columns=tuple(cell.strip() for cell in head if cell.strip()), rows=max(0, len(filled) - 1))


def _rows_of_csv(path: Path) -> Iterator[list[str]]:
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    first = text.splitlines()[0] if text else ""
    separator = max(",;\t", key=first.count)
    for number, row in enumerate(csv.reader(text.splitlines(), delimiter=separator)):
        if number > _MOST_ROWS:
            return
        yield row


def unpacks_to_too_much(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        return sum(entry.file_size for entry in archive.infolist()) > _MOST_BYTES


def _rows_of_xlsx(path: Path) -> Iterator[list[str]]:
    if unpacks_to_too_much(path):
        raise ValueError("unpacks to too much")
    with zipfile.ZipFile(path) as archive:
        shared = _shared_texts(archive)
        sheet = sorted(name for name in archive.namelist() if name.startswith("xl/worksheets/sheet"))[0]
        root = ElementTree.fromstring(archive.read(sheet))
    for row in list(root.iter(f"{_SHEET}row"))[:_MOST_ROWS]:
        yield [_text(cell, shared) for cell in row.iter(f"{_SHEET}c")]


def _shared_texts(archive: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    root = ElementTree.fromstring(archive.read("xl/sharedStrings.xml"))
    return ["".join(part.itertext()) for part in root.iter(f"{_SHEET}si")]


def _text(cell: ElementTree.Element, shared: list[str]) -> str:
    value = cell.find(f"{_SHEET}v")
    if cell.get("t") == "s" and value is not None:
        return shared[int(value.text or "0")]
    return "".join(cell.itertext())
