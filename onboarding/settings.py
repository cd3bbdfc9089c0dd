"""What the environment decides: read once, refused by name when it makes no sense."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from onboarding.errors import DomainError

_CLAMD_ADDRESS = re.compile(r"unix:/.+|[^\s/:]+:[0-9]{1,5}|\[[0-9a-fA-F:]+\]:[0-9]{1,5}")
MODES = ("demonstration", "production")


class SettingInvalid(DomainError):
    code = "setting_invalid"

    def __init__(self, name: str, found: str, expected: str) -> None:
        super().__init__(
            f"{name} is {found!r}, but must be {expected}.",
            what_to_do=f"Set {name} to {expected}, or unset it.",
        )


@dataclass(frozen=True)
class Settings:
    port: int
    database_url: str | None
    data_dir: Path
    workers: int
    smtp_url: str | None
    brand_desk_now: datetime | None
    mode: str
    secret_key: str | None
    base_url: str
    chat_messages_in_10_seconds: int = 20
    traces_dir: Path | None = None
    clamd_address: str | None = None
    api_requests_in_a_minute: int = 600
    # Each adds to X-Forwarded-For who asked it.
    proxies: int = 0

    @property
    def in_production(self) -> bool:
        return self.mode == "production"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Raises SettingInvalid naming the variable."""
        port = _whole_number(environ, "PORT", default=8080, least=1, most=65535)
        mode = _one_of(environ, "BRANDDESK_MODE", MODES)
        settings = cls(
            port=port,
            database_url=_url(environ, "DATABASE_URL", ("postgresql", "postgres")),
            data_dir=Path(environ.get("DATA_DIR") or "var").absolute(),
            workers=_whole_number(environ, "WORKERS", default=1, least=1, most=64),
            smtp_url=_url(environ, "SMTP_URL", ("smtp", "smtps")),
            brand_desk_now=_moment(environ, "BRANDDESK_NOW"),
            mode=mode,
            secret_key=environ.get("SECRET_KEY") or None,
            base_url=(_url(environ, "BASE_URL", ("http", "https")) or f"http://127.0.0.1:{port}").rstrip("/"),
            chat_messages_in_10_seconds=_whole_number(
                environ, "CHAT_MESSAGES_IN_10_SECONDS", default=20, least=1, most=1_000_000
            ),
            api_requests_in_a_minute=_whole_number(
                environ, "API_REQUESTS_IN_A_MINUTE", default=600, least=1, most=1_000_000
            ),
            traces_dir=Path(environ["TRACES_DIR"]).absolute() if environ.get("TRACES_DIR") else None,
            clamd_address=_clamd_address(environ),
            proxies=_whole_number(environ, "PROXIES", default=0, least=0, most=10),
        )
        return settings._checked_for_production(environ)

    def _checked_for_production(self, environ: Mapping[str, str]) -> "Settings":
        if not self.in_production:
            return self
        if not self.base_url.startswith("https://"):
            raise SettingInvalid("BASE_URL", self.base_url, "the https:// address of the site in production")
        if not environ.get("PROXIES"):
            raise SettingInvalid(
                "PROXIES", "", "the number of proxies before the site in production (1 for one nginx)"
            )
        if self.brand_desk_now is not None:
            raise SettingInvalid("BRANDDESK_NOW", str(self.brand_desk_now), "unset in production")
        if self.smtp_url is None:
            raise SettingInvalid(
                "SMTP_URL", "", "an smtp:// address in production, where sign-in links are mailed"
            )
        if len(self.secret_key or "") < 32:
            raise SettingInvalid("SECRET_KEY", "too short", "at least 32 random characters in production")
        return self


def _whole_number(environ: Mapping[str, str], name: str, *, default: int, least: int, most: int) -> int:
    found = environ.get(name)
    if not found:
        return default
    if not found.isdecimal() or not least <= int(found) <= most:
        raise SettingInvalid(name, found, f"a whole number from {least} to {most}")
    return int(found)


def _one_of(environ: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    found = environ.get(name) or choices[0]
    if found not in choices:
        raise SettingInvalid(name, found, " or ".join(choices))
    return found


def _url(environ: Mapping[str, str], name: str, schemes: tuple[str, ...]) -> str | None:
    found = environ.get(name)
    if not found:
        return None
    if urlsplit(found).scheme not in schemes:
        # The address may carry a password: it is not repeated.
        raise SettingInvalid(name, "(not shown)", f"an address that starts with {schemes[0]}://")
    return found


def _clamd_address(environ: Mapping[str, str]) -> str | None:
    name = "CLAMD_ADDRESS"
    found = environ.get(name)
    if found and not _CLAMD_ADDRESS.fullmatch(found):
        raise SettingInvalid(name, found, "host:port, or unix: and the path of a socket")
    return found or None


def _moment(environ: Mapping[str, str], name: str) -> datetime | None:
    found = environ.get(name)
    if not found:
        return None
    try:
        moment = datetime.fromisoformat(found)
    except ValueError:
        raise SettingInvalid(name, found, "a moment such as 2026-05-20T08:00Z") from None
    if moment.tzinfo is None:
        raise SettingInvalid(name, found, "a moment with its zone, such as 2026-05-20T08:00Z")
    return moment.astimezone(UTC)
