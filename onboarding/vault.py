"""Secrets that lie in the database encrypted, with a key that is made from SECRET_KEY."""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from onboarding.errors import DomainError

_BYTES = 32


class SecretsUnreadable(DomainError):
    code = "secrets_unreadable"
    what_to_do = "Enter them again: SECRET_KEY is another one than when they were stored."


class Vault:
    """What was closed for one purpose opens for no other."""

    def __init__(self, secret_key: bytes, purpose: bytes) -> None:
        derived = HKDF(algorithm=SHA256(), length=_BYTES, salt=None, info=purpose).derive(secret_key)
        self._fernet = Fernet(base64.urlsafe_b64encode(derived))

    def close(self, secret: str) -> str:
        return self._fernet.encrypt(secret.encode()).decode()

    def open(self, closed: str) -> str:
        """Raises SecretsUnreadable."""
        try:
            return self._fernet.decrypt(closed).decode()
        except InvalidToken:
            raise SecretsUnreadable("Secrets that were stored cannot be read.") from None
