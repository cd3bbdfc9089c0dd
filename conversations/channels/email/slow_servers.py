"""A mail server may take minutes to say that it has a mail: it may hold some at once, not all that waits."""

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

SECONDS_UNTIL_ASKED_AGAIN = 20
_SLOW_AFTER = 20.0
_MOST_SLOW = 2


class Hands:
    """What is being handed over, since when, for each account."""

    def __init__(self) -> None:
        self._began: defaultdict[int, list[float]] = defaultdict(list)

    def are_full(self, account_id: int) -> bool:
        now = time.monotonic()
        return sum(now - began > _SLOW_AFTER for began in self._began[account_id]) >= _MOST_SLOW

    @contextmanager
    def holding(self, account_id: int) -> Iterator[None]:
        began = time.monotonic()
        self._began[account_id].append(began)
        try:
            yield
        finally:
            self._began[account_id].remove(began)
