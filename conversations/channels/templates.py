"""Templates that a provider has approved: what can be said once its window is closed, with gaps to be filled."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from conversations.channels.models import ChannelAccount, ChannelTemplate
from conversations.channels.names import ChannelKind
from conversations.channels.whatsapp import as_variable
from onboarding import clock
from onboarding.errors import DomainError, NotFound

# In a delivery's settings: what is sent instead of its message's text.
IN_SETTINGS = "template"
# The longest body that Meta approves; the names of gaps are Twilio's.
LONGEST_TEXT = 1024
_LONGEST_LABEL = 60
_GAP = re.compile(r"\{\{\s*([A-Za-z0-9_]{1,16})\s*\}\}")
_NAMES = {
    ChannelKind.TWILIO_WHATSAPP: re.compile(r"HX[0-9a-fA-F]{32}"),
    ChannelKind.WHATSAPP_CLOUD: re.compile(r"[a-z0-9_]{1,512}"),
}
_NAME_WRONG = {
    ChannelKind.TWILIO_WHATSAPP: "Enter the SID that begins with HX",
    ChannelKind.WHATSAPP_CLOUD: "Enter the name of the template: small letters, digits and _",
}
_LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z]{2,4})?")


class TemplateInvalid(DomainError):
    """`field` is the one to be changed."""

    code = "template_invalid"
    what_to_do = ""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class TemplateUnknown(NotFound):
    code = "template_unknown"


class GapsLeft(DomainError):
    """`gaps` are the names of those that are still empty."""

    code = "gaps_left"
    what_to_do = ""

    def __init__(self, gaps: Sequence["Gap"]) -> None:
        super().__init__(f"Enter {' and '.join(gap.label for gap in gaps)}.")
        self.gaps = [gap.name for gap in gaps]


class TemplateTooLong(DomainError):
    code = "template_too_long"
    what_to_do = f"Shorten what you entered: the whole may have {LONGEST_TEXT:,} characters."


@dataclass(frozen=True)
class Gap:
    """`name` is how the provider calls it, `label` how the team does."""

    name: str
    label: str


@dataclass(frozen=True)
class Entered:
    """What an operator enters of a template, as the provider approved it."""

    name: str
    text: str
    language: str = ""
    labels: tuple[str, ...] = ()


def are_on(kind: ChannelKind) -> bool:
    return kind in _NAMES


def have_language(kind: ChannelKind) -> bool:
    """Elsewhere the name alone says which."""
    return kind is ChannelKind.WHATSAPP_CLOUD


def add(session: Session, account: ChannelAccount, entered: Entered) -> ChannelTemplate:
    """Raises TemplateInvalid."""
    _check(account.kind, entered)
    template = ChannelTemplate(
        account_id=account.id,
        name=entered.name,
        language=entered.language or None,
        text=entered.text,
        labels=list(entered.labels),
        created_at=clock.now(session),
    )
    session.add(template)
    session.flush()
    return template


def remove(session: Session, account: ChannelAccount, template_id: int) -> None:
    """What was sent by it stays as it is. Raises TemplateUnknown."""
    session.delete(find(session, account.id, template_id))


def of_account(session: Session, account_id: int) -> list[ChannelTemplate]:
    return list(
        session.scalars(
            select(ChannelTemplate)
            .where(ChannelTemplate.account_id == account_id)
            .order_by(ChannelTemplate.id)
        )
    )


def find(session: Session, account_id: int, template_id: int) -> ChannelTemplate:
    """Raises TemplateUnknown."""
    found = session.get(ChannelTemplate, template_id)
    if found is None or found.account_id != account_id:
        raise TemplateUnknown("There is no such template.")
    return found


def gaps(template: ChannelTemplate) -> list[Gap]:
    """In the order of the text."""
    labels = dict(enumerate(template.labels))
    return [
        Gap(name, labels.get(place) or f"{{{{{name}}}}}")
        for place, name in enumerate(_names_of_gaps(template.text))
    ]


def pieces(template: ChannelTemplate) -> list[str | Gap]:
    """Its text, cut at the gaps."""
    by_name = {gap.name: gap for gap in gaps(template)}
    return [
        by_name[part] if place % 2 else part for place, part in enumerate(_GAP.split(template.text)) if part
    ]


def filled(template: ChannelTemplate, values: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """What is read, and the values as the provider takes them. Raises GapsLeft, TemplateTooLong."""
    taken = {gap.name: as_variable(values.get(gap.name, "")) for gap in gaps(template)}
    left = [gap for gap in gaps(template) if not taken[gap.name]]
    if left:
        raise GapsLeft(left)
    text = _GAP.sub(lambda found: taken[found[1]], template.text)
    if len(text) > LONGEST_TEXT:
        raise TemplateTooLong(f"The message has {len(text):,} characters.")
    return text, taken


def settings(template: ChannelTemplate, values: Mapping[str, str]) -> dict[str, Any]:
    """Of the delivery; all that is needed to send it, also when the template is changed meanwhile."""
    return {IN_SETTINGS: {"name": template.name, "language": template.language, "variables": dict(values)}}


def _names_of_gaps(text: str) -> list[str]:
    return list(dict.fromkeys(_GAP.findall(text)))


def _check(kind: ChannelKind, entered: Entered) -> None:
    if kind not in _NAMES:
        raise TemplateInvalid("name", "This channel has no templates")
    if not _NAMES[kind].fullmatch(entered.name):
        raise TemplateInvalid("name", _NAME_WRONG[kind])
    if entered.language and not _LANGUAGE.fullmatch(entered.language):
        raise TemplateInvalid("language", "Enter a code such as en or en_GB")
    if not entered.text:
        raise TemplateInvalid("text", "Enter the text that was approved")
    if len(entered.text) > LONGEST_TEXT:
        raise TemplateInvalid("text", f"Enter at most {LONGEST_TEXT:,} characters")
    if "{{" in _GAP.sub("", entered.text):
        raise TemplateInvalid("text", "Write gaps as {{1}}, or as {{name}} with letters, digits and _")
    count = len(_names_of_gaps(entered.text))
    if len(entered.labels) > count:
        raise TemplateInvalid("labels", f"Enter at most {count} lines: the text has as many gaps")
    if any(len(label) > _LONGEST_LABEL for label in entered.labels):
        raise TemplateInvalid("labels", f"Use at most {_LONGEST_LABEL} characters a line")
