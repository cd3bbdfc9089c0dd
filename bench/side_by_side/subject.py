"""What is measured: something that can be trained, started, and talked to."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol

import psutil

GREETING = "hello"


class Line(Protocol):
    """One conversation."""

    async def ask(self, text: str) -> float:
        """Says it, waits for the first reply to it, and returns the seconds between."""


@dataclass(frozen=True)
class Running:
    """`seconds_to_site` is None where there is no site."""

    address: str
    seconds_to_site: float | None
    seconds_to_answer: float
    processes: list[psutil.Process] = field(default_factory=list)


class Subject(Protocol):
    name: str

    def train(self) -> float:
        """Trains from nothing; returns the seconds it took."""

    def disk_mb(self) -> float: ...

    def started(self, workers: int) -> AbstractAsyncContextManager[Running]:
        """Runs from a start on a machine that is set up until the block ends."""

    def conversation(self, running: Running) -> AbstractAsyncContextManager[Line]: ...
