"""When what was not taken is sent again: later and later for a day, never all at the same moment."""

import random
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

# A day altogether. The receiver's clock is the real one, and so are these seconds.
RETRY_AFTER_SECONDS = (5, 60, 300, 1800, 3600, 7200, 14400, 28800, 30000)
_LONGEST_ASKED = max(RETRY_AFTER_SECONDS)
# Only ever later: all of them together are never less than their day.
_SPREAD = 0.1


def seconds_until(step: int, asked: int | None) -> float:
    """`asked` is what the receiver's Retry-After said."""
    planned = max(RETRY_AFTER_SECONDS[step], min(asked or 0, _LONGEST_ASKED))
    return planned * random.uniform(1, 1 + _SPREAD)


def seconds_asked(retry_after: str | None, now: datetime) -> int | None:
    """Retry-After has seconds or a moment (RFC 9110, 10.2.3); what is neither is not heeded."""
    if retry_after is None:
        return None
    if retry_after.isascii() and retry_after.isdecimal():
        return int(retry_after[:9])
    try:
        moment = parsedate_to_datetime(retry_after)
        wait = moment.replace(tzinfo=moment.tzinfo or UTC) - now
    except (ValueError, OverflowError):
        return None
    return max(0, round(wait.total_seconds()))
