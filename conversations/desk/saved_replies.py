"""Replies that agents have ready: from saved_replies.yml, unless leads changed them at the desk."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from conversations.desk.models import SavedReply
from conversations.messages import LONGEST_TEXT
from onboarding import clock
from onboarding.errors import DomainError, NotFound
from onboarding.models import Staff

_FILE = Path(__file__).with_name("saved_replies.yml")
_SHORTCUT = re.compile(r"[a-z0-9-]{1,30}")
_LONGEST_TITLE = 60
_FIELD = re.compile(r"\{([a-z_]+)\}")
FIELDS = (
    "contact",
    "brand",
    "application",
    "day",
    "days_left",
    "days_total",
    "target",
    "stage",
    "document",
    "deadline",
    "reason",
    "send_instead",
    "agent",
)


class SavedReplyInvalid(DomainError):
    """`field` is the one to be changed."""

    code = "saved_reply_invalid"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class SavedReplyUnknown(NotFound):
    code = "saved_reply_unknown"


class FieldsLeft(DomainError):
    """A reply that still names a field would be read as it stands."""

    code = "fields_left"
    what_to_do = "Write what belongs there, or take it out."


@dataclass(frozen=True)
class ReadyReply:
    shortcut: str
    title: str
    text: str

    def filled(self, values: Mapping[str, str]) -> str:
        """Fields without a value stay as they are, for the agent to see."""
        return _FIELD.sub(lambda found: values.get(found[1]) or found[0], self.text)


def ready(session: Session) -> list[ReadyReply]:
    """By shortcut."""
    replies = {reply.shortcut: reply for reply in _written()}
    for row in session.scalars(select(SavedReply)):
        replies.pop(row.shortcut, None)
        if row.text is not None:
            replies[row.shortcut] = ReadyReply(row.shortcut, row.title, row.text)
    return sorted(replies.values(), key=lambda reply: reply.shortcut)


def find(session: Session, shortcut: str) -> ReadyReply:
    """Raises SavedReplyUnknown."""
    found = next((reply for reply in ready(session) if reply.shortcut == shortcut), None)
    if found is None:
        raise SavedReplyUnknown("There is no such saved reply.")
    return found


def save(session: Session, shortcut: str, title: str, text: str, *, by: Staff) -> ReadyReply:
    """Raises SavedReplyInvalid."""
    reply = ReadyReply(shortcut.strip().lower().lstrip("/"), title.strip(), text.strip())
    _check(reply)
    _put(session, reply.shortcut, reply.title, reply.text, by)
    return reply


def take_away(session: Session, shortcut: str, *, by: Staff) -> None:
    """Raises SavedReplyUnknown."""
    _put(session, shortcut, find(session, shortcut).title, None, by)


def require_filled(text: str) -> None:
    """Raises FieldsLeft."""
    left = [found[0] for found in _FIELD.finditer(text) if found[1] in FIELDS]
    if left:
        raise FieldsLeft(f"The reply still says {left[0]}.")


def _check(reply: ReadyReply) -> None:
    if not _SHORTCUT.fullmatch(reply.shortcut):
        raise SavedReplyInvalid("shortcut", "Enter a shortcut of small letters, digits and hyphens")
    if not reply.title:
        raise SavedReplyInvalid("title", "Enter a title")
    if len(reply.title) > _LONGEST_TITLE:
        raise SavedReplyInvalid("title", f"Enter a title of at most {_LONGEST_TITLE} characters")
    if not reply.text:
        raise SavedReplyInvalid("text", "Enter what the brand will read")
    if len(reply.text) > LONGEST_TEXT:
        raise SavedReplyInvalid("text", f"Shorten the reply to {LONGEST_TEXT:,} characters")
    unknown = [found[0] for found in _FIELD.finditer(reply.text) if found[1] not in FIELDS]
    if unknown:
        raise SavedReplyInvalid("text", f"{unknown[0]} is not a field: use one of those listed below")


def _put(session: Session, shortcut: str, title: str, text: str | None, by: Staff) -> None:
    row = session.get(SavedReply, shortcut) or SavedReply(shortcut=shortcut)
    row.title, row.text = title, text
    row.changed_by, row.changed_at = by.id, clock.now(session)
    session.add(row)
    session.flush()


@cache
def _written() -> list[ReadyReply]:
    found: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return [ReadyReply(**reply) for reply in found["replies"]]
