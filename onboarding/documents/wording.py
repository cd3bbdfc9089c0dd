"""The sentences about files, from words.yml."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from onboarding.errors import DomainError

_FILE = Path(__file__).with_name("words.yml")


class FileRefused(DomainError):
    """A file that was not taken; `code` is its key in words.yml."""

    def __init__(self, code: str, **values: object) -> None:
        words = texts()["refusals"][code]
        super().__init__(words["sentence"].format(**values), what_to_do=words["what_to_do"].format(**values))
        self.code = code


@cache
def texts() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return found


def why_not_now(reason: str) -> str:
    sentence: str = texts()["why_not_now"][reason]
    return sentence
