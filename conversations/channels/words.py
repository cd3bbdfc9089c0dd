"""The words that are said on messaging channels only."""

from functools import cache
from pathlib import Path

import yaml

_FILE = Path(__file__).with_name("words.yml")


@cache
def _words() -> dict[str, str]:
    words: dict[str, str] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return words


def said(sentence: str, /, **values: str) -> str:
    return _words()[sentence].format(**values)


@cache
def listed(name: str) -> frozenset[str]:
    return frozenset(_words()[name].split())
