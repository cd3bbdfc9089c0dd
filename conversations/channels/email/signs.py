"""What we sign and know again: the reply address of a correspondence, and the Message-ID of a delivery."""

import base64
import hashlib
import hmac
import re
from datetime import date, timedelta

DAYS_A_REPLY_ADDRESS_LASTS = 90
_FIRST_DAY = date(2026, 1, 1)
_BYTES_OF_DAY = 2
_BYTES_OF_SIGNATURE = 12
_MESSAGE_ID = re.compile(r"<bd\.([A-Za-z0-9-]{1,64})\.([a-z2-7]{20})@[^>\s]+>")


def reply_address(own_address: str, correspondent: str, secret: str, today: date) -> str:
    """Whoever writes to it has read a mail that we sent to `correspondent`, not long ago."""
    local, _, domain = own_address.partition("@")
    day = (today - _FIRST_DAY).days.to_bytes(_BYTES_OF_DAY)
    return f"{local}+{_letters(day + _reply_signature(day, correspondent, secret))}@{domain}"


def was_written_by_us(address: str, own_address: str, correspondent: str, secret: str, today: date) -> bool:
    local, _, domain = own_address.lower().partition("@")
    given, _, given_domain = address.lower().partition("@")
    if given_domain != domain or not given.startswith(f"{local}+"):
        return False
    tag = _bytes(given[len(local) + 1 :])
    day, signature = tag[:_BYTES_OF_DAY], tag[_BYTES_OF_DAY:]
    written_on = _FIRST_DAY + timedelta(days=int.from_bytes(day))
    lasts = written_on <= today + timedelta(days=1)
    lasts &= today <= written_on + timedelta(days=DAYS_A_REPLY_ADDRESS_LASTS)
    return lasts and hmac.compare_digest(signature, _reply_signature(day, correspondent, secret))


def message_id(delivery: str, own_address: str, secret: str) -> str:
    signature = _letters(_signature("delivery", delivery, secret))
    return f"<bd.{delivery}.{signature}@{own_address.partition('@')[2]}>"


def delivery_of(given: str, secret: str) -> str | None:
    """The delivery whose Message-ID this is, if we wrote it."""
    found = _MESSAGE_ID.fullmatch(given)
    if found is None:
        return None
    expected = _letters(_signature("delivery", found[1], secret))
    return found[1] if hmac.compare_digest(found[2], expected) else None


def _reply_signature(day: bytes, correspondent: str, secret: str) -> bytes:
    return _signature("reply", f"{day.hex()}:{correspondent.lower()}", secret)


def _signature(purpose: str, value: str, secret: str) -> bytes:
    words = f"{purpose}:{value}".encode()
    return hmac.digest(secret.encode(), words, hashlib.sha256)[:_BYTES_OF_SIGNATURE]


def _letters(value: bytes) -> str:
    return base64.b32encode(value).decode().rstrip("=").lower()


def _bytes(letters: str) -> bytes:
    try:
        return base64.b32decode(letters.upper() + "=" * (-len(letters) % 8))
    except ValueError:
        return b""
