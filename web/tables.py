"""Tables that a browser saves as a file for a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Sequence

from aiohttp import web

from onboarding.names import FileFormat
from web import downloads

_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
# Spreadsheets take a file for Latin-1 otherwise.
_BYTE_ORDER_MARK = "\ufeff"


def table_file(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> web.Response:
    """A CSV file whose cells are text to every spreadsheet, never a formula."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(head)
    writer.writerows([_cell(value) for value in row] for row in rows)
    body = (_BYTE_ORDER_MARK + written.getvalue()).encode()
    return downloads.made(body, name, FileFormat.CSV)


def _cell(value: object) -> str | int | float:
    if isinstance(value, int | float):
        return value
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text
