"""Twilio's signature: HMAC-SHA1 over the address and the sorted parameters, or over the address of a JSON body.

https://www.twilio.com/docs/usage/security#validating-requests
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Sequence
from urllib.parse import parse_qs, urlsplit

from conversations.channels import calls
from conversations.channels.shapes import Forged, RawRequest

HEADER = "x-twilio-signature"
BODY_HASH = "bodySHA256"
_PORTS = {"https": 443, "http": 80}

type Parameters = Sequence[tuple[str, str]]


def check(request: RawRequest, parameters: Parameters, tokens: Iterable[str]) -> None:
    """Raises Forged."""
    given = request.headers.get(HEADER, "")
    body_hash = parse_qs(urlsplit(request.url).query).get(BODY_HASH)
    signed = () if body_hash else parameters
    expected = [sign(url, signed, token) for token in tokens for url in _spellings(request.url)]
    if not any(calls.is_same(given, one) for one in expected):
        raise Forged("signature_wrong")
    if body_hash and not calls.is_same(body_hash[0], hashlib.sha256(request.body).hexdigest()):
        raise Forged("body_hash_wrong")


def sign(url: str, parameters: Parameters, token: str) -> str:
    """A parameter that comes several times counts once with each of its values."""
    words = url + "".join(f"{name}{value}" for name, value in sorted(set(parameters)))
    return base64.b64encode(hmac.digest(token.encode(), words.encode(), hashlib.sha1)).decode()


def _spellings(url: str) -> list[str]:
    """Twilio signs some requests with the port of the scheme, and some without it."""
    parts = urlsplit(url)
    port = _PORTS.get(parts.scheme)
    if parts.hostname is None or parts.port not in {None, port}:
        return [url]
    host = parts.netloc.removesuffix(f":{port}")
    return [parts._replace(netloc=netloc).geturl() for netloc in (host, f"{host}:{port}")]
