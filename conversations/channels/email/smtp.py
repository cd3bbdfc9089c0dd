"""Handing a mail to our own mail server."""

import re
import smtplib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import unquote, urlsplit

from conversations.channels.email import sasl
from conversations.channels.email.access import Access
from conversations.channels.email.encryption import is_this_machine, tls

_SECONDS = 20
_SECONDS_FOR_THE_CONTENT = 180
# A mail that was handed over and is handed over again comes twice: RFC 5321, 4.5.3.2.6, asks for this patience.
_SECONDS_UNTIL_IT_IS_TAKEN = 600
_SECONDS_TO_LEAVE = 5
_MOST_STEPS_BEFORE = 10
LONGEST = timedelta(
    seconds=_MOST_STEPS_BEFORE * _SECONDS
    + _SECONDS_FOR_THE_CONTENT
    + _SECONDS_UNTIL_IT_IS_TAKEN
    + _SECONDS_TO_LEAVE
)
_GO_ON = 354
_FULL_STOP = re.compile(rb"^\.", re.MULTILINE)
_PLAIN, _ENCRYPTED = 25, 465


@dataclass(frozen=True)
class Server:
    """`scheme`: smtps (encrypted from the start), smtp (encrypted where the server offers it).

    `access` is used instead of the password where it is given.
    """

    scheme: str
    host: str
    port: int
    user: str | None
    password: str | None = field(repr=False)
    access: Access | None = field(default=None, repr=False)

    @classmethod
    def at(cls, url: str, password: str | None = None, access: Access | None = None) -> "Server":
        parts = urlsplit(url)
        port = parts.port or (_ENCRYPTED if parts.scheme == "smtps" else _PLAIN)
        user = unquote(parts.username) if parts.username else None
        known = password or (unquote(parts.password) if parts.password else None)
        return cls(parts.scheme, parts.hostname or "", port, user, known, access)


def hand_over(server: Server, sender: str, recipient: str, raw: bytes) -> None:
    """Raises smtplib and OS errors, and NoToken; nothing that signs us in is sent in the clear."""
    connection = _signed_in(server)
    try:
        _hand_in(connection, sender, recipient, raw)
    finally:
        _leave(connection)


def _hand_in(connection: smtplib.SMTP, sender: str, recipient: str, raw: bytes) -> None:
    connection.ehlo_or_helo_if_needed()
    size = [f"size={len(raw)}"] if connection.has_extn("size") else []
    _require_success(connection.mail(sender, size))
    _require_success(connection.rcpt(recipient))
    code, said = connection.docmd("data")
    if code != _GO_ON:
        raise smtplib.SMTPResponseException(code, said)
    _wait_at_most(connection, _SECONDS_FOR_THE_CONTENT)
    connection.send(_FULL_STOP.sub(b"..", raw.removesuffix(b"\r\n")) + b"\r\n.\r\n")
    _wait_at_most(connection, _SECONDS_UNTIL_IT_IS_TAKEN)
    _require_success(connection.getreply())


def _require_success(answer: tuple[int, bytes]) -> None:
    code, said = answer
    if not 200 <= code < 300:
        raise smtplib.SMTPResponseException(code, said)


def _wait_at_most(connection: smtplib.SMTP, seconds: float) -> None:
    if connection.sock is not None:
        connection.sock.settimeout(seconds)


def _leave(connection: smtplib.SMTP) -> None:
    """What was taken is taken, however the server says goodbye."""
    with suppress(smtplib.SMTPException, OSError):
        _wait_at_most(connection, _SECONDS_TO_LEAVE)
        connection.quit()
    connection.close()


def _signed_in(server: Server) -> smtplib.SMTP:
    user, access = server.user, server.access
    if not user:
        return _connected(server)
    if access is None:
        return _ready(server, lambda connection: connection.login(user, server.password or ""))
    return access.use(
        lambda token: _ready(server, lambda connection: _show(connection, user, token)),
        smtplib.SMTPAuthenticationError,
    )


def _ready(server: Server, sign_in: Callable[[smtplib.SMTP], object]) -> smtplib.SMTP:
    connection = _connected(server)
    try:
        sign_in(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _show(connection: smtplib.SMTP, user: str, token: str) -> None:
    """Not within the command, where a token of some length has no room (RFC 4954, section 4)."""
    connection.ehlo_or_helo_if_needed()
    chosen = sasl.mechanism(connection.esmtp_features.get("auth", "").upper().split(), user, token)
    connection.auth(chosen.name, chosen.answers(), initial_response_ok=False)


def _connected(server: Server) -> smtplib.SMTP:
    if server.scheme == "smtps":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=_SECONDS, context=tls())
    connection = smtplib.SMTP(server.host, server.port, timeout=_SECONDS)
    connection.ehlo()
    if connection.has_extn("starttls"):
        connection.starttls(context=tls())
        connection.ehlo()
    elif server.user and not is_this_machine(server.host):
        connection.close()
        raise smtplib.SMTPNotSupportedError("The mail server offers no encryption for what signs us in.")
    return connection
