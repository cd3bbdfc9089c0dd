"""Asking a provider's token address for an access token.

RFC 6749, sections 4.4 (client credentials), 6 (refresh token) and 5 (answers);
https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow,
https://developers.google.com/identity/protocols/oauth2/web-server#offline
"""

import json
import re
import time
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import SplitResult, urlencode, urlsplit

from conversations.channels.email.encryption import is_this_machine, tls
from conversations.channels.shapes import AccountView

REFRESH_TOKEN = "oauth_refresh_token"
UNREACHABLE = "oauth_unreachable"
NOT_ENCRYPTED = "oauth_not_encrypted"
UNREADABLE = "oauth_unreadable"
_SECONDS = 5
_LARGEST_ANSWER, _PIECE = 64 * 1024, 8 * 1024
_LASTS = 300
_BUSY = "temporarily_unavailable"
_REASONS = frozenset(
    {
        "invalid_client",
        "invalid_grant",
        "invalid_request",
        "invalid_resource",
        "invalid_scope",
        "unauthorized_client",
        "unsupported_grant_type",
        "consent_required",
        "interaction_required",
    }
)
# What would end the token in the line in which it is sent has no place in it.
_TOKEN = re.compile(r"[\x21-\x7e]+")


class NoToken(Exception):
    """`code` says why; the channel's guide has words for what stands before its first space."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Credentials:
    """With a scope we ask as an application, by client credentials; else with the refresh token."""

    token_url: str
    client_id: str
    client_secret: str = field(repr=False)
    scope: str
    refresh_token: str = field(repr=False)

    @classmethod
    def of(cls, account: AccountView) -> "Credentials | None":
        """None where passwords are used."""
        if not account.settings.get("oauth_token_url"):
            return None
        return cls(
            token_url=str(account.settings["oauth_token_url"]),
            client_id=str(account.settings.get("oauth_client_id", "")),
            client_secret=account.secrets.get("oauth_client_secret", ""),
            scope=str(account.settings.get("oauth_scope", "")),
            refresh_token=account.secrets.get(REFRESH_TOKEN, ""),
        )

    def form(self) -> dict[str, str]:
        client = {"client_id": self.client_id, "client_secret": self.client_secret}
        if self.scope:
            return client | {"grant_type": "client_credentials", "scope": self.scope}
        return client | {"grant_type": "refresh_token", "refresh_token": self.refresh_token}


@dataclass(frozen=True)
class Granted:
    """`refresh_token` is a new one, where the provider replaced it."""

    token: str = field(repr=False)
    seconds: int
    refresh_token: str | None = field(repr=False)


def ask(credentials: Credentials) -> Granted:
    """Raises NoToken. Redirects are not followed: the secret goes to the address that was entered, and nowhere else."""
    try:
        status, body = _post(urlsplit(credentials.token_url), urlencode(credentials.form()))
    except (OSError, HTTPException, ValueError):
        raise NoToken(UNREACHABLE) from None
    answer = _read(body)
    if status != 200:
        raise NoToken(_why_not(status, answer))
    return _granted(answer)


def _post(address: SplitResult, form: str) -> tuple[int, bytes]:
    with closing(_connection(address)) as connection:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        connection.request("POST", address.path or "/", form, headers)
        response = connection.getresponse()
        return response.status, _content(response)


def _connection(address: SplitResult) -> HTTPConnection:
    host = address.hostname or ""
    if address.scheme == "https":
        return HTTPSConnection(host, address.port, timeout=_SECONDS, context=tls())
    if not is_this_machine(host):
        raise NoToken(NOT_ENCRYPTED)
    return HTTPConnection(host, address.port, timeout=_SECONDS)


def _content(response: HTTPResponse) -> bytes:
    content, until = b"", time.monotonic() + _SECONDS
    while piece := response.read1(_PIECE):
        content += piece
        if len(content) > _LARGEST_ANSWER:
            raise NoToken(UNREADABLE)
        if time.monotonic() > until:
            raise TimeoutError
    return content


def _read(body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def _why_not(status: int, answer: dict[str, Any]) -> str:
    """Of what the provider says its codes alone: the rest may name people."""
    reason = answer.get("error")
    if status == 429 or status >= 500 or reason == _BUSY:
        return UNREACHABLE
    if not isinstance(reason, str) or reason not in _REASONS:
        return f"oauth_refused {status}"
    numbers = answer.get("error_codes")
    number = numbers[0] if isinstance(numbers, list) and numbers else None
    return f"oauth_{reason} AADSTS{number}" if isinstance(number, int) else f"oauth_{reason}"


def _granted(answer: dict[str, Any]) -> Granted:
    token, renewed = answer.get("access_token"), answer.get("refresh_token")
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        raise NoToken(UNREADABLE)
    try:
        seconds = int(answer.get("expires_in", _LASTS))
    except (TypeError, ValueError, OverflowError):
        raise NoToken(UNREADABLE) from None
    return Granted(token, seconds, renewed if isinstance(renewed, str) and renewed else None)
