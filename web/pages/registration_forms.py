"""What a form of questions sends, and what the page shows again: nothing that was typed is lost."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from onboarding.registration.errors import AnswerRefused
from onboarding.registration.fields import Field
from onboarding.registration.questions import Question

_DATE_PARTS = ("", "-month", "-year")
_LONGEST_TYPED = 20_000
_VERSION = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True)
class Shown:
    """One question as it stands on the page; `typed` is the answer or what was sent instead of it."""

    question: Question
    typed: str
    version: int
    error: str | None = None

    @property
    def date_parts(self) -> list[str]:
        parts = self.typed.split(" ") if " " in self.typed else list(reversed(self.typed.split("-")))
        return [part.lstrip("0") or part for part in [*parts, "", "", ""][:3]]


@dataclass(frozen=True)
class PageErrors:
    """As the error summary reads them: by the id of the field they belong to."""

    errors: Mapping[str, list[str]] = field(default_factory=dict)


def typed_answers(form: Mapping[str, object], questions: Iterable[Question]) -> dict[Field, str]:
    return {question.field: _typed(form, question) for question in questions}


def seen_versions(form: Mapping[str, object], questions: Iterable[Question]) -> dict[Field, int]:
    found = {question.field: str(form.get(f"{question.field}.version", "")) for question in questions}
    return {name: int(number) for name, number in found.items() if _VERSION.fullmatch(number)}


def errors_of(refused: Mapping[Field, AnswerRefused], **others: str) -> PageErrors:
    by_field = {name.value: [str(error)] for name, error in refused.items()}
    return PageErrors({**{name: [message] for name, message in others.items()}, **by_field})


def _typed(form: Mapping[str, object], question: Question) -> str:
    if not question.is_date:
        return str(form.get(question.field, ""))[:_LONGEST_TYPED]
    parts = [str(form.get(f"{question.field}{part}", ""))[:_LONGEST_TYPED].strip() for part in _DATE_PARTS]
    return " ".join(parts) if any(parts) else ""
