"""What Meta's channels have in common: signature, handshake, and the answers of the Graph API.

https://developers.facebook.com/docs/graph-api/webhooks/getting-started
"""

import hashlib
import hmac
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from aiohttp import ClientResponse, ClientSession

from conversations.channels import calls
from conversations.channels.calls import Told
from conversations.channels.shapes import (
    Accepted,
    AccountView,
    Answer,
    Event,
    FetchRefused,
    Forged,
    Malformed,
    Outcome,
    Parsed,
    RawRequest,
    Refused,
    TryLater,
)
from onboarding import strangers_json

NAME = "Meta"
# Of a notification, which may hold many events.
LONGEST_BODY = 3 * 1024 * 1024
GRAPH = "https://graph.facebook.com"
VERSION = "v25.0"
SIGNATURE_HEADER = "x-hub-signature-256"
_METHOD = "sha256="
_WHERE_FILES_LIE = (".fbsbx.com", ".fbcdn.net", ".facebook.com", ".whatsapp.net")
# An account's limit: nothing of it is sent for this long, where Meta does not say for how long.
_SECONDS_TO_SLOW_DOWN = 5.0
_TOO_MANY = {4, 32, 613, 80006, 80007, 130429, 131048}
# Of the token (0, 190), Meta's own faults, and too many messages to one person (131056).
_LATER = {0, 1, 2, 190, 1200, 131000, 131016, 131056, 131057, 133004, 133016}


def signature(body: bytes, secret: str) -> str:
    return _METHOD + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def check(account: AccountView, request: RawRequest) -> None:
    """The handshake carries a token of ours, everything else a signature. Raises Forged."""
    if request.method == "GET":
        _check_handshake(account, request)
        return
    given = request.headers.get(SIGNATURE_HEADER, "")
    expected = [signature(request.body, secret) for secret in account.secrets_named("app_secret")]
    if not any(calls.is_same(given, one) for one in expected):
        raise Forged("signature_wrong")


def parsed(
    request: RawRequest,
    about: str,
    events: Callable[[Iterable[Mapping[str, Any]]], Iterable[Event]],
) -> Parsed:
    """What `events` reads from the entries, or the answer to Meta's handshake. Raises Malformed."""
    if request.method == "GET":
        return Parsed(answer=Answer(request.query.get("hub.challenge", "").encode()))
    try:
        return Parsed(tuple(events(_entries(request, about))))
    except (KeyError, TypeError, AttributeError):
        raise Malformed("not_as_documented") from None


def _entries(request: RawRequest, about: str) -> Iterable[Mapping[str, Any]]:
    try:
        notification = strangers_json.parsed(request.body)
        found: list[Mapping[str, Any]] = notification["entry"]
        if notification["object"] != about or not isinstance(found, list):
            raise Malformed("about_something_else")
    except (ValueError, KeyError, TypeError):
        raise Malformed("body_unreadable") from None
    return found


def moment(value: object, per_second: int = 1) -> datetime | None:
    try:
        return datetime.fromtimestamp(float(str(value)) / per_second, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def url(account: AccountView, path: str) -> str:
    return f"{_graph(account)}/{account.settings.get('version', VERSION)}/{path}"


def authorization(account: AccountView) -> dict[str, str]:
    return {"Authorization": f"Bearer {account.secrets['access_token']}"}


async def outcome(response: ClientResponse, ids: Iterable[str]) -> Outcome:
    """`ids` are the keys under which the id of the message lies."""
    answer = await told(response)
    return Accepted(_found(answer, ids)) if isinstance(answer, dict) else answer


async def told(response: ClientResponse) -> Told:
    answer = await calls.json_of(response)
    if response.status == 200:
        return answer
    error = answer.get("error")
    error = error if isinstance(error, dict) else {}
    number = error.get("code", response.status)
    code = f"{number}-{error['error_subcode']}" if error.get("error_subcode") else str(number)
    if response.status == 429 or number in _TOO_MANY:
        return TryLater(code, calls.seconds_to_wait(response, _SECONDS_TO_SLOW_DOWN))
    if calls.is_passing(response.status) or number in _LATER or error.get("is_transient"):
        return TryLater(code)
    return Refused(code)


@asynccontextmanager
async def file_at(
    address: str, account: AccountView, http: ClientSession, headers: Mapping[str, str]
) -> AsyncIterator[AsyncIterator[bytes]]:
    """Raises FetchRefused, as for what is not on a server of Meta's, and FetchLater."""
    is_own = calls.origin(address) == calls.origin(_graph(account))
    if not is_own and not calls.is_at(address, _WHERE_FILES_LIE):
        raise FetchRefused("The file is not at Meta.")
    async with calls.file_at(address, NAME, http, headers=dict(headers)) as file:
        yield file.pieces


def _check_handshake(account: AccountView, request: RawRequest) -> None:
    given = request.query.get("hub.verify_token", "")
    tokens = account.secrets_named("verify_token")
    if request.query.get("hub.mode") != "subscribe" or not any(
        calls.is_same(given, token) for token in tokens
    ):
        raise Forged("verify_token_wrong")


def _found(answer: Any, keys: Iterable[str]) -> str | None:
    for key in keys:
        if isinstance(answer, list):
            answer = answer[0] if answer else None
        answer = answer.get(key) if isinstance(answer, dict) else None
    return str(answer) if answer else None


def _graph(account: AccountView) -> str:
    return str(account.settings.get("graph", GRAPH)).rstrip("/")
