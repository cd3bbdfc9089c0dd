"""Asking a mailbox for new mails. They stay there, unread as they were: what was taken is told by their UIDs."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from imapclient import IMAPClient

LARGEST_MAIL = 30 * 1024 * 1024
_SECONDS = 30
_AT_ONCE = 50


@dataclass(frozen=True)
class Mailbox:
    """imaps://user:password@host:port/folder; imap:// is for a server on this machine."""

    encrypted: bool
    host: str
    port: int | None
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"

    @classmethod
    def at(cls, url: str, password: str | None = None) -> "Mailbox":
        parts = urlsplit(url)
        return cls(
            encrypted=parts.scheme != "imap",
            host=parts.hostname or "",
            port=parts.port,
            user=unquote(parts.username or ""),
            password=password or unquote(parts.password or ""),
            folder=unquote(parts.path.strip("/")) or "INBOX",
        )


@dataclass(frozen=True)
class Place:
    """How far a mailbox was read: UIDs count within one UIDVALIDITY only."""

    validity: int
    uid: int


@dataclass(frozen=True)
class Fetched:
    """`raw` is None for a mail that is too large to be taken."""

    place: Place
    raw: bytes | None = field(repr=False)


def newest_place(mailbox: Mailbox) -> Place:
    """Where to begin with a mailbox that was never read: what lies in it already is not answered."""
    with _selected(mailbox) as (client, validity):
        return Place(validity, max(client.search(["ALL"]), default=0))


def mails_after(mailbox: Mailbox, place: Place) -> list[Fetched]:
    """The next mails in the order in which they arrived, some dozens at most.

    A mailbox that was made anew is read from its start: mails known already are recognised by their Message-IDs.
    Raises imaplib and OS errors.
    """
    with _selected(mailbox) as (client, validity):
        after = place.uid if place.validity == validity else 0
        found = client.search(["UID", f"{after + 1}:*"])
        uids = sorted(uid for uid in found if uid > after)[:_AT_ONCE]
        return [Fetched(Place(validity, uid), _content(client, uid)) for uid in uids]


def _content(client: IMAPClient, uid: int) -> bytes | None:
    sized: dict[bytes, Any] = client.fetch([uid], ["RFC822.SIZE"]).get(uid, {})
    if not sized or sized[b"RFC822.SIZE"] > LARGEST_MAIL:
        return None
    content: bytes | None = client.fetch([uid], ["BODY.PEEK[]"]).get(uid, {}).get(b"BODY[]")
    return content


@contextmanager
def _selected(mailbox: Mailbox) -> Iterator[tuple[IMAPClient, int]]:
    context = ssl.create_default_context() if mailbox.encrypted else None
    with IMAPClient(
        mailbox.host, port=mailbox.port, ssl=mailbox.encrypted, ssl_context=context, timeout=_SECONDS
    ) as client:
        client.login(mailbox.user, mailbox.password)
        selected = client.select_folder(mailbox.folder, readonly=True)
        yield client, int(selected[b"UIDVALIDITY"])
