"""Asking a mailbox for new mails. They stay there, unread as they were: what was taken is told by their UIDs."""

from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import batched, islice
from urllib.parse import quote, unquote, urlsplit

from imapclient import IMAPClient
from imapclient.exceptions import LoginError

from conversations.channels.email import sasl
from conversations.channels.email.access import Access
from conversations.channels.email.encryption import is_this_machine, tls

LARGEST_MAIL = 30 * 1024 * 1024
_SECONDS = 30
_AT_ONCE = 50
_SIZE, _ARRIVED = b"RFC822.SIZE", b"INTERNALDATE"
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

    @property
    def key(self) -> str:
        """Which one it is, whatever else is changed in its settings."""
        return f"{quote(self.user)}@{self.host}/{quote(self.folder)}"


@dataclass(frozen=True)
class Place:
    """How far a mailbox was read: UIDs count within one UIDVALIDITY only. `arrived` is when the newest of what was
    read had arrived there; what arrived before `since` is passed over.
    """

    validity: int
    uid: int
    mailbox: str = ""
    arrived: datetime | None = None
    since: datetime | None = None


@dataclass(frozen=True)
class Fetched:
    """`raw` is None for a mail that is too large to be taken."""

    place: Place
    raw: bytes | None = field(repr=False)


def newest_place(mailbox: Mailbox) -> Place:
    """Where to begin with a mailbox that was never read: what lies in it already is not answered."""
    with _selected(mailbox) as (client, validity):
        newest = max(client.search(["ALL"]), default=0)
        arrived = client.fetch([newest], [_ARRIVED]).get(newest, {}).get(_ARRIVED) if newest else None
        return Place(validity, newest, mailbox.key, arrived or datetime.now(UTC))


def mails_after(mailbox: Mailbox, place: Place) -> Generator[Fetched]:
    """The next mails in the order in which they arrived, one at a time, some dozens at most.

    Of a mailbox that was made anew, what arrived since the last one that was read: it is recognised by its Message-ID
    where it is known already. Raises imaplib and OS errors, LoginError, NotEncrypted and NoToken.
    """
    with _selected(mailbox) as (client, validity):
        is_new = place.validity != validity
        since = place.arrived if is_new else place.since
        listed = _listed(client, 0 if is_new else place.uid, since)
        for uid, size, arrived in islice(listed, _AT_ONCE):
            content = _content(client, uid) if size <= LARGEST_MAIL else None
            if content is None and size <= LARGEST_MAIL:
                # It was deleted meanwhile.
                continue
            newest = max(filter(None, (arrived, place.arrived)), default=None)
            place = Place(validity, uid, mailbox.key, newest, since)
            yield Fetched(place, content)


def _listed(client: IMAPClient, after: int, since: datetime | None) -> Iterator[tuple[int, int, datetime]]:
    """UID, size and arrival; a day more is asked for, since servers look at the day alone, wherever it is that day."""
    lately = ["SINCE", (since - timedelta(days=1)).date()] if since else []
    found = client.search(["UID", f"{after + 1}:*", *lately])
    for uids in batched(sorted(uid for uid in found if uid > after), _AT_ONCE):
        known = client.fetch(uids, [_SIZE, _ARRIVED])
        for uid in filter(known.get, uids):
            size, arrived = known[uid][_SIZE], known[uid][_ARRIVED]
            if since is None or arrived >= since:
                yield uid, size, arrived


def _content(client: IMAPClient, uid: int) -> bytes | None:
    content: bytes | None = client.fetch([uid], ["BODY.PEEK[]"]).get(uid, {}).get(b"BODY[]")
    return content


@contextmanager
def _selected(mailbox: Mailbox) -> Iterator[tuple[IMAPClient, int]]:
    with _signed_in(mailbox) as client:
        client.normalise_times = False
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
