"""What serving costs a machine: CPU seconds, memory and disk of whole process trees."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import psutil


def tree(root: int) -> list[psutil.Process]:
    """A process and all that it started, as far as they still run."""
    with suppress(psutil.NoSuchProcess):
        parent = psutil.Process(root)
        return [parent, *parent.children(recursive=True)]
    return []


def cpu_seconds(processes: Iterable[psutil.Process]) -> float:
    """User and system time; that of children that ended meanwhile is not in it."""
    total = 0.0
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            total += times.user + times.system
    return total


def memory_mb(processes: Iterable[psutil.Process]) -> float:
    """Proportional set size: a page that several processes share is counted once."""
    total = 0
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            total += process.memory_full_info().pss
    return total / 1e6


def disk_mb(*folders: Path) -> float:
    return sum(_bytes_of(folder) for folder in folders) / 1e6


def _bytes_of(folder: Path) -> int:
    return sum(
        path.stat().st_blocks * 512 for path in folder.rglob("*") if path.is_file() and not path.is_symlink()
    )
