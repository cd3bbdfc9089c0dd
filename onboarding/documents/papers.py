"""Papers to download: samples of what a good scan shows, and templates to fill in."""

import csv
import io
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from onboarding import dates
from onboarding.names import DocumentType, FileFormat

_FILE = Path(__file__).with_name("papers.yml")
_ISSUED_BEFORE, _VALID_FOR = timedelta(days=10), timedelta(days=1000)
_COBALT, _INK, _GREY, _MARK = (31, 59, 200), (15, 21, 48), (74, 82, 113), (225, 229, 245)


def sample(document: DocumentType, today: date) -> bytes:
    """Looks as if made on that day, so that it is never out of date."""
    if document is DocumentType.PRODUCT_LIST:
        return _table(_texts()["list"]["rows"])
    said = {"issued": dates.day(today - _ISSUED_BEFORE)[4:], "until": dates.day(today + _VALID_FOR)[4:]}
    return _sample_page(_texts()["samples"][document.value], said)


def sample_format(document: DocumentType) -> FileFormat:
    return FileFormat.CSV if document is DocumentType.PRODUCT_LIST else FileFormat.PDF


def template(document: DocumentType, company: str, application_no: str) -> bytes | None:
    """With the company's name filled in; None for a document that has no template."""
    match document:
        case DocumentType.AUTH_REP_STATEMENT:
            return _statement(company, application_no)
        case DocumentType.PRODUCT_LIST:
            return _table([])
    return None


def template_format(document: DocumentType) -> FileFormat | None:
    formats = {DocumentType.AUTH_REP_STATEMENT: FileFormat.PDF, DocumentType.PRODUCT_LIST: FileFormat.CSV}
    return formats.get(document)


@cache
def _texts() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return found


def _table(rows: list[list[str]]) -> bytes:
    written = io.StringIO()
    csv.writer(written).writerows([_texts()["list"]["columns"], *rows])
    # Excel takes a table without this mark for an old alphabet.
    return written.getvalue().encode("utf-8-sig")


def _page() -> Any:
    from fpdf import FPDF  # slow to import, and only these pages need it

    page = FPDF(format="A4")
    page.set_margin(22)
    page.set_auto_page_break(True, 22)
    page.add_page()
    return page


def _sample_page(words: dict[str, Any], said: dict[str, str]) -> bytes:
    page = _page()
    page.set_text_color(*_MARK)
    page.set_font("Helvetica", "B", 92)
    with page.rotation(45, 105, 150):
        page.text(28, 168, _texts()["mark"])
    _line(page, words["issuer"], size=11, colour=_GREY)
    _line(page, words["title"], size=22, style="B", gap=8)
    for line in words["lines"]:
        _line(page, line.format(**said), size=12, gap=3)
    if words["stamp"]:
        _signature_and_stamp(page)
    page.set_y(-40)
    _line(page, _texts()["note"], size=9, colour=_GREY)
    return bytes(page.output())


def _statement(company: str, application_no: str) -> bytes:
    words, page = _texts()["statement"], _page()
    _line(page, words["title"], size=20, style="B", gap=4)
    _line(page, words["about"], size=10, colour=_GREY, gap=6)
    _line(page, f"{words['application']}: {application_no}", size=11, gap=4)
    _blank(page, words["company"], company if _can_be_drawn(company) else "")
    for label in words["blanks"]:
        _blank(page, label, "")
    page.ln(4)
    for text in words["text"]:
        _line(page, text, size=11, gap=3)
    page.ln(10)
    for label in words["signature"]:
        _blank(page, label, "")
        page.ln(4)
    return bytes(page.output())


def _can_be_drawn(text: str) -> bool:
    """The fonts that every PDF reader has know western letters only; another name is written in by hand."""
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True


def _line(
    page: Any,
    text: str,
    *,
    size: int,
    style: str = "",
    colour: tuple[int, int, int] = _INK,
    gap: int = 2,
) -> None:
    page.set_text_color(*colour)
    page.set_font("Helvetica", style, size)
    page.multi_cell(0, size * 0.5, text, new_x="LMARGIN", new_y="NEXT", align="L")
    page.ln(gap)


def _blank(page: Any, label: str, filled: str) -> None:
    page.set_text_color(*_GREY)
    page.set_font("Helvetica", "", 9)
    page.cell(0, 5, label, new_x="LMARGIN", new_y="NEXT")
    page.set_text_color(*_INK)
    page.set_font("Helvetica", "", 12)
    page.cell(0, 8, filled, border="B", new_x="LMARGIN", new_y="NEXT")
    page.ln(2)


def _signature_and_stamp(page: Any) -> None:
    top = page.get_y() + 10
    page.set_draw_color(*_COBALT)
    page.set_line_width(0.7)
    page.polyline(
        [(24, top + 16), (30, top + 4), (34, top + 18), (42, top + 7), (48, top + 16), (66, top + 12)]
    )
    page.ellipse(135, top - 4, 30, 30)
    page.ellipse(138, top - 1, 24, 24)
    page.set_text_color(*_COBALT)
    page.set_font("Helvetica", "B", 9)
    page.text(143.5, top + 12, _texts()["mark"])
