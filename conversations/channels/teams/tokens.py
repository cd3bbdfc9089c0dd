"""Tokens of the Bot Framework: those that prove that a request comes from it, and ours for calling it.

https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt
from aiohttp import ClientError, ClientSession
from jwt import PyJWK

from conversations.channels.shapes import AccountView, Forged, Stale

METADATA = "https://login.botframework.com/v1/.well-known/openidconfiguration"
LOGIN = "https://login.microsoftonline.com"
ISSUER = "https://api.botframework.com"
_DEFAULT_TENANT = "botframework.com"
_SCOPE = "https://api.botframework.com/.default"
_ALGORITHMS = ["RS256", "RS384", "RS512"]
_SECONDS_OF_SKEW = 300
_SECONDS_KEYS_ARE_KEPT = 24 * 3600
# A token with an unknown key makes us look for new ones, but not as often as somebody sends such tokens.
_SECONDS_BETWEEN_LOOKS_FOR_KEYS = 300
_SECONDS_AFTER_A_FAILED_LOOK = 30
_SECONDS_KEYS_COUNT = 7 * 24 * 3600
_SECONDS_BEFORE_EXPIRY = 120


class KeysUnreachable(Forged):
    """Nothing can be proved at the moment; the Bot Framework delivers again what gets a 503."""

    status = 503


class LoginRefused(Exception):
    """Microsoft gives us no token; the code says why."""


@dataclass(frozen=True)
class _Keys:
    by_id: Mapping[str, Mapping[str, Any]]
    algorithms: list[str]
    fetched_at: float


class Verifier:
    """Keeps the keys of each address of metadata in memory: one for the process.

    While new ones cannot be had, those that are known go on counting, for a week at most.
    """

    def __init__(self) -> None:
        self._keys: dict[str, _Keys] = {}
        self._failed_at: dict[str, float] = {}
        self._looking: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def claims(
        self, account: AccountView, authorization: str, channel: str, http: ClientSession
    ) -> dict[str, Any]:
        """Raises Forged, Stale. `channel` is what the signing key has to be endorsed for."""
        token = _bearer(authorization)
        url = str(account.settings.get("openid_metadata") or METADATA)
        try:
            key_id = str(jwt.get_unverified_header(token).get("kid", ""))
            key, algorithms = await self._key(url, key_id, http)
            claims: dict[str, Any] = jwt.decode(
                token,
                PyJWK(dict(key)),
                algorithms=algorithms,
                audience=account.settings["app_id"],
                issuer=ISSUER,
                leeway=_SECONDS_OF_SKEW,
                options={"require": ["exp", "iss", "aud"]},
            )
        except jwt.ExpiredSignatureError:
            raise Stale("token_expired") from None
        except (jwt.PyJWTError, UnicodeError) as error:
            raise Forged(f"token_{type(error).__name__}") from None
        if channel not in key.get("endorsements", ()):
            raise Forged("key_not_endorsed")
        return claims

    async def _key(self, url: str, key_id: str, http: ClientSession) -> tuple[Mapping[str, Any], list[str]]:
        looking = self._looking[url]
        # Who has a key does not wait for whoever looks for newer ones.
        if self._must_look(url, key_id) and not (looking.locked() and self._knows(url, key_id)):
            async with looking:
                if self._must_look(url, key_id):
                    await self._look(url, http)
        if self._knows(url, key_id):
            keys = self._keys[url]
            return keys.by_id[key_id], keys.algorithms
        if url in self._failed_at:
            raise KeysUnreachable("keys_unreachable")
        raise Forged("key_unknown")

    def _knows(self, url: str, key_id: str) -> bool:
        keys = self._keys.get(url)
        return keys is not None and key_id in keys.by_id and _age(keys.fetched_at) < _SECONDS_KEYS_COUNT

    def _must_look(self, url: str, key_id: str) -> bool:
        failed_at = self._failed_at.get(url)
        if failed_at is not None and _age(failed_at) < _SECONDS_AFTER_A_FAILED_LOOK:
            return False
        keys = self._keys.get(url)
        if keys is None:
            return True
        lasts = _SECONDS_KEYS_ARE_KEPT if key_id in keys.by_id else _SECONDS_BETWEEN_LOOKS_FOR_KEYS
        return _age(keys.fetched_at) >= lasts

    async def _look(self, url: str, http: ClientSession) -> None:
        try:
            self._keys[url] = await _fetched(url, http)
        except KeysUnreachable:
            self._failed_at[url] = time.monotonic()
        else:
            self._failed_at.pop(url, None)


class Tokens:
    """Ours, by client credentials: kept until shortly before they expire."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str, str], tuple[str, float]] = {}

    async def token(self, account: AccountView, http: ClientSession) -> str:
        """Raises LoginRefused."""
        kept = self._kept.get(_who(account))
        if kept is not None and kept[1] > time.monotonic():
            return kept[0]
        tenant = account.settings.get("tenant_id") or _DEFAULT_TENANT
        login = str(account.settings.get("login") or LOGIN).rstrip("/")
        form = {
            "grant_type": "client_credentials",
            "client_id": account.settings["app_id"],
            "client_secret": account.secrets["app_password"],
            "scope": _SCOPE,
        }
        async with http.post(f"{login}/{tenant}/oauth2/v2.0/token", data=form) as response:
            if response.status != 200:
                raise LoginRefused(f"login_{response.status}")
            answer = await response.json(content_type=None)
        lasts = int(answer["expires_in"]) - _SECONDS_BEFORE_EXPIRY
        self._kept[_who(account)] = answer["access_token"], time.monotonic() + lasts
        return str(answer["access_token"])

    def forget(self, account: AccountView) -> None:
        self._kept.pop(_who(account), None)


async def _fetched(url: str, http: ClientSession) -> _Keys:
    try:
        async with http.get(url) as response:
            metadata = await response.json(content_type=None)
        async with http.get(metadata["jwks_uri"]) as response:
            keys = (await response.json(content_type=None))["keys"]
        offered = metadata.get("id_token_signing_alg_values_supported", _ALGORITHMS)
        by_id = {str(key["kid"]): key for key in keys}
    except (ClientError, TimeoutError, ValueError, KeyError, TypeError):
        raise KeysUnreachable("keys_unreachable") from None
    return _Keys(by_id, [one for one in offered if one in _ALGORITHMS], time.monotonic())


def _age(at: float) -> float:
    return time.monotonic() - at


def _bearer(authorization: str) -> str:
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Forged("token_missing")
    return token


def _who(account: AccountView) -> tuple[str, str, str]:
    settings = account.settings
    return settings["app_id"], account.secrets["app_password"], str(settings.get("login", ""))
