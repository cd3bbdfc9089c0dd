"""Posts one event to a server that is not ours: no redirects, no waiting, and not a byte of the answer is kept."""

import asyncio
import time
from datetime import UTC, datetime

import aiohttp

from conversations.webhooks.addresses import AddressRefused, PublicResolver, require_address
from conversations.webhooks.deliveries import Outcome, Wanted
from conversations.webhooks.retrying import seconds_asked

_TIMEOUT = aiohttp.ClientTimeout(total=10, sock_connect=5)
_AGENT = "Brand-Desk-Webhooks/1"
_TIMED_OUT = "It did not answer within 10 seconds."
_UNREACHED = "It could not be reached."
_NOT_TRUSTED = "Its certificate is not trusted."


async def post(wanted: Wanted, *, loopback: bool) -> Outcome:
    began = time.monotonic()
    status, error, asked = await _answer(wanted, loopback=loopback)
    return Outcome(status, error, round((time.monotonic() - began) * 1000), asked)


async def _answer(wanted: Wanted, *, loopback: bool) -> tuple[int | None, str | None, int | None]:
    """Its status, else what went wrong, and how many seconds it asks us to wait."""
    try:
        require_address(wanted.url, loopback=loopback)
        async with (
            _session(loopback) as session,
            session.post(
                wanted.url, data=wanted.body, headers=wanted.headers, allow_redirects=False
            ) as answer,
        ):
            asked = seconds_asked(answer.headers.get("Retry-After"), datetime.now(UTC))
            return answer.status, None, asked
    except AddressRefused as refused:
        return None, str(refused), None
    except aiohttp.ClientConnectorError as error:
        return None, _why(error), None
    except TimeoutError:
        return None, _TIMED_OUT, None
    except (aiohttp.ClientError, OSError, asyncio.IncompleteReadError, ValueError):
        return None, _UNREACHED, None


def _why(error: aiohttp.ClientConnectorError) -> str:
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientConnectorSSLError):
        return _NOT_TRUSTED
    return str(error.os_error) if isinstance(error.os_error, AddressRefused) else _UNREACHED


def _session(loopback: bool) -> aiohttp.ClientSession:
    """One a delivery: connections to strangers are not kept, and neither are their cookies."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(
            resolver=PublicResolver(loopback=loopback), use_dns_cache=False, force_close=True
        ),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=_TIMEOUT,
        headers={"user-agent": _AGENT, "accept": "*/*"},
        trust_env=False,
    )
