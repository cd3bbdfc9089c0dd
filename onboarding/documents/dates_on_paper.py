"""Dates as papers write them, and what they are the date of."""

import re
from datetime import date
from typing import NamedTuple

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# Months of other languages whose beginnings differ from the English ones.
_OTHER_MONTHS = {
    "mai": 5,
    "mär": 3,
    "okt": 10,
    "dez": 12,
    "des": 12,
    "ene": 1,
    "abr": 4,
    "ago": 8,
    "dic": 12,
    "jui": 7,
}
_NUMBER_OF = {name: place for place, name in enumerate(_MONTHS, start=1)} | _OTHER_MONTHS
_DATE = re.compile(
    r"(?P<y1>\d{4})[-./年](?P<m1>\d{1,2})[-./月](?P<d1>\d{1,2})"
    r"|(?P<d2>\d{1,2})(?:st|nd|rd|th|\.)?[ \n-]{0,2}(?P<n2>[a-zA-Zäû]{3,10})\.?,?[ \n-]{0,2}(?P<y2>\d{4})"
    r"|(?P<n3>[a-zA-Z]{3,10})\.? (?P<d3>\d{1,2})(?:st|nd|rd|th)?,? (?P<y3>\d{4})"
    r"|(?P<d4>\d{1,2})(?P<s4>[./-])(?P<m4>\d{1,2})(?P=s4)(?P<y4>\d{4})"
)
_UNTIL = re.compile(
    r"(expir\w*|valid (?:until|to|through)|validity|good through|renewal (?:due|date)|in force until|gyldig til"
    r"|gültig bis|valable jusqu|válido hasta|有效期)",
    re.IGNORECASE,
)
_NOT_UNTIL = re.compile(r"(valid from|date of issue|issued|birth|registered|incorporated)", re.IGNORECASE)
_MACHINE_READABLE = re.compile(r"[A-Z0-9<]{9}\d[A-Z<]{3}\d{6}\d[MFX<](\d{2})(\d{2})(\d{2})\d")
_LETTERS_AFTER = 60
_FIRST_YEAR, _LAST_YEAR = 1950, 2100


class DateOnPaper(NamedTuple):
    on: date
    start: int


def dates_in(text: str) -> list[DateOnPaper]:
    found = ((match.start(), _date(match)) for match in _DATE.finditer(text))
    return [DateOnPaper(on, start) for start, on in found if on is not None]


def valid_until(text: str) -> date | None:
    """The latest date that is said to be an end, or the one in the machine-readable zone of a passport."""
    ends = [_end_of_passport(match) for match in _MACHINE_READABLE.finditer(text.replace(" ", ""))]
    for said in _UNTIL.finditer(text):
        after = text[said.end() : said.end() + _LETTERS_AFTER]
        other = _NOT_UNTIL.search(after)
        dated = dates_in(after[: other.start()] if other else after)
        ends += [dated[0].on] if dated else []
    return max((end for end in ends if end is not None), default=None)


def newest_date(text: str, today: date) -> date | None:
    """The newest that is not in the future: as good as the date of issue."""
    return max((found.on for found in dates_in(text) if found.on <= today), default=None)


def _end_of_passport(match: re.Match[str]) -> date | None:
    return _made(2000 + int(match[1]), int(match[2]), int(match[3]))


def _date(match: re.Match[str]) -> date | None:
    parts = match.groupdict()
    if parts["y1"]:
        return _made(int(parts["y1"]), int(parts["m1"]), int(parts["d1"]))
    if parts["y2"]:
        return _made(int(parts["y2"]), _month(parts["n2"]), int(parts["d2"]))
    if parts["y3"]:
        return _made(int(parts["y3"]), _month(parts["n3"]), int(parts["d3"]))
    day, month, year = int(parts["d4"]), int(parts["m4"]), int(parts["y4"])
    # 05/31/2026 can only be American.
    return _made(year, month, day) if month <= 12 else _made(year, day, month)


def _month(name: str) -> int:
    return _NUMBER_OF.get(name.lower()[:3], 0)


def _made(year: int, month: int, day: int) -> date | None:
    try:
        made = date(year, month, day)
    except ValueError:
        return None
    return made if _FIRST_YEAR <= year <= _LAST_YEAR else None
