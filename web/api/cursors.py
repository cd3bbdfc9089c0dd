"""Cursors of pages: opaque, bound to the list they come from, and of no use when changed."""

import base64
import binascii
import hashlib
import hmac

from onboarding.errors import DomainError

_MAC_BYTES = 9


class CursorInvalid(DomainError):
    code = "cursor_invalid"
    what_to_do = (
        "Send the next_cursor of the page before, unchanged, to the same address; or begin without one."
    )


def encode(secret: bytes, where: str, at: str) -> str:
    return base64.urlsafe_b64encode(_mac(secret, where, at) + at.encode()).decode().rstrip("=")


def decode(secret: bytes, where: str, cursor: str) -> str:
    """Raises CursorInvalid."""
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        mac, at = raw[:_MAC_BYTES], raw[_MAC_BYTES:].decode()
    except (binascii.Error, ValueError):
        raise CursorInvalid("This cursor is not one of ours.") from None
    if not hmac.compare_digest(mac, _mac(secret, where, at)):
        raise CursorInvalid("This cursor is not one of this list.")
    return at


def _mac(secret: bytes, where: str, at: str) -> bytes:
    return hmac.digest(secret, f"cursor:{where}:{at}".encode(), hashlib.sha256)[:_MAC_BYTES]
