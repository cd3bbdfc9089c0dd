"""Whole numbers that come in addresses and forms."""

LARGEST_ID = 2**31 - 1
LARGEST_BIG_ID = 2**63 - 1
_MOST_DIGITS = 19


def whole_number(sent: str | None, *, most: int = LARGEST_ID) -> int | None:
    """None for what is none, and for one above *most*, which would make PostgreSQL refuse the query."""
    if not sent or not sent.isascii() or not sent.isdecimal() or len(sent) > _MOST_DIGITS:
        return None
    number = int(sent)
    return number if number <= most else None
