"""Whether a paper names a company, also where a scan was misread by a letter, and which it names instead."""

import re
import unicodedata
from difflib import SequenceMatcher
from functools import cache

from onboarding.documents.wording import texts

_ALIKE = 0.84
_FOREIGN_LETTERS: dict[str, str | int | None] = {"ø": "o", "æ": "ae", "ß": "ss", "ł": "l", "đ": "d"}


def names(text: str, wanted: str) -> bool:
    words, core = _words(text), _core(_words(wanted))
    if not core:
        return False
    length = len(core)
    joined = "".join(core)
    # A scan may run two words together, or part one.
    for size in range(max(1, length - 1), length + 2):
        for start in range(len(words) - size + 1):
            if _is_alike("".join(words[start : start + size]), joined):
                return True
    return False


def other_company(text: str, wanted: str) -> str | None:
    """A company that shares a word with the wanted one, else the one named most."""
    found = [" ".join(match[1].split()) for match in _company_pattern().finditer(text)]
    others = [name for name in found if not names(name, wanted)]
    if not others:
        return None
    own = set(_core(_words(wanted)))
    return max(others, key=lambda name: (bool(own & set(_words(name))), others.count(name)))


def _is_alike(found: str, wanted: str) -> bool:
    if abs(len(found) - len(wanted)) > max(2, len(wanted) // 6):
        return False
    if found == wanted:
        return True
    # A short name that differs by a letter is another name.
    return len(wanted) >= 6 and SequenceMatcher(None, found, wanted, autojunk=False).ratio() >= _ALIKE


@cache
def _kinds() -> frozenset[str]:
    return frozenset(word for kind in texts()["company_kinds"] for word in _words(kind))


@cache
def _company_pattern() -> re.Pattern[str]:
    kinds = "|".join(re.escape(kind) for kind in texts()["company_kinds"])
    return re.compile(rf"\b((?:[A-ZÀ-Þ][\w&'’.-]*[ \t]+){{1,5}}(?:{kinds}))(?!\w)")


def _core(words: list[str]) -> list[str]:
    return [word for word in words if word not in _kinds()] or words


def _words(text: str) -> list[str]:
    special = text.casefold().translate(str.maketrans(_FOREIGN_LETTERS))
    plain = unicodedata.normalize("NFKD", special)
    return re.findall(r"[^\W_]+", "".join(letter for letter in plain if not unicodedata.combining(letter)))
