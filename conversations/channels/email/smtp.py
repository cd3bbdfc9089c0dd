"""Handing a mail to our own mail server."""

import smtplib
import ssl
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import unquote, urlsplit

_SECONDS = 20
_PLAIN, _ENCRYPTED = 25, 465


@dataclass(frozen=True)
class Server:
    """`scheme`: smtps (encrypted from the start), smtp (encrypted where the server offers it)."""

    scheme: str
    host: str
    port: int
    user: str | None
    password: str | None = field(repr=False)

    @classmethod
    def at(cls, url: str, password: str | None = None) -> "Server":
        parts = urlsplit(url)
        port = parts.port or (_ENCRYPTED if parts.scheme == "smtps" else _PLAIN)
        user = unquote(parts.username) if parts.username else None
        known = password or (unquote(parts.password) if parts.password else None)
        return cls(parts.scheme, parts.hostname or "", port, user, known)


def hand_over(server: Server, sender: str, recipient: str, raw: bytes) -> None:
    """Raises smtplib and OS errors; a password is never sent in the clear."""
    with _connected(server) as connection:
        if server.user:
            connection.login(server.user, server.password or "")
        connection.sendmail(sender, [recipient], raw)


def _connected(server: Server) -> smtplib.SMTP:
    if server.scheme == "smtps":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=_SECONDS, context=_tls())
    connection = smtplib.SMTP(server.host, server.port, timeout=_SECONDS)
    connection.ehlo()
    if connection.has_extn("starttls"):
        connection.starttls(context=_tls())
        connection.ehlo()
    elif server.user:
        connection.close()
        raise smtplib.SMTPNotSupportedError("The mail server offers no encryption for the password.")
    return connection


@cache
def _tls() -> ssl.SSLContext:
    """Once: reading the certificates takes longer than sending a mail."""
    return ssl.create_default_context()
