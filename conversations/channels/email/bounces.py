"""Reports that a mail of ours did not arrive (RFC 3464), and what mail servers send that know no such reports."""

import re
from dataclasses import dataclass
from email.message import Message

from conversations.channels.email.received import body_parts, decoded_text

_STATUS = re.compile(r"^status:\s*(\d\.\d{1,3}\.\d{1,3})", re.IGNORECASE | re.MULTILINE)
_ACTION = re.compile(r"^action:\s*(\w+)", re.IGNORECASE | re.MULTILINE)
_MESSAGE_ID = re.compile(r"message-id:\s*(<[^<>\s]{1,250}>)", re.IGNORECASE)


@dataclass(frozen=True)
class Bounce:
    """`message_ids` are those of the mail that came back; `status` is an enhanced status code such as 5.1.1."""

    message_ids: tuple[str, ...]
    status: str | None
    is_final: bool


def read(message: Message) -> Bounce:
    report = _report(message)
    status = _STATUS.search(report)
    action = _ACTION.search(report)
    code = status[1] if status else None
    return Bounce(
        message_ids=tuple(dict.fromkeys(_MESSAGE_ID.findall(_returned(message)))),
        status=code,
        is_final=_is_final(action[1].lower() if action else "failed", code),
    )


def _is_final(action: str, status: str | None) -> bool:
    """A delay is tried again by the server that reports it."""
    return action == "failed" and not (status or "").startswith(("2.", "4."))


def _report(message: Message) -> str:
    parts = (part for part in message.walk() if part.get_content_type() == "message/delivery-status")
    return "\n".join(str(block) for part in parts for block in _blocks(part))


def _blocks(part: Message) -> list[object]:
    payload = part.get_payload()
    return list(payload) if isinstance(payload, list) else [payload]


def _returned(message: Message) -> str:
    headers = [
        f"Message-ID: {part['Message-ID']}"
        for part in message.walk()
        if part is not message and part["Message-ID"] is not None
    ]
    bodies = [decoded_text(part) for part in body_parts(message) if part.get_content_maintype() == "text"]
    return "\n".join(headers + bodies)
