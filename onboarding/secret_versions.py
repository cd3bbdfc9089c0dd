"""Replacing a secret: the one before counts beside it for a day, so that nothing is lost meanwhile."""

from datetime import datetime, timedelta

from onboarding.errors import DomainError
from onboarding.models import HasSecret

OVERLAP = timedelta(hours=24)


class JustReplaced(DomainError):
    code = "secret_just_replaced"
    what_to_do = (
        "Use the new one, and replace it again once the one before has ended; where others know it, replace it"
        " at once."
    )


def replace(owner: HasSecret, now: datetime) -> None:
    """Only two count at a time: raises JustReplaced rather than end one that may still be in use."""
    if _overlaps(owner, now):
        raise JustReplaced("The secret was replaced less than a day ago, and the one before still counts.")
    owner.secret_version += 1
    owner.previous_secret_until = now + OVERLAP


def replace_at_once(owner: HasSecret) -> None:
    """For one that others know: none before counts any more."""
    owner.secret_version += 1
    owner.previous_secret_until = None


def in_use(owner: HasSecret, now: datetime) -> list[int]:
    """The newest first."""
    return [owner.secret_version, *([owner.secret_version - 1] if _overlaps(owner, now) else [])]


def _overlaps(owner: HasSecret, now: datetime) -> bool:
    return owner.previous_secret_until is not None and owner.previous_secret_until > now
