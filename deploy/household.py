"""Everything that runs on one machine: started in the order that answers soonest, and kept running."""

import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from threading import Event

from conversations.embedded_postgres import EmbeddedPostgres
from deploy.glance import is_ready_as_it_is
from deploy.kept_process import KeptProcess, environment_of_child
from deploy.lifeline import end_with_parent
from onboarding.settings import Settings

_SECONDS_BETWEEN_LOOKS = 0.05
_SECONDS_TO_STOP = 8.0


class Household:
    """`stopping` ends it; `on_the_way_out` stops what was started, the last first."""

    def __init__(self, settings: Settings, stopping: Event, on_the_way_out: ExitStack) -> None:
        self._settings = settings
        self._stopping = stopping
        self._on_the_way_out = on_the_way_out
        self._postgres = EmbeddedPostgres(settings.data_dir) if settings.database_url is None else None
        self._kept: list[KeptProcess] = []
        self._is_announced = False

    def run(self) -> None:
        database_url = self._start_postgres()
        environment = environment_of_child(database_url)
        if not is_ready_as_it_is(self._settings, database_url):
            _prepare(environment)
        self._on_the_way_out.callback(self._stop)
        self._keep(KeptProcess("site", "web", environment))
        training = subprocess.Popen(
            [sys.executable, "-m", "bot.train"], env=environment, preexec_fn=end_with_parent()
        )
        self._on_the_way_out.callback(training.terminate)
        self._watch(training, environment)

    def _start_postgres(self) -> str:
        if self._postgres is None:
            return str(self._settings.database_url)
        self._on_the_way_out.callback(self._postgres.stop)
        return self._postgres.start()

    def _keep(self, process: KeptProcess) -> None:
        process.start()
        self._kept.append(process)

    def _watch(self, training: subprocess.Popen[bytes], environment: dict[str, str]) -> None:
        """Until told to stop; the workers join once the assistant is trained."""
        workers_are_due = True
        while not self._stopping.wait(_SECONDS_BETWEEN_LOOKS):
            if workers_are_due and training.poll() is not None:
                workers_are_due = False
                self._start_workers(training.returncode, environment)
            self._announce()
            self._start_again_what_died()

    def _start_workers(self, training_status: int, environment: dict[str, str]) -> None:
        if training_status != 0:
            say(
                "The assistant could not be trained. The site runs without it: mend the data, then start again."
            )
            return
        for number in range(1, self._settings.workers + 1):
            self._keep(KeptProcess(f"worker {number}", "bot", environment))

    def _announce(self) -> None:
        if not self._is_announced and answers(self._settings.port):
            self._is_announced = True
            say(f"Brand Desk is at {self._settings.base_url}. Ctrl-C stops it.")

    def _start_again_what_died(self) -> None:
        if self._postgres is not None and not self._postgres.is_running():
            say("PostgreSQL ended. It is started again.")
            if not self._postgres.start_again():
                return
        for process in self._kept:
            news = process.look()
            if news is not None:
                say(news)

    def _stop(self) -> None:
        say("Stopping.")
        for process in reversed(self._kept):
            process.stop()
        for process in self._kept:
            process.wait(_SECONDS_TO_STOP)


def _prepare(environment: Mapping[str, str]) -> None:
    """In a process of its own: what it needs is large, and is not needed again."""
    subprocess.run(
        [sys.executable, "-m", "deploy.preparation"],
        env=environment,
        check=True,
        start_new_session=True,
        preexec_fn=end_with_parent(),
    )


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def say(line: str) -> None:
    print(line, flush=True)
