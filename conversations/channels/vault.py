"""Secrets of channel accounts, encrypted with a key that is made from SECRET_KEY."""

import base64
import json
from collections.abc import Mapping

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from onboarding.errors import DomainError

_BYTES = 32
_PURPOSE = b"brand desk: secrets of channel accounts"


class SecretsUnreadable(DomainError):
    code = "secrets_unreadable"
    what_to_do = (
        "Enter the secrets of the channel again: SECRET_KEY is another one than when they were stored."
    )


class Vault:
    """Opens with any of the keys, closes with the first."""

    def __init__(self, secret_key: bytes, *older: bytes) -> None:
        self._fernet = MultiFernet([Fernet(_derived(key)) for key in (secret_key, *older)])

    def close(self, secrets: Mapping[str, str]) -> str:
        return self._fernet.encrypt(json.dumps(dict(secrets)).encode()).decode()

    def open(self, closed: str | None) -> dict[str, str]:
        """Raises SecretsUnreadable."""
        if closed is None:
            return {}
        try:
            secrets: dict[str, str] = json.loads(self._fernet.decrypt(closed))
        except InvalidToken:
            raise SecretsUnreadable("The secrets of this channel cannot be read.") from None
        return secrets


def _derived(secret_key: bytes) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=_BYTES, salt=None, info=_PURPOSE).derive(secret_key)
    return base64.urlsafe_b64encode(derived)
