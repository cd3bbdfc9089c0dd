"""Text from a template laid out as a PDF, in a font that has the letters of the European alphabets.

Of each line its beginning decides: "# " a title, "## " a heading, "- " an item of a list, "~ " small print,
"label | value" a row; every other line is a paragraph.
"""

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

_FONT, _MARGIN, _LABEL, _LINE = "DejaVu", 20, 62, 5.5
# Size in points, style and space before.
_KINDS = {"# ": (19.0, "B", 0.0), "## ": (12.5, "B", 3.5), "- ": (10.0, "", 0.0), "~ ": (8.5, "", 1.5)}
_PLAIN = (10.0, "", 0.0)


def as_pdf(title: str, text: str) -> bytes:
    paper = _empty(title)
    for line in filter(None, (line.strip() for line in text.splitlines())):
        mark = next((mark for mark in _KINDS if line.startswith(mark)), "")
        label, bar, value = line.partition(" | ")
        if bar and not mark:
            _row(paper, label, value)
        else:
            _paragraph(paper, line.removeprefix(mark), mark)
    return bytes(paper.output())


def _empty(title: str) -> Any:
    from fpdf import FPDF  # slow to import, and only downloads need it

    paper = FPDF(format="A4")
    paper.add_font(_FONT, "", _fonts() / "DejaVuSans.ttf")
    paper.add_font(_FONT, "B", _fonts() / "DejaVuSans-Bold.ttf")
    paper.set_margin(_MARGIN)
    paper.set_auto_page_break(True, _MARGIN)
    paper.set_lang("en")
    paper.set_title(title)
    paper.add_page()
    return paper


def _row(paper: Any, label: str, value: str) -> None:
    paper.set_font(_FONT, "", _PLAIN[0])
    paper.cell(_LABEL, _LINE, label)
    paper.multi_cell(0, _LINE, value, new_x="LMARGIN", new_y="NEXT", align="L")


def _paragraph(paper: Any, text: str, mark: str) -> None:
    size, style, before = _KINDS.get(mark, _PLAIN)
    paper.ln(before)
    paper.set_font(_FONT, style, size)
    words = f"• {text}" if mark == "- " else text
    paper.multi_cell(0, size * 0.52, words, new_x="LMARGIN", new_y="NEXT", align="L")
    paper.ln(1.2)


@cache
def _fonts() -> Path:
    """DejaVu comes with matplotlib; only its files are used."""
    found = find_spec("matplotlib")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "mpl-data" / "fonts" / "ttf"
