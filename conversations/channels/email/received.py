"""A mail as it arrived: its raw bytes read once, its headers still those of a stranger."""

import hashlib
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message

from conversations.channels.email import markup, quotes
from onboarding.errors import DomainError

_MOST_PARTS = 100
_LONGEST_BODY = 100_000
_LONGEST_HEADER = 10_000
# The largest mail whose lines are as long as they should be has 400,000.
_MOST_LINES = 600_000
_MOST_MULTIPARTS = 50
_ADDRESS = r"[^@\s<>\"(),:;\[\]\\]{1,64}@[a-zA-Z0-9](?:[a-zA-Z0-9.-]{0,251}[a-zA-Z0-9])?"
_SENDER = re.compile(
    rf"""\s*(?:(?P<name>"(?:[^"\\]|\\.){{0,300}}"|[^"<>,;:()]{{0,300}})\s*<\s*(?P<address>{_ADDRESS})\s*>"""
    rf"""|(?P<bare>{_ADDRESS})\s*(?:\((?P<comment>[^()<>@]{{0,300}})\))?)\s*"""
)
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,250}>")
_SHOWN = re.compile(r"cid:([^\s\"'<>)]{1,250})", re.IGNORECASE)
_OF_PROGRAMS = {
    "application/ics",
    "application/ms-tnef",
    "application/pgp-encrypted",
    "application/pgp-keys",
    "application/pgp-signature",
    "application/pkcs7-signature",
    "application/vnd.ms-tnef",
    "application/x-pkcs7-signature",
    "text/calendar",
    "text/directory",
    "text/vcard",
    "text/x-vcard",
}
_NAMES_OF_PROGRAMS = (".asc", ".ics", ".p7s", ".sig", ".vcf", "winmail.dat")
_UNSAFE_IN_NAME = re.compile(r"[\x00-\x1f/\\]")


class MailMalformed(DomainError):
    code = "mail_malformed"
    what_to_do = "Send the mail as RFC 5322 with one From address."


@dataclass(frozen=True)
class Attachment:
    name: str
    media_type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class ReceivedMail:
    """`message_id`, `in_reply_to` and `references` are with their angle brackets; `sender` is in lower case."""

    message_id: str
    in_reply_to: str | None
    references: tuple[str, ...]
    sender: str
    sender_name: str
    recipients: tuple[str, ...]
    subject: str
    text: str = field(repr=False)
    attachments: tuple[Attachment, ...]
    message: Message = field(repr=False)

    @property
    def sender_domain(self) -> str:
        return self.sender.rpartition("@")[2]


def read(raw: bytes) -> ReceivedMail:
    """Raises MailMalformed where it is not known from which one address it says it comes, and for a mail that would
    take very long to be parsed: each line is held against all boundaries that are open.
    """
    if _count_of_lines(raw) > _MOST_LINES or raw.lower().count(b"multipart/") > _MOST_MULTIPARTS:
        raise MailMalformed("The mail has too many lines, or parts within parts.")
    message = message_from_bytes(raw)
    name, sender = _only_sender(message)
    references = tuple(_MESSAGE_ID.findall(header(message, "References")))
    replied = _MESSAGE_ID.findall(header(message, "In-Reply-To"))
    subject = _on_one_line(header(message, "Subject"))
    attachments = tuple(_attachments(message))
    return ReceivedMail(
        message_id=_message_id(message, raw),
        in_reply_to=replied[0] if replied else None,
        references=references,
        sender=sender,
        sender_name=name,
        recipients=tuple(_recipients(message)),
        subject=subject,
        text=_words(message) or ("" if attachments else subject),
        attachments=attachments,
        message=message,
    )


def header(message: Message, name: str) -> str:
    """The first header of that name, decoded; what cannot be decoded stays as it came."""
    return _decoded(str(message.get(name, "")))


def body_parts(message: Message) -> Iterator[Message]:
    return (part for part, _ in _parts(message))


def _parts(message: Message) -> Iterator[tuple[Message, bool]]:
    """With whether it is of a mail that is attached: its files are the sender's, its words are somebody else's."""
    waiting = deque([(message, False)])
    for _ in range(_MOST_PARTS):
        if not waiting:
            return
        part, is_attached_mail = waiting.popleft()
        if not part.is_multipart():
            yield part, is_attached_mail
            continue
        is_attached_mail |= part.get_content_maintype() == "message"
        inner = [one for one in part.get_payload() if isinstance(one, Message)]
        waiting.extendleft((one, is_attached_mail) for one in reversed(inner))


def decoded_text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    charset = part.get_content_charset() or "utf-8"
    try:
        return payload.decode(charset, errors="replace")[:_LONGEST_BODY]
    except LookupError:
        return payload.decode("utf-8", errors="replace")[:_LONGEST_BODY]


def _decoded(value: str) -> str:
    try:
        return str(make_header(decode_header(value)))
    except (HeaderParseError, UnicodeError, LookupError, ValueError):
        return value


def _on_one_line(value: str) -> str:
    return " ".join(value.replace("\x00", "").split())[:500]


def _only_sender(message: Message) -> tuple[str, str]:
    """The address is taken before decoding, so that an encoded word cannot hide a second one."""
    given = message.get_all("From", [])
    if len(given) != 1:
        raise MailMalformed("The mail does not have exactly one From header.")
    found = _SENDER.fullmatch(str(given[0]))
    if found is None:
        raise MailMalformed("The mail does not come from exactly one address.")
    name = found["name"] or found["comment"] or ""
    return _on_one_line(_decoded(name.strip().strip('"'))), (found["address"] or found["bare"]).lower()


def _recipients(message: Message) -> Iterator[str]:
    for name in ("To", "Cc", "Delivered-To", "X-Original-To"):
        for value in message.get_all(name, []):
            yield from (address.lower() for address in re.findall(_ADDRESS, str(value)[:_LONGEST_HEADER]))


def _message_id(message: Message, raw: bytes) -> str:
    given = _MESSAGE_ID.findall(header(message, "Message-ID"))
    if given:
        return str(given[0])
    return f"<{hashlib.sha256(raw).hexdigest()[:40]}@without-id.invalid>"


def _count_of_lines(raw: bytes) -> int:
    return raw.count(b"\n") + raw.count(b"\r") - raw.count(b"\r\n")


def _words(message: Message) -> str:
    parts = [part for part, is_attached_mail in _parts(message) if not is_attached_mail and _is_text(part)]
    plain = list(_first_of(part for part in parts if part.get_content_type() == "text/plain"))
    if any(text.strip() for text in plain):
        return quotes.written_now("\n".join(plain))
    html = _first_of(part for part in parts if part.get_content_type() == "text/html")
    return quotes.written_now("\n".join(markup.as_text(text) for text in html))


def _first_of(parts: Iterable[Message]) -> Iterator[str]:
    """What they say, and no more than may be said in one mail."""
    left = _LONGEST_BODY
    for part in parts:
        text = decoded_text(part)[:left]
        left -= len(text)
        yield text
        if not left:
            return


def _is_text(part: Message) -> bool:
    return part.get_content_type() in {"text/plain", "text/html"} and not _is_attached(part)


def _is_attached(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or bool(part.get_filename())


def _attachments(message: Message) -> Iterator[Attachment]:
    """What somebody meant to send: not what mail programs add, nor pictures inside the text, such as the logo of a
    signature.
    """
    shown = _pictures_in_the_text(message)
    for part in body_parts(message):
        if not _is_attached(part) or _is_added_by_a_program(part) or _is_shown_in_the_text(part, shown):
            continue
        data = part.get_payload(decode=True)
        if isinstance(data, bytes) and data:
            yield Attachment(_name(part), part.get_content_type(), data)


def _is_added_by_a_program(part: Message) -> bool:
    return part.get_content_type() in _OF_PROGRAMS or _name(part).lower().endswith(_NAMES_OF_PROGRAMS)


def _pictures_in_the_text(message: Message) -> set[str]:
    html = (part for part in body_parts(message) if part.get_content_type() == "text/html" and _is_text(part))
    return {found for text in _first_of(html) for found in _SHOWN.findall(text)}


def _is_shown_in_the_text(part: Message, shown: set[str]) -> bool:
    """A Content-ID alone says nothing: some programs give one to each file."""
    content_id = part.get("Content-ID")
    if content_id is None or part.get_content_maintype() != "image":
        return False
    return part.get_content_disposition() == "inline" or str(content_id).strip(" <>") in shown


def _name(part: Message) -> str:
    name = _UNSAFE_IN_NAME.sub("", _decoded(part.get_filename() or "")).strip(". ")
    return name[-120:] or "attachment"
