"""The cells of a list as text, each in its own column; None where it cannot be read."""

import csv
import zipfile
from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path

from openpyxl import load_workbook

from onboarding.documents.reader.table import unpacks_to_too_much
from onboarding.names import FileFormat

_MOST_ROWS, _MOST_COLUMNS, _LONGEST_CELL = 5_000, 40, 2_000


def rows_of_table(path: Path, file_format: FileFormat) -> list[list[str]] | None:
    rows = _csv(path) if file_format is FileFormat.CSV else _xlsx(path)
    try:
        return [[cell[:_LONGEST_CELL] for cell in row[:_MOST_COLUMNS]] for row in islice(rows, _MOST_ROWS)]
    except (csv.Error, zipfile.BadZipFile, KeyError, ValueError, IndexError, AttributeError, TypeError):
        return None


def _csv(path: Path) -> Iterator[list[str]]:
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    first = next((line for line in text.splitlines() if line.strip()), "")
    yield from csv.reader(text.splitlines(), delimiter=max(",;\t", key=first.count))


def _xlsx(path: Path) -> Iterator[list[str]]:
    if unpacks_to_too_much(path):
        raise ValueError("unpacks to too much")
    # Opened first, since a name without an ending is refused.
    with path.open("rb") as file:
        sheet = load_workbook(file, read_only=True, data_only=True).worksheets[0]
        for row in sheet.iter_rows(values_only=True, max_col=_MOST_COLUMNS):
            yield _without_the_empty_end([_text(cell) for cell in row])


def _without_the_empty_end(cells: list[str]) -> list[str]:
    length = next((place for place in range(len(cells), 0, -1) if cells[place - 1]), 0)
    return cells[:length]


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, date) else str(cell)
