"""The words for the parts of an answer: lines of a list, plurals, titles of buttons."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from onboarding import dates
from onboarding.programme import Figure

_WORDS = Path(__file__).with_name("words.yml")
_DOMAIN = Path(__file__).parent.parent / "domain.yml"


def phrase(name: str, /, **values: object) -> str:
    return _words()[name].format_map(values)


def has_button(intent: str) -> bool:
    return f"button_{intent}" in _words()


def button(intent: str) -> str:
    """The question as the brand would ask it."""
    return phrase(f"button_{intent}")


def is_response(name: str) -> bool:
    return name in _responses()


def counted(number: int, noun: str) -> str:
    """ "1 day", "2 days": the nouns are the responses count_day and count_days."""
    return phrase(f"count_{noun}" if number == 1 else f"count_{noun}s", n=number)


def numbered(name: str, turn: int) -> str:
    """One of name_1, name_2..., another one at each turn: nobody reads the same words twice in a row."""
    several = [response for response in sorted(_responses()) if re.fullmatch(rf"{name}_\d", response)]
    return several[turn % len(several)]


def paragraph(text: str) -> str:
    """Set off from what stands before it; nothing where there is nothing to say."""
    return f"\n\n{text}" if text else ""


def source_of(figure: Figure[Any]) -> dict[str, str]:
    """Where a figure comes from and since when it holds; the operator's own settings are said to be that."""
    return {
        "source": figure.source,
        "valid_from": dates.day(figure.valid_from),
        "assumption": phrase("line_assumption") if figure.assumption else "",
    }


@cache
def _words() -> dict[str, str]:
    return _read(_WORDS)


@cache
def _responses() -> frozenset[str]:
    return frozenset(_read(_DOMAIN)["responses"])


def _read(path: Path) -> dict[str, Any]:
    with path.open(encoding="utf-8") as file:
        return yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
