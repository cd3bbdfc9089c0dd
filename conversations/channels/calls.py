"""What speaking HTTP to a provider needs, whichever it is."""

import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from aiohttp import ClientResponse, ClientSession, ClientTimeout

from conversations.channels.shapes import FetchLater, FetchRefused, Refused, TryLater

SECONDS_FOR_A_CALL = 10
_PIECE_BYTES = 64 * 1024
# A large file may take its time, while something of it comes.
FOR_A_FILE = ClientTimeout(total=600, sock_connect=SECONDS_FOR_A_CALL, sock_read=SECONDS_FOR_A_CALL)
# Of the token, which an operator can mend, and of what passes by itself.
_PASSING = {401, 408, 429}

type Told = dict[str, Any] | TryLater | Refused


@dataclass(frozen=True)
class File:
    content_type: str
    pieces: AsyncIterator[bytes]


def http_session() -> ClientSession:
    return ClientSession(timeout=ClientTimeout(total=SECONDS_FOR_A_CALL))


def is_same(given: str, expected: str) -> bool:
    """In constant time, whatever strangers send."""
    return hmac.compare_digest(given.encode(errors="surrogatepass"), expected.encode())


def is_passing(status: int) -> bool:
    return status in _PASSING or status >= 500


def seconds_to_wait(response: ClientResponse, otherwise: float) -> float:
    given = response.headers.get("Retry-After", "")
    return float(given) if given.isascii() and given.isdigit() else otherwise


async def json_of(response: ClientResponse) -> dict[str, Any]:
    """Nothing where it is no object."""
    try:
        answer = await response.json(content_type=None)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def is_at(url: str, hosts: tuple[str, ...]) -> bool:
    """On one of these domains, which begin with a point, and encrypted."""
    parts = urlsplit(url)
    return parts.scheme == "https" and f".{parts.hostname}".endswith(hosts)


def told_of_file(told: Told, why_not: str) -> dict[str, Any]:
    """Raises FetchRefused for the reason `why_not`, FetchLater."""
    match told:
        case TryLater():
            raise FetchLater(told.code)
        case Refused():
            raise FetchRefused(why_not)
    return told


@asynccontextmanager
async def file_at(url: str, provider: str, http: ClientSession, **request: Any) -> AsyncIterator[File]:
    """A redirect would carry what is shown to the provider somewhere else. Raises FetchRefused, FetchLater."""
    async with http.get(url, allow_redirects=False, timeout=FOR_A_FILE, **request) as response:
        yield file_in(response, provider)


def file_in(response: ClientResponse, provider: str) -> File:
    """Raises FetchRefused, FetchLater."""
    if is_passing(response.status):
        raise FetchLater(f"http_{response.status}")
    if response.status != 200:
        raise FetchRefused(f"{provider} did not give the file out.")
    return File(response.content_type, response.content.iter_chunked(_PIECE_BYTES))
