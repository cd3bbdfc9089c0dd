"""A mail of ours: text and HTML, in the thread that it answers, marked as what it is."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from enum import Enum
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from conversations.channels import words

UNSUBSCRIBE = "unsubscribe"
_MARKDOWN = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable("image")
_MOST_REFERENCES = 20
_LONGEST_SUBJECT = 200
_SIGNED = (b"from", b"to", b"subject", b"date", b"message-id", b"in-reply-to", b"references", b"reply-to")
_POLICY = SMTP.clone(max_line_length=200)
_PEM = re.compile(r"(-----BEGIN [A-Z ]+-----)\s*(.+?)\s*(-----END [A-Z ]+-----)", re.DOTALL)
_CODE = {"fence", "code_block"}
_BREAKS = {"paragraph_close", "heading_close", "bullet_list_close", "ordered_list_close"} | _CODE


@dataclass(frozen=True)
class Thread:
    """What a mail of ours continues; kept with the identity of the correspondent."""

    to: str
    subject: str = ""
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()

    @classmethod
    def of(cls, address: Mapping[str, Any]) -> "Thread":
        return cls(
            to=str(address["to"]),
            subject=str(address.get("subject", "")),
            in_reply_to=address.get("in_reply_to"),
            references=tuple(address.get("references", ())),
        )

    def as_address(self) -> dict[str, Any]:
        return {
            "to": self.to,
            "subject": self.subject,
            "in_reply_to": self.in_reply_to,
            "references": list(self.references[-_MOST_REFERENCES:]),
        }


@dataclass(frozen=True)
class Sender:
    address: str
    name: str
    reply_to: str


class Kind(Enum):
    """The values are those of Auto-Submitted (RFC 3834)."""

    OF_A_PERSON = "no"
    ANSWER = "auto-replied"
    PROACTIVE = "auto-generated"


@dataclass(frozen=True)
class Letter:
    message_id: str
    text: str = field(repr=False)
    at: datetime
    subject: str | None = None
    kind: Kind = Kind.ANSWER
    files: Sequence[tuple[str, str, bytes]] = ()


def compose(sender: Sender, thread: Thread, letter: Letter) -> EmailMessage:
    message = EmailMessage(policy=_POLICY)
    message["From"] = Address(display_name=sender.name, addr_spec=sender.address)
    message["To"] = Address(addr_spec=thread.to)
    message["Reply-To"] = Address(display_name=sender.name, addr_spec=sender.reply_to)
    message["Subject"] = _subject(thread, letter)
    message["Date"] = format_datetime(letter.at)
    message["Message-ID"] = letter.message_id
    _continue(message, thread)
    message["Auto-Submitted"] = letter.kind.value
    if letter.kind is Kind.PROACTIVE:
        message["List-Unsubscribe"] = f"<mailto:{sender.reply_to}?subject={UNSUBSCRIBE}>"
    text = _with_footer(letter)
    message.set_content(as_plain(text))
    message.add_alternative(_as_html(text), subtype="html")
    for name, media_type, content in letter.files:
        maintype, _, subtype = media_type.partition("/")
        message.add_attachment(
            content, maintype=maintype, subtype=subtype or "octet-stream", filename=_one_line(name)
        )
    return message


def as_bytes(message: EmailMessage, key: str | None = None, selector: str | None = None) -> bytes:
    """Signed with DKIM where there is a private key (PEM) and the selector under which its other half is published."""
    raw = message.as_bytes()
    if not key or not selector:
        return raw
    domain = str(message["From"].addresses[0].domain)
    import dkim  # slow to import, and only mails that are signed need it

    signature: bytes = dkim.sign(
        raw, selector.encode(), domain.encode(), _pem(key), include_headers=_signed_headers(message)
    )
    return signature + raw


def as_plain(markdown: str) -> str:
    """Without marks, with the addresses of links written out."""
    written, item = "", ""
    for token in _MARKDOWN.parse(markdown):
        if token.type == "list_item_open":
            item = f"{token.info}{token.markup} " if token.info else "- "
        elif token.type == "inline":
            written += item + _plain(token.children or []) + "\n"
            item = ""
        elif token.type in _CODE:
            written += token.content
        if token.type in _BREAKS and not token.hidden:
            written += "\n"
    return written.strip() + "\n"


def _plain(tokens: list[Token]) -> str:
    words, links = "", []
    for token in tokens:
        if token.type == "link_open":
            links.append((str(token.attrs.get("href", "")), len(words)))
        elif token.type == "link_close":
            address, began = links.pop()
            words += "" if words[began:] == address else f" ({address})"
        elif token.type in {"softbreak", "hardbreak"}:
            words += "\n"
        else:
            words += token.content
    return words


def _subject(thread: Thread, letter: Letter) -> str:
    if letter.subject:
        return _one_line(letter.subject)
    if not thread.subject:
        return words.said("mail_subject")
    subject = _one_line(thread.subject)
    return subject if subject.lower().startswith("re:") else f"Re: {subject}"


def _continue(message: EmailMessage, thread: Thread) -> None:
    if thread.in_reply_to is None:
        return
    message["In-Reply-To"] = thread.in_reply_to
    before = [reference for reference in thread.references if reference != thread.in_reply_to]
    message["References"] = " ".join([*before[-_MOST_REFERENCES:], thread.in_reply_to])


def _with_footer(letter: Letter) -> str:
    return f"{letter.text}\n\n{words.said('mail_footer_proactive' if letter.kind is Kind.PROACTIVE else 'mail_footer')}"


def _as_html(markdown: str) -> str:
    body: str = _MARKDOWN.render(markdown)
    title = escape(words.said("mail_subject"))
    return f'<!doctype html>\n<html lang="en"><head><title>{title}</title></head>\n<body>\n{body}</body></html>\n'


def _pem(key: str) -> bytes:
    """With the line breaks that are lost when a key is pasted into a field of one line."""
    return _PEM.sub(r"\1\n\2\n\3", key.strip()).encode()


def _signed_headers(message: EmailMessage) -> list[bytes]:
    present = {name.lower().encode() for name in message}
    return [name for name in _SIGNED if name in present]


def _one_line(value: str) -> str:
    return " ".join(value.split())[:_LONGEST_SUBJECT]
