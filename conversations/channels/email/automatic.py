"""Mails that no person wrote: an answer to them would be answered again, without end."""

from email.message import Message
from enum import StrEnum

from conversations.channels.email.received import ReceivedMail, header

_MACHINES = {"mailer-daemon", "postmaster", "no-reply", "noreply", "do-not-reply", "donotreply", "bounce"}
_BULK = {"bulk", "list", "junk", "auto_reply"}
_ANSWERED_BY_MACHINES = ("X-Autoreply", "X-Autorespond", "X-Auto-Reply-From", "X-Mail-Autoreply")


class NotAnswered(StrEnum):
    OWN = "own address"
    BOUNCE = "bounce"
    AUTOMATIC = "automatic"
    LIST = "mailing list"


def why_not_answered(mail: ReceivedMail, own_address: str) -> NotAnswered | None:
    message = mail.message
    if without_tag(mail.sender) == own_address.lower():
        return NotAnswered.OWN
    if is_bounce(message):
        return NotAnswered.BOUNCE
    if _is_automatic(message) or mail.sender.partition("@")[0] in _MACHINES:
        return NotAnswered.AUTOMATIC
    if message.get("List-Id") is not None or _first_word(message, "Precedence") in _BULK:
        return NotAnswered.LIST
    return None


def without_tag(address: str) -> str:
    local, _, domain = address.partition("@")
    return f"{local.partition('+')[0]}@{domain}"


def is_bounce(message: Message) -> bool:
    reports = message.get_content_type() == "multipart/report"
    return reports or header(message, "Return-Path").strip() == "<>"


def _is_automatic(message: Message) -> bool:
    """RFC 3834; Exchange marks its automatic answers in two headers of its own."""
    submitted = _first_word(message, "Auto-Submitted")
    if submitted not in {"", "no"} or _first_word(message, "X-Auto-Response-Suppress") not in {"", "none"}:
        return True
    return any(message.get(name) is not None for name in _ANSWERED_BY_MACHINES)


def _first_word(message: Message, name: str) -> str:
    value = header(message, name).strip().lower()
    return value.replace(";", " ").replace(",", " ").split(" ")[0]
