"""Access tokens of e-mail accounts: kept in memory until shortly before they expire, never stored or logged."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from threading import Lock

from conversations.channels.email import token_requests
from conversations.channels.email.token_requests import REFRESH_TOKEN, Credentials, NoToken
from conversations.channels.shapes import AccountView

_SECONDS_BEFORE_EXPIRY = 120


@dataclass
class _Kept:
    """`credentials` are those that the token was got with, `replaced` the same before their refresh token was."""

    lock: Lock = field(default_factory=Lock)
    credentials: Credentials | None = None
    replaced: Credentials | None = None
    token: str = field(default="", repr=False)
    until: float = -math.inf
    failed_at: float = -math.inf
    failure: str = ""

    def knows(self, credentials: Credentials) -> bool:
        return credentials in (self.credentials, self.replaced)


@cache
def _kept(account_id: int) -> _Kept:
    return _Kept()


class Access:
    """To the mailbox and the mail server of one account."""

    def __init__(self, account: AccountView, credentials: Credentials) -> None:
        self._account, self._credentials = account, credentials
        self._kept = _kept(account.id)

    def use[T](self, sign_in: Callable[[str], T], refused: type[Exception]) -> T:
        """A token that was kept and is `refused` may have been revoked: one new one is tried. Raises NoToken."""
        token, is_new = self._token()
        try:
            return sign_in(token)
        except refused:
            if is_new:
                raise
        self._forget(token)
        return sign_in(self._token()[0])

    def _token(self) -> tuple[str, bool]:
        began = time.monotonic()
        with self._kept.lock:
            if self._kept.knows(self._credentials) and self._kept.until > time.monotonic():
                return self._kept.token, False
            # Who waited while the provider was asked is told the same, and does not ask again.
            if self._kept.failed_at >= began:
                raise NoToken(self._kept.failure)
            return self._renewed(), True

    def _renewed(self) -> str:
        newest = self._kept.credentials if self._kept.knows(self._credentials) else None
        credentials = newest or self._credentials
        try:
            granted = token_requests.ask(credentials)
        except NoToken as failed:
            self._kept.failed_at, self._kept.failure = time.monotonic(), failed.code
            raise
        self._kept.token = granted.token
        self._kept.until = time.monotonic() + granted.seconds - _SECONDS_BEFORE_EXPIRY
        self._kept.credentials, self._kept.replaced = credentials, self._credentials
        if granted.refresh_token is not None and not credentials.scope:
            self._keep(credentials, granted.refresh_token)
        return granted.token

    def _keep(self, credentials: Credentials, refresh_token: str) -> None:
        self._kept.credentials = replace(credentials, refresh_token=refresh_token)
        before = {self._credentials.refresh_token, credentials.refresh_token}
        self._account.keep(REFRESH_TOKEN, before, refresh_token)

    def _forget(self, token: str) -> None:
        with self._kept.lock:
            if self._kept.token == token:
                self._kept.until = -math.inf


def access(account: AccountView) -> Access | None:
    """None where passwords are used."""
    credentials = Credentials.of(account)
    return Access(account, credentials) if credentials is not None else None
