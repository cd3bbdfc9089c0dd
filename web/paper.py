"""Text from a template laid out as a PDF, in a font that has the letters of the European alphabets.

Of each line its beginning decides: "# " a title, "## " a heading, "- " an item of a list, "~ " small print,
"label | value" a row; every other line is a paragraph.
"""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import XPos, YPos

_FONT = "DejaVu"
_MARGIN = 20
_LABEL = 75
_MILLIMETRES_PER_POINT = 0.5
# Size in points, style, space before and after in millimetres.
_KINDS = {
    "# ": (20.0, "B", 0.0, 3.0),
    "## ": (13.0, "B", 3.0, 1.5),
    "- ": (10.5, "", 0.0, 0.8),
    "~ ": (9.0, "", 0.0, 1.5),
    "": (10.5, "", 0.0, 1.5),
}
_BULLET = "• "


def as_pdf(title: str, text: str) -> bytes:
    pdf = _Paper(title)
    for line in filter(None, (line.strip() for line in text.splitlines())):
        pdf.add_line(line)
    return bytes(pdf.output())


class _Paper(FPDF):
    def __init__(self, title: str) -> None:
        super().__init__()
        self.add_font(_FONT, "", _fonts() / "DejaVuSans.ttf")
        self.add_font(_FONT, "B", _fonts() / "DejaVuSans-Bold.ttf")
        self.set_margin(_MARGIN)
        self.set_auto_page_break(True, _MARGIN)
        self.set_lang("en")
        self.set_title(title)
        self.add_page()

    def add_line(self, line: str) -> None:
        mark = next(mark for mark in _KINDS if line.startswith(mark))
        label, bar, value = line.partition(" | ")
        if bar and not mark:
            self._add_row(label, value)
        else:
            self._add_paragraph(line.removeprefix(mark), mark)

    def _add_row(self, label: str, value: str) -> None:
        size, style, _, _ = _KINDS[""]
        self.set_font(_FONT, style, size)
        self.cell(_LABEL, 6, label)
        self.multi_cell(0, 6, value, new_x=XPos.LMARGIN, new_y=YPos.NEXT, align="L")

    def _add_paragraph(self, text: str, mark: str) -> None:
        size, style, before, after = _KINDS[mark]
        self.set_font(_FONT, style, size)
        self.ln(before)
        words = _BULLET + text if mark == "- " else text
        height = size * _MILLIMETRES_PER_POINT
        self.multi_cell(0, height, words, new_x=XPos.LMARGIN, new_y=YPos.NEXT, align="L")
        self.ln(after)


@cache
def _fonts() -> Path:
    """DejaVu comes with matplotlib; only its files are used."""
    found = find_spec("matplotlib")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "mpl-data" / "fonts" / "ttf"
