"""Scripted dialogues as they stand in files, and what is expected of a reply."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from onboarding.errors import DomainError


class ScriptInvalid(DomainError):
    code = "script_invalid"
    what_to_do = "See tests/conversations for examples."


@dataclass(frozen=True)
class Step:
    """Either something the user types, or an event; `text` is what a person of the desk says."""

    user: str | None = None
    event: str | None = None
    text: str = ""
    minutes: float = 0
    expect: list[str] = field(default_factory=list)
    reject: list[str] = field(default_factory=list)
    intents: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Scenario:
    id: str
    title: str
    login: str | None
    now: datetime | None
    user_tz: str | None
    steps: list[Step]


@dataclass
class TurnRecord:
    user: str | None
    event: str | None
    replies: list[dict[str, Any]] = field(default_factory=list)
    intents: list[dict[str, Any]] = field(default_factory=list)
    entities: list[dict[str, Any]] = field(default_factory=list)
    owner: str = "bot"
    milliseconds: float = 0.0
    problems: list[str] = field(default_factory=list)


def read_scenarios(path: Path) -> list[Scenario]:
    """Raises ScriptInvalid with the file's name. Keys it does not know are left alone."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    try:
        return [_scenario(found) for found in content["scenarios"]]
    except (KeyError, TypeError, ValueError) as error:
        raise ScriptInvalid(f"{path} is not a file of scenarios: {error!r}.") from error


def problems(step: Step, said: str, intent: str | None) -> list[str]:
    missing = [f"expected {wanted!r}" for wanted in step.expect if not _occurs(wanted, said)]
    found = [f"rejected {unwanted!r}" for unwanted in step.reject if _occurs(unwanted, said)]
    if step.intents and intent not in step.intents:
        found.append(f"understood as {intent}, expected {' or '.join(step.intents)}")
    return missing + found


def _occurs(wanted: str, said: str) -> bool:
    if len(wanted) > 2 and wanted.startswith("/") and wanted.endswith("/"):
        return re.search(wanted[1:-1], said, re.IGNORECASE | re.DOTALL) is not None
    return wanted.lower() in said.lower()


def _scenario(found: dict[str, Any]) -> Scenario:
    setup = found.get("setup") or {}
    login = setup.get("login")
    return Scenario(
        id=str(found["id"]),
        title=str(found.get("title", "")),
        login=None if login in (None, "none") else str(login),
        now=_moment(setup.get("now")),
        user_tz=setup.get("user_tz"),
        steps=[_step(turn) for turn in found["turns"]],
    )


def _moment(found: Any) -> datetime | None:
    if found is None or isinstance(found, datetime):
        return found
    return datetime.fromisoformat(str(found))


def _step(turn: dict[str, Any]) -> Step:
    return Step(
        user=None if turn.get("user") is None else str(turn["user"]),
        event=turn.get("event"),
        text=str(turn.get("text", "")),
        minutes=float(turn.get("minutes", 0)),
        expect=[str(wanted) for wanted in turn.get("expect") or []],
        reject=[str(unwanted) for unwanted in turn.get("reject") or []],
        intents=list(turn.get("intents") or []),
    )
