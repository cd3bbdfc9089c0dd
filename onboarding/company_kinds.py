"""The legal forms with which names of companies end, from company_kinds.yml."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_FILE = Path(__file__).with_name("company_kinds.yml")


def company_kinds() -> list[str]:
    """Each of one word."""
    found: list[str] = _texts()["kinds"]
    return found


@cache
def ending_of_a_name() -> str:
    """A pattern of all that end a name in a message, the longest first; dots may be missing."""
    kinds = {*company_kinds(), *_texts()["in_messages"]} - set(_texts()["ends_no_name"])
    return "|".join(_pattern(kind) for kind in sorted(kinds, key=lambda kind: (-len(kind), kind)))


def _pattern(kind: str) -> str:
    may_end_with_a_dot = "." in kind or kind in _texts()["short"]
    return re.escape(kind.rstrip(".")).replace(r"\.", r"\.?") + (r"\.?" if may_end_with_a_dot else "")


@cache
def _texts() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return found
