"""How an operator connects a channel: names, fields and steps, in guides/<kind>.yml."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from conversations.channels.names import ChannelKind

_FOLDER = Path(__file__).with_name("guides")


@dataclass(frozen=True)
class Field:
    """`is_secret` fields are written and never shown again; `pattern` is a whole regular expression.

    `missing` is said where it is needed beside what was filled in. Those of one `group` stand together, out of sight
    until somebody wants them.
    """

    name: str
    label: str
    hint: str = ""
    is_secret: bool = False
    is_required: bool = True
    pattern: str | None = None
    wrong: str = ""
    is_list: bool = False
    is_signing: bool = False
    missing: str = ""
    group: str = ""


@dataclass(frozen=True)
class Together:
    """Fields that are filled in all or none; of `either` one, and `both` says what is wrong with filling in two."""

    all: tuple[str, ...]
    either: tuple[str, str]
    both: str

    @property
    def names(self) -> tuple[str, ...]:
        return self.all + self.either


@dataclass(frozen=True)
class Guide:
    """`steps` are Markdown; {webhook} in them is the address of the webhook; brands know it by `public_name`,
    operators who carries it by `provider`. `troubles` are words about errors of accounts; `groups` are the headings of
    groups of fields.

    `recipient_known` makes the recipient of who wrote last from the address to answer at; without it, it is their id.
    """

    kind: ChannelKind
    name: str
    public_name: str
    provider: str
    summary: str
    steps_before: tuple[str, ...]
    steps_after: tuple[str, ...]
    fields: tuple[Field, ...]
    recipient: Field
    recipient_known: str | None = None
    together: Together | None = None
    troubles: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)

    def trouble(self, code: str | None) -> str:
        """What to do about it; nothing where its code says all. What stands after a space in a code is a detail."""
        return self.troubles.get((code or "").partition(" ")[0], "")

    def known_recipient(self, user: str, address: Mapping[str, Any]) -> str:
        return user if self.recipient_known is None else self.recipient_known.format(**address)

    def in_groups(self, fields: Iterable[Field]) -> list[tuple[str, list[Field]]]:
        """Each group that has some of them with its heading; first, under none, those that belong to no group."""
        headings = {"": "", **self.groups}
        found = [
            (heading, [one for one in fields if one.group == name]) for name, heading in headings.items()
        ]
        return [(heading, theirs) for heading, theirs in found if theirs]

    @property
    def settings(self) -> tuple[Field, ...]:
        return tuple(one for one in self.fields if not one.is_secret)

    @property
    def secrets(self) -> tuple[Field, ...]:
        return tuple(one for one in self.fields if one.is_secret)


@cache
def guide(kind: ChannelKind) -> Guide:
    content: dict[str, Any] = yaml.safe_load((_FOLDER / f"{kind.value}.yml").read_text(encoding="utf-8"))
    return Guide(
        kind=kind,
        name=content["name"],
        public_name=content.get("public_name", content["name"]),
        provider=content.get("provider", content["name"]),
        summary=content["summary"],
        steps_before=tuple(content["steps_before"]),
        steps_after=tuple(content["steps_after"]),
        fields=tuple(Field(**one) for one in content["fields"]),
        recipient=Field(name="recipient", **content["recipient"]),
        recipient_known=content.get("recipient_known"),
        together=_together(content.get("together")),
        troubles=content.get("troubles", {}),
        groups=content.get("groups", {}),
    )


def _together(content: Mapping[str, Any] | None) -> Together | None:
    if content is None:
        return None
    first, second = content["either"]
    return Together(tuple(content["all"]), (first, second), content["both"])


def guided() -> list[ChannelKind]:
    """The channels that an operator can add."""
    return [kind for kind in ChannelKind if (_FOLDER / f"{kind.value}.yml").exists()]
