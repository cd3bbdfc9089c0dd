"""The sentences of words.yml, and the refusals made of them."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from onboarding.errors import DomainError
from onboarding.opening.names import Step, StepStatus

_FILE = Path(__file__).with_name("words.yml")


@cache
def texts() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return found


def title(step: Step) -> str:
    return str(texts()["steps"][step]["title"])


def short_title(step: Step) -> str:
    return str(texts()["steps"][step]["short"])


def status_label(status: StepStatus) -> str:
    return str(texts()["statuses"][status])


def reason(name: str, **values: object) -> str:
    return str(texts()["reasons"][name]).format(**values)


class OpeningRefused(DomainError):
    """`code` is its key among the refusals of words.yml."""

    def __init__(self, code: str) -> None:
        words = texts()["refusals"][code]
        super().__init__(words["sentence"], what_to_do=words["what_to_do"])
        self.code = code


class NotNow(DomainError):
    """`when` is closed, early or late."""

    code = "not_now"

    def __init__(self, step: Step, when: str) -> None:
        words = texts()["refusals"]["not_now"]
        super().__init__(words["sentence"].format(title=title(step)), what_to_do=words[when])


class Blocked(DomainError):
    """What stands against the next stage, as sentences."""

    code = "blocked"

    def __init__(self, blockers: list[str]) -> None:
        words = texts()["refusals"]["blocked"]
        super().__init__(" ".join([words["sentence"], *blockers]), what_to_do=words["what_to_do"])
        self.blockers = blockers


class FieldsRefused(DomainError):
    """What is wrong, by the name of the field; `typed` is kept for the page."""

    code = "fields_refused"

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = errors
