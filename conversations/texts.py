"""The words that the conversation says itself."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

_FILE = Path(__file__).with_name("texts.yml")


@cache
def _texts() -> dict[str, Any]:
    texts: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return texts


def apology(number: int) -> str:
    """Apology `number` (from 0) of a conversation: never the same words twice in a row."""
    wordings: list[str] = _texts()["apologies"]
    return wordings[number % len(wordings)]


def buttons(name: str) -> list[dict[str, str]]:
    return [dict(button) for button in _texts()["buttons"][name]]


def ticket(name: str, **values: str) -> str:
    wording: str = _texts()["ticket"][name]
    return wording.format(**values)


def notice(kind: str, **values: str) -> str:
    wording: str = _texts()["notices"][kind]
    return wording.format(**values)


def answer_mail(**values: str) -> tuple[str, str]:
    wording: dict[str, str] = _texts()["answer_mail"]
    return wording["subject"].format(**values), wording["body"].format(**values)


def elsewhere_mail(*, on_website: bool, **values: str) -> tuple[str, str]:
    """Subject and body of the mail with what could not be sent where the brand wrote."""
    words: dict[str, str] = _texts()["elsewhere_mail"]
    where = words["on_website"] if on_website else ""
    return words["subject"].format(**values), words["body"].format(where=where, **values)


def broken_promise(name: str, **values: str) -> str:
    wording: str = _texts()["broken_promise"][name]
    return wording.format(**values)


def stars() -> list[str]:
    """What 1 to 5 are called."""
    names: list[str] = _texts()["stars"]
    return names


def waiting(name: str, **values: object) -> str:
    wording: str = _texts()["waiting"][name]
    return wording.format(**values)


def export_readme(**values: str) -> str:
    wording: str = _texts()["export"]["readme"]
    return wording.format(**values)


def erased(name: str) -> str:
    wording: str = _texts()["erased"][name]
    return wording


def reminder(kind: str, **values: str) -> tuple[str, str, str]:
    """Subject and body of the mail, and the notice in the chat."""
    words = _texts()["reminders"][kind]
    subject, body, notice = (words[part].format(**values) for part in ("subject", "body", "notice"))
    return subject, body, notice


def chat_upload(kind: str, **values: str) -> str:
    """What is told in the chat of a document that was sent there."""
    wording: str = _texts()["chat_uploads"][kind]
    return wording.format(**values)


def document_mail(verdict: str) -> dict[str, str]:
    """Subject and body of the mail that tells what a reviewer decided."""
    words: dict[str, str] = _texts()["document_mails"][verdict]
    return words


def submitted(**values: str) -> tuple[str, str]:
    """Subject and body of the mail that confirms a registration."""
    wording: dict[str, str] = _texts()["submitted"]
    return wording["subject"].format(**values), wording["body"].format(**values)


def claim_noted() -> str:
    wording: str = _texts()["submitted"]["claim"]
    return wording


def opening_news(kind: str, **values: str) -> tuple[str, str]:
    """Subject and sentences of what happened between approval and opening."""
    words = _texts()["opening_news"][kind]
    return words["subject"].format(**values), words["text"].format(**values)


def opening_letter(**values: str) -> str:
    wording: str = _texts()["opening_letter"]
    return wording.format(**values)


def appeal_verdict(granted: bool) -> str:
    wording: str = _texts()["appeal_verdicts"]["granted" if granted else "not_granted"]
    return wording


def staff_alert(kind: str, *, has_ticket: bool, **values: str) -> tuple[str, str]:
    """Subject and body of the mail to somebody of the staff about a promise: "at_risk" or "broken"."""
    words = _texts()["staff_alerts"]
    what = words["ticket" if has_ticket else "chat"].format(**values)
    return words[kind]["subject"].format(**values), words[kind]["body"].format(what=what, **values)


def webhook_mail(why: str) -> dict[str, str]:
    """Subject and body of the mail that tells owners that a webhook was switched off."""
    words: dict[str, str] = _texts()["webhook_mails"][why]
    return words
