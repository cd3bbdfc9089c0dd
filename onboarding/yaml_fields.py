"""Reads a YAML file field by field, so that what is wrong is named with file, line and field."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

from onboarding.errors import DomainError
from onboarding.money import Money

_MONEY = re.compile(r"([A-Z]{3}) (\d{1,3}(?:,\d{3})+|\d+)")


class ProgrammeInvalid(DomainError):
    code = "programme_invalid"
    what_to_do = "Correct the line that is named and start again."


@dataclass(frozen=True)
class Figure[T]:
    """One figure of the programme; an assumption is the operator's, not the programme's own."""

    value: T
    valid_from: date
    source: str
    assumption: bool


@dataclass(frozen=True)
class Field:
    node: yaml.Node
    path: str
    file: str
    figures: dict[str, Figure[Any]] = field(default_factory=dict)

    def record(self, *names: str, optional: tuple[str, ...] = ()) -> "Mapping[str, Field]":
        found = dict(self.entries())
        for name in names:
            if name not in found:
                raise self._wrong_at(self.node, f"{self._path_of(name)} is missing")
        for name, child in found.items():
            if name not in names + optional:
                raise child._wrong_at(child.node, f"{child.path} is not known here")
        return found

    def entries(self) -> "Iterator[tuple[str, Field]]":
        if not isinstance(self.node, yaml.MappingNode):
            raise self.invalid("a set of fields")
        seen: set[str] = set()
        for key, value in self.node.value:
            if key.value in seen:
                raise self._wrong_at(key, f"{self._path_of(key.value)} is there twice")
            seen.add(key.value)
            yield key.value, Field(value, self._path_of(key.value), self.file, self.figures)

    def items(self) -> "list[Field]":
        if not isinstance(self.node, yaml.SequenceNode):
            raise self.invalid("a list")
        return [
            Field(item, f"{self.path}[{place}]", self.file, self.figures)
            for place, item in enumerate(self.node.value, start=1)
        ]

    def figure[T](self, read: "Callable[[Field], T]") -> Figure[T]:
        parts = self.record("value", "valid_from", "source", "assumption")
        figure = Figure(
            # Named by the figure itself: nobody speaks of `livestream.slots.value`.
            read(Field(parts["value"].node, self.path, self.file, self.figures)),
            parts["valid_from"].day(),
            parts["source"].text(),
            parts["assumption"].boolean(),
        )
        self.figures[self.path] = figure
        return figure

    def figures_of(self, **readers: "Callable[[Field], Any]") -> dict[str, Any]:
        parts = self.record(*readers)
        return {name: parts[name].figure(read) for name, read in readers.items()}

    def table[K: StrEnum, T](self, names: type[K], read: "Callable[[Field], T]") -> Mapping[K, T]:
        """One entry for each of the names."""
        found = self.record(*(name.value for name in names))
        return {name: read(found[name.value]) for name in names}

    def text(self) -> str:
        found = self._scalar().strip()
        if not found:
            raise self.invalid("text")
        return found

    def whole_number(self, least: int = 0, most: int | None = None) -> int:
        limits = f"of at least {least}" if most is None else f"from {least} to {most}"
        found = self._scalar()
        if not found.isdecimal() or int(found) < least or (most is not None and int(found) > most):
            raise self.invalid(f"a whole number {limits}")
        return int(found)

    def decimal(self) -> Decimal:
        try:
            found = Decimal(self._scalar())
        except InvalidOperation:
            raise self.invalid("a number") from None
        if not found.is_finite() or found < 0:
            raise self.invalid("a number of at least 0")
        return found

    def boolean(self) -> bool:
        found = self._scalar()
        if found not in ("true", "false"):
            raise self.invalid("true or false")
        return found == "true"

    def day(self) -> date:
        try:
            return date.fromisoformat(self._scalar())
        except ValueError:
            raise self.invalid("a date such as 2026-01-01") from None

    def time_of_day(self) -> time:
        try:
            return time.fromisoformat(self._scalar())
        except ValueError:
            raise self.invalid('a time such as "20:00"') from None

    def money(self) -> Money:
        found = _MONEY.fullmatch(self._scalar())
        if found is None:
            raise self.invalid("an amount such as CNY 150,000")
        return Money.of(int(found[2].replace(",", "")), found[1])

    def one_of[K: StrEnum](self, names: type[K]) -> K:
        found = self._scalar()
        if found not in names:
            raise self.invalid(f"one of {', '.join(names)}")
        return names(found)

    def several_of[K: StrEnum](self, names: type[K]) -> tuple[K, ...]:
        return tuple(item.one_of(names) for item in self.items())

    def invalid(self, expected: str) -> ProgrammeInvalid:
        return self._wrong_at(self.node, f"{self.path} must be {expected}")

    def _wrong_at(self, node: yaml.Node, what: str) -> ProgrammeInvalid:
        return ProgrammeInvalid(f"{self.file}, line {node.start_mark.line + 1}: {what}")

    def _scalar(self) -> str:
        return str(self.node.value) if isinstance(self.node, yaml.ScalarNode) else ""

    def _path_of(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name


def read_fields(path: Path) -> Field:
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ProgrammeInvalid(f"{path.name}, line {line}: {error.problem}") from None
    except OSError as error:
        raise ProgrammeInvalid(f"{path} cannot be read: {error.strerror}") from None
    if node is None:
        raise ProgrammeInvalid(f"{path.name}, line 1: the file is empty")
    return Field(node, "", path.name)
