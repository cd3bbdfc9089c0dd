"""Asks the reader about a file: it runs apart, sees no secret of ours, and may use only so much."""

import json
import os
import subprocess
import sys
from pathlib import Path

from onboarding.documents.facts import Facts, Limits, Trouble, from_json
from onboarding.documents.wording import FileRefused
from onboarding.names import FileFormat
from onboarding.programme import programme

LOOK = Limits(seconds=10, seconds_to_wait=20, megabytes=1500)
READ = Limits(seconds=60, seconds_to_wait=120, megabytes=3000)
DRAWN_AS = "image/webp"
_PROJECT = Path(__file__).parents[2]
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT")


def look(path: Path, file_format: FileFormat) -> Facts:
    """Whether it can be opened, and how many pages it has: some tenths of a second."""
    return _ask("look", path, file_format, LOOK)


def require_reviewable(facts: Facts) -> None:
    """Raises FileRefused for what nobody could review."""
    if facts.trouble is not None:
        raise FileRefused(facts.trouble.value)
    most = programme().files.max_pages.value
    if facts.pages > most:
        raise FileRefused("too_many_pages", pages=most)


def read(path: Path, file_format: FileFormat) -> Facts:
    """What it says; pictures take seconds a page."""
    return _ask("read", path, file_format, READ)


def rows(path: Path, file_format: FileFormat) -> list[list[str]] | None:
    """The cells of a list as text; None where it cannot be read."""
    told = _told("rows", path, file_format, LOOK)
    if isinstance(told, Trouble):
        return None
    found: list[list[str]] | None = json.loads(told)
    return found


def draw(
    path: Path, file_format: FileFormat, *, page: int, longest_side: int, turned: int = 0
) -> bytes | Trouble:
    """A picture of a page, of the type DRAWN_AS; `turned` clockwise by degrees."""
    return _told("draw", path, file_format, LOOK, page, longest_side, turned)


def _ask(mode: str, path: Path, file_format: FileFormat, limits: Limits) -> Facts:
    told = _told(mode, path, file_format, limits)
    return Facts(trouble=told) if isinstance(told, Trouble) else from_json(told.decode())


def _told(mode: str, path: Path, file_format: FileFormat, limits: Limits, *more: int) -> bytes | Trouble:
    command = [sys.executable, "-m", "onboarding.documents.reader", mode, file_format.value, str(path)]
    command += [str(number) for number in (limits.seconds, limits.megabytes, *more)]
    try:
        answer = subprocess.run(
            command,
            cwd=_PROJECT,
            env=_environment(),
            capture_output=True,
            timeout=limits.seconds_to_wait,
            check=True,
        )
    except subprocess.TimeoutExpired:
        return Trouble.BUSY
    except subprocess.CalledProcessError as failed:
        # Killed by a limit, or out of memory: files that need so much are not looked at.
        return Trouble.BUSY if failed.returncode < 0 else Trouble.BROKEN
    return answer.stdout


def _environment() -> dict[str, str]:
    passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return passed_on | {"OMP_NUM_THREADS": "1", "PYTHONSAFEPATH": "1", "PYTHONPATH": str(_PROJECT)}
