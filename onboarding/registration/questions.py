"""The list of questions, read from questions.yml; the page and the chat ask from it alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from onboarding.countries import country_name
from onboarding.dates import day
from onboarding.names import Applicant, Category, Declares, StoreType
from onboarding.programme import programme
from onboarding.registration.fields import Field, ImportWay, SectionName

_FILE = Path(__file__).with_name("questions.yml")
_DATES = ("past_date", "future_date")
_COUNTRIES = ("country", "any_country")


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True)
class Question:
    """`only_for` names the answers to another question without which this one is not asked."""

    field: Field
    kind: str
    label: str
    subject: str
    hint: str = ""
    missing: str = ""
    optional: bool = False
    longest: int = 200
    least: int = 0
    most: int = 0
    autocomplete: str = "off"
    only_for: Mapping[str, list[str]] | None = None

    def is_asked(self, answers: Mapping[Field, str]) -> bool:
        return all(answers.get(Field(name)) in values for name, values in (self.only_for or {}).items())

    @property
    def choices(self) -> list[Choice]:
        return _choices(self.field)

    @property
    def is_date(self) -> bool:
        return self.kind in _DATES

    @property
    def is_country(self) -> bool:
        return self.kind in _COUNTRIES

    def shown(self, value: str) -> str:
        """The stored value in the reader's words."""
        if not value:
            return str(texts()["labels"]["not_given"])
        if self.is_date:
            return day(date.fromisoformat(value))
        if self.is_country:
            return country_name(value)
        return next((choice.label for choice in self.choices if choice.value == value), value)


@dataclass(frozen=True)
class Section:
    name: SectionName
    task: str
    title: str
    questions: tuple[Question, ...]


@cache
def texts() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return found


@cache
def sections() -> tuple[Section, ...]:
    return tuple(_section(entry) for entry in texts()["sections"])


@cache
def planner_questions() -> tuple[Question, ...]:
    return tuple(_question(entry) for entry in texts()["planner"])


def section_named(name: str) -> Section | None:
    return next((section for section in sections() if section.name == name), None)


@cache
def questions() -> Mapping[Field, Question]:
    return {question.field: question for section in sections() for question in section.questions}


def section_of(wanted: Field) -> Section:
    return next(section for section in sections() if any(q.field is wanted for q in section.questions))


def _section(entry: dict[str, Any]) -> Section:
    asked = tuple(_question(found) for found in entry["questions"])
    return Section(SectionName(entry["name"]), entry["task"], entry["title"], asked)


def _question(entry: dict[str, Any]) -> Question:
    return Question(**{**entry, "field": Field(entry["field"])})


@cache
def _choices(asked: Field) -> list[Choice]:
    words = programme()
    match asked:
        case Field.APPLICANT:
            rules = words.registration.applicants.value
            return [Choice(one, rules[one].label) for one in Applicant]
        case Field.DECLARES:
            return [Choice(one, words.declares[one]) for one in Declares]
        case Field.CATEGORY:
            return [Choice(one, words.categories[one]) for one in Category]
        case Field.STORE_TYPE:
            kinds = words.store_types
            return [Choice(one, kinds[one].label, kinds[one].definition) for one in StoreType]
        case Field.IMPORT_WAY:
            told = texts()["choices"]["import_way"]
            return [Choice(one, told[one]["label"], told[one]["hint"]) for one in ImportWay]
    return []
