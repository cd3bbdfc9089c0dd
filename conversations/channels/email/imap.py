"""Asking a mailbox for new mails. They stay there, unread as they were: what was taken is told by their UIDs."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from imapclient import IMAPClient
from imapclient.exceptions import LoginError

from conversations.channels.email import sasl
from conversations.channels.email.access import Access
from conversations.channels.email.encryption import is_this_machine, tls

LARGEST_MAIL = 30 * 1024 * 1024
_SECONDS = 30
_AT_ONCE = 50
_OFFERED = "AUTH="


class NotEncrypted(Exception):
    """The mailbox would be signed in to in the clear."""


@dataclass(frozen=True)
class Mailbox:
    """imaps://user:password@host:port/folder; imap:// is for a server on this machine.

    `access` is used instead of the password where it is given.
    """

    encrypted: bool
    host: str
    port: int | None
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    access: Access | None = field(default=None, repr=False)

    @classmethod
    def at(cls, url: str, password: str | None = None, access: Access | None = None) -> "Mailbox":
        parts = urlsplit(url)
        return cls(
            encrypted=parts.scheme != "imap",
            host=parts.hostname or "",
            port=parts.port,
            user=unquote(parts.username or ""),
            password=password or unquote(parts.password or ""),
            folder=unquote(parts.path.strip("/")) or "INBOX",
            access=access,
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
    Raises imaplib and OS errors, LoginError, NotEncrypted and NoToken.
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
    with _signed_in(mailbox) as client:
        selected = client.select_folder(mailbox.folder, readonly=True)
        yield client, int(selected[b"UIDVALIDITY"])


def _signed_in(mailbox: Mailbox) -> IMAPClient:
    if mailbox.access is None:
        return _connected(mailbox, lambda client: client.login(mailbox.user, mailbox.password))
    return mailbox.access.use(
        lambda token: _connected(mailbox, lambda client: _show(client, mailbox.user, token)), LoginError
    )


def _connected(mailbox: Mailbox, sign_in: Callable[[IMAPClient], object]) -> IMAPClient:
    if not mailbox.encrypted and not is_this_machine(mailbox.host):
        raise NotEncrypted
    context = tls() if mailbox.encrypted else None
    with ExitStack() as unless_signed_in:
        client: IMAPClient = unless_signed_in.enter_context(
            IMAPClient(
                mailbox.host, port=mailbox.port, ssl=mailbox.encrypted, ssl_context=context, timeout=_SECONDS
            )
        )
        sign_in(client)
        unless_signed_in.pop_all()
    return client


def _show(client: IMAPClient, user: str, token: str) -> None:
    """Not by oauth2_login, which sends the token once more when the server tells why it refuses it."""
    named = [capability.decode().upper() for capability in client.capabilities()]
    offered = [name.removeprefix(_OFFERED) for name in named if name.startswith(_OFFERED)]
    chosen = sasl.mechanism(offered, user, token)
    client.sasl_login(chosen.name, chosen.answers())
