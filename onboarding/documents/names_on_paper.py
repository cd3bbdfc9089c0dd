"""Whether a paper names a company, also where a scan was misread by a letter, and which it names instead."""

import re
import unicodedata
from collections.abc import Callable
from difflib import SequenceMatcher
from functools import cache
from operator import eq

from onboarding.company_kinds import company_kinds

_ALIKE = 0.84
_FOREIGN_LETTERS: dict[str, str | int | None] = {"ø": "o", "æ": "ae", "ß": "ss", "ł": "l", "đ": "d"}


def names(text: str, wanted: str) -> bool:
    """With or without what the company calls its kind."""
    return _holds(_words(text), _core(_words(wanted)), _is_alike)


def names_in_full(text: str, wanted: str) -> bool:
    return _holds(_words(text), _words(wanted), eq)


def other_company(text: str, wanted: str) -> str | None:
    """One that shares a word with the wanted company, else the one named most."""
    found = [" ".join(match[1].split()) for match in _company_pattern().finditer(text)]
    others = [name for name in found if not names(name, wanted)]
    if not others:
        return None
    own = set(_core(_words(wanted)))
    return max(others, key=lambda name: (bool(own & set(_words(name))), others.count(name)))


def related_company(text: str, wanted: str) -> str | None:
    """Another company that shares a word with the wanted one, as a holding does."""
    other = other_company(text, wanted)
    return other if other and set(_core(_words(wanted))) & set(_words(other)) else None


def related_organisation(organisations: list[str], wanted: str) -> str | None:
    """One that shares a word with the wanted company and is another, with or without a legal form."""
    own = set(_core(_words(wanted)))
    related = (name for name in organisations if own & set(_words(name)) and not names(name, wanted))
    # "Nordlys" alone is the same name in short.
    return next((name for name in related if set(_core(_words(name))) - own), None)


def _holds(words: list[str], wanted: list[str], fits: Callable[[str, str], bool]) -> bool:
    length, joined = len(wanted), "".join(wanted)
    if not joined:
        return False
    # A scan may run two words together, or part one.
    sizes = range(max(1, length - 1), length + 2)
    return any(
        fits("".join(words[start : start + size]), joined)
        for size in sizes
        for start in range(len(words) - size + 1)
    )


def _is_alike(found: str, wanted: str) -> bool:
    if abs(len(found) - len(wanted)) > max(2, len(wanted) // 6):
        return False
    if found == wanted:
        return True
    # A short name that differs by a letter is another name.
    return len(wanted) >= 6 and SequenceMatcher(None, found, wanted, autojunk=False).ratio() >= _ALIKE


@cache
def _kinds() -> frozenset[str]:
    return frozenset(word for kind in company_kinds() for word in _words(kind))


@cache
def _company_pattern() -> re.Pattern[str]:
    kinds = "|".join(re.escape(kind) for kind in company_kinds())
    return re.compile(rf"\b((?:[A-ZÀ-Þ][\w&'’.-]*[ \t]+){{1,5}}(?:{kinds}))(?!\w)")


def _core(words: list[str]) -> list[str]:
    return [word for word in words if word not in _kinds()] or words


def _words(text: str) -> list[str]:
    special = text.casefold().translate(str.maketrans(_FOREIGN_LETTERS))
    plain = unicodedata.normalize("NFKD", special)
    return re.findall(r"[^\W_]+", "".join(letter for letter in plain if not unicodedata.combining(letter)))
