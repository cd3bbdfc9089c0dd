"""The questions of a step of the set-up, and whether answers to them will do."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from functools import cache
from typing import Any, Literal

from onboarding.opening.names import SET_UP, Step
from onboarding.opening.wording import texts
from onboarding.programme import programme

Kind = Literal["text", "email", "link", "choice", "confirm"]
YES = "yes"
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_LINK = re.compile(r"https://[^\s/.]+\.[^\s]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_FROM_ABROAD = re.compile(r"^(?:\+|00)?86(?=[1-9]\d{9})")
_MOBILE, _LANDLINE = re.compile(r"1[3-9]\d{9}"), re.compile(r"0\d{9,11}")
# Hong Kong, Macau and Taiwan have other postcodes and dialling codes.
_POSTCODE = re.compile(r"(?!999)[0-8]\d{5}")
_LONGEST_CHOICE = 20


@dataclass(frozen=True)
class Question:
    """`when` names another field and the answer to it with which this one is asked."""

    field: str
    label: str
    kind: Kind
    missing: str
    hint: str = ""
    wrong: str = ""
    longest: int = _LONGEST_CHOICE
    pattern: str = ""
    choices: Mapping[str, str] = dataclass_field(default_factory=dict)
    when: Mapping[str, str] = dataclass_field(default_factory=dict)

    def is_asked(self, answers: Mapping[str, str]) -> bool:
        return all(answers.get(name) == value for name, value in self.when.items())

    def said(self, answer: str) -> str:
        """An answer as a reader reads it."""
        if self.kind == "confirm":
            return "Confirmed" if answer == YES else ""
        return self.choices.get(answer, answer)


@cache
def questions(step: Step) -> tuple[Question, ...]:
    return tuple(_question(words) for words in texts()["questions"].get(step, ()))


def are_asked(step: Step) -> bool:
    """Whether the step is done by answering questions."""
    return step in SET_UP and bool(questions(step))


def tidied(step: Step, typed: Mapping[str, str]) -> dict[str, str]:
    """Of what was typed only what is asked, without spaces around it."""
    found = {question.field: typed.get(question.field, "").strip() for question in questions(step)}
    return {
        question.field: _plain(question, found[question.field])
        for question in questions(step)
        if question.is_asked(found)
    }


def errors(step: Step, answers: Mapping[str, str]) -> dict[str, str]:
    """By field, in the order of the page; empty where the answers will do."""
    asked = [question for question in questions(step) if question.is_asked(answers)]
    found = {question.field: _error(question, answers.get(question.field, "")) for question in asked}
    return {name: error for name, error in found.items() if error}


def _question(words: dict[str, Any]) -> Question:
    hours = programme().operations.ship_within_hours.value
    return Question(**{**words, "hint": words.get("hint", "").format(ship_within_hours=hours)})


def _plain(question: Question, typed: str) -> str:
    if question.kind == "email":
        return re.sub(r"\s+", "", typed).lower()
    return re.sub(r"[\s().-]+", "", typed) if question.pattern else typed


def _error(question: Question, answer: str) -> str | None:
    wrong = texts()["wrong"]
    if question.kind == "confirm":
        return None if answer == YES else question.missing
    if not answer:
        return question.missing
    if question.kind == "choice":
        return None if answer in question.choices else str(wrong["choice"])
    if len(answer) > question.longest:
        return str(wrong["too_long"]).format(label=question.label, longest=question.longest)
    if _CONTROL.search(answer):
        return str(wrong["characters"]).format(label=question.label)
    if question.kind == "email" and not _EMAIL.fullmatch(answer):
        return str(wrong["email"])
    if question.kind == "link" and not _LINK.fullmatch(answer):
        return question.wrong
    return None if _fits(question.pattern, answer) else question.wrong


def _fits(pattern: str, answer: str) -> bool:
    match pattern:
        case "chinese_phone":
            abroad = _FROM_ABROAD.sub("", answer)
            is_landline = _LANDLINE.fullmatch(answer if abroad == answer else f"0{abroad}")
            return bool(_MOBILE.fullmatch(abroad) or is_landline)
        case "chinese_postcode":
            return bool(_POSTCODE.fullmatch(answer))
    return True
