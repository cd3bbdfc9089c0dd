"""The dated answers in knowledge/: one Markdown article a question, for the chat and the help pages alike."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

from onboarding.errors import DomainError
from onboarding.programme import Figure, Programme, programme
from onboarding.programme_types import OfficeHours
from onboarding.wording import in_words

KNOWLEDGE_FOLDER = Path(__file__).parents[1] / "knowledge"
_FULL_TEXT = "<!-- full -->"
_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n(.*)\Z", re.DOTALL)
_PLACEHOLDER = re.compile(r"\{\{\s*([A-Za-z0-9_.]+)\s*\}\}")


class KnowledgeInvalid(DomainError):
    code = "knowledge_invalid"
    what_to_do = "Correct the article that is named and start again."


@dataclass(frozen=True)
class Article:
    """`short` answers in the chat, `full` on the help page; both are Markdown with the figures filled in."""

    intent: str
    title: str
    short: str
    full: str
    valid_from: date
    source: str
    assumption: bool
    next: tuple[str, ...]

    @property
    def slug(self) -> str:
        return self.intent.replace("_", "-")


@cache
def articles() -> Mapping[str, Article]:
    """By intent. Raises KnowledgeInvalid naming the file and what is wrong in it."""
    return load_articles(KNOWLEDGE_FOLDER, programme())


def load_articles(folder: Path, figures: Programme) -> dict[str, Article]:
    found: dict[str, Article] = {}
    for path in sorted(folder.glob("**/*.md")):
        article = _read(path, figures)
        if article.intent in found:
            raise KnowledgeInvalid(f"{path.name}: there is an article for {article.intent} already.")
        found[article.intent] = article
    return found


def article_by_slug(slug: str, hours: OfficeHours | None = None) -> Article | None:
    """With the office hours of programme.yml, if not told others."""
    intent = slug.replace("-", "_")
    if hours is None or hours == programme().office_hours:
        return articles().get(intent)
    return _articles_with(hours).get(intent)


@lru_cache(maxsize=2)
def _articles_with(hours: OfficeHours) -> Mapping[str, Article]:
    return load_articles(KNOWLEDGE_FOLDER, replace(programme(), office_hours=hours))


def _read(path: Path, figures: Programme) -> Article:
    parts = _FRONT_MATTER.match(path.read_text(encoding="utf-8"))
    if parts is None:
        raise KnowledgeInvalid(f"{path.name} does not begin with its front matter between two lines of ---.")
    head = yaml.safe_load(parts[1])
    short, _, full = _filled(parts[2], path.name, figures).partition(_FULL_TEXT)
    try:
        return Article(
            intent=str(head["intent"]),
            title=str(head["title"]),
            short=short.strip(),
            full=full.strip() or short.strip(),
            valid_from=_day(head["valid_from"], path.name),
            source=str(head["source"]),
            assumption=bool(head["assumption"]),
            next=tuple(head.get("next") or ()),
        )
    except KeyError as missing:
        raise KnowledgeInvalid(f"{path.name}: {missing.args[0]} is missing.") from None


def _day(found: object, name: str) -> date:
    if not isinstance(found, date):
        raise KnowledgeInvalid(f"{name}: valid_from is {found!r}, but must be a date such as 2026-01-01.")
    return found


def _filled(text: str, name: str, figures: Programme) -> str:
    def figure(found: re.Match[str]) -> str:
        try:
            return in_words(_at(figures, found[1]))
        except (AttributeError, KeyError, IndexError, ValueError):
            raise KnowledgeInvalid(f"{name}: programme.yml has no {found[1]}.") from None

    return _PLACEHOLDER.sub(figure, text)


def _at(figures: Programme, path: str) -> Any:
    """Follows "fees.deposit.COSMETICS" through fields, tables and lists."""
    value: Any = figures
    for step in path.split("."):
        value = _step(value, step)
    return value.value if isinstance(value, Figure) else value


def _step(value: Any, step: str) -> Any:
    if isinstance(value, Figure) and step not in ("valid_from", "source"):
        value = value.value
    if isinstance(value, Mapping):
        return value[step]
    if isinstance(value, tuple):
        return value[int(step)]
    return getattr(value, step)
