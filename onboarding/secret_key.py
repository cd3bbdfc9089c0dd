"""The key that signs forms, and from which others are made: given by the settings, or made once and kept there."""

import os
import secrets
from pathlib import Path

from onboarding.settings import Settings

_BYTES = 32


def secret_key(settings: Settings) -> bytes:
    if settings.secret_key:
        return settings.secret_key.encode()
    return _kept(settings.data_dir / "secret_key")


def _kept(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(file, "wb") as new:
        key = secrets.token_bytes(_BYTES)
        new.write(key)
        return key
