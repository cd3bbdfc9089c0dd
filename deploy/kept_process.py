"""A process that is started again when it dies."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from time import monotonic

from deploy.lifeline import end_with_parent

_SECONDS_THAT_PROVE_HEALTH = 10.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 5.0
# Somebody else ended it: that says nothing against starting it again at once.
_KILLED_FROM_OUTSIDE = (-signal.SIGKILL, -signal.SIGTERM)


class KeptProcess:
    def __init__(self, name: str, module: str, environment: Mapping[str, str]) -> None:
        self.name = name
        self._command = [sys.executable, "-m", module]
        self._environment = dict(environment)
        self._pause = _FIRST_PAUSE
        self._again_at = 0.0
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0

    def start(self) -> None:
        # A session of its own: Ctrl-C reaches only us, and we stop everything in order.
        self._process = subprocess.Popen(
            self._command, env=self._environment, start_new_session=True, preexec_fn=end_with_parent()
        )
        self._started_at = monotonic()

    def look(self) -> str | None:
        """Starts the process again where it died; returns what there is to say about it."""
        if self._process is None:
            if monotonic() >= self._again_at:
                self.start()
            return None
        status = self._process.poll()
        if status is None:
            return None
        self._plan_to_start_again(status)
        return f"The {self.name} ended ({_reason(status)}). It is started again."

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def wait(self, seconds: float) -> None:
        if self._process is None:
            return
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _plan_to_start_again(self, status: int) -> None:
        is_healthy = monotonic() - self._started_at > _SECONDS_THAT_PROVE_HEALTH
        if is_healthy or status in _KILLED_FROM_OUTSIDE:
            self._pause = _FIRST_PAUSE
        self._again_at = monotonic() + self._pause
        self._pause = min(self._pause * 2, _LONGEST_PAUSE)
        self._process = None


def environment_of_child(database_url: str) -> dict[str, str]:
    return os.environ | {"DATABASE_URL": database_url, "RASA_TELEMETRY_ENABLED": "false"}


def _reason(status: int) -> str:
    return f"killed by {signal.Signals(-status).name}" if status < 0 else f"exit code {status}"
