"""`python -m deploy` (or `make run`) runs everything on one machine, until Ctrl-C."""

import signal
import socket
import subprocess
import sys
from contextlib import ExitStack
from threading import Event
from time import monotonic

from conversations.embedded_postgres import EmbeddedPostgres
from deploy.kept_process import KeptProcess, environment_of_child
from onboarding.errors import DomainError
from onboarding.settings import Settings

_SECONDS_BETWEEN_LOOKS = 0.1
_SECONDS_TO_STOP = 8.0
_REFUSED = 2


def main() -> int:
    try:
        settings = Settings.from_environment()
        _check_port_is_free(settings.port)
    except DomainError as error:
        say(f"{error} {error.what_to_do}")
        return _REFUSED
    stopping = Event()
    for stop_signal in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop_signal, lambda *_: stopping.set())
    with ExitStack() as on_the_way_out:
        _run(settings, stopping, on_the_way_out)
    say("Everything is stopped.")
    return 0


def _run(settings: Settings, stopping: Event, on_the_way_out: ExitStack) -> None:
    postgres = EmbeddedPostgres(settings.data_dir) if settings.database_url is None else None
    if postgres is not None:
        on_the_way_out.callback(postgres.stop)
    database_url = postgres.start() if postgres is not None else str(settings.database_url)
    environment = environment_of_child(database_url)
    _prepare(settings, database_url)

    site = KeptProcess("site", "web", environment)
    workers = [KeptProcess(f"worker {n}", "bot", environment) for n in range(1, settings.workers + 1)]
    on_the_way_out.callback(_stop, [site, *workers])
    site.start()
    _wait_until_it_answers(settings.port, stopping)
    say(f"Brand Desk is at {settings.base_url}. Ctrl-C stops it.")
    training = subprocess.Popen([sys.executable, "-m", "bot.train"], env=environment)
    on_the_way_out.callback(training.terminate)
    _keep(postgres, [site], workers, training, stopping)


def _prepare(settings: Settings, database_url: str) -> None:
    from deploy.preparation import prepare  # heavy to import, so only here

    prepare(settings, database_url)


def _keep(
    postgres: EmbeddedPostgres | None,
    kept: list[KeptProcess],
    workers: list[KeptProcess],
    training: subprocess.Popen[bytes],
    stopping: Event,
) -> None:
    """Watches until told to stop; the workers join once the assistant is trained."""
    while not stopping.wait(_SECONDS_BETWEEN_LOOKS):
        if postgres is not None and not postgres.is_running():
            say("PostgreSQL ended. It is started again.")
            if not postgres.start_again():
                continue
        for process in kept:
            news = process.look()
            if news is not None:
                say(news)
        if workers and training.poll() is not None:
            kept, workers = [*kept, *_started(workers, training.returncode)], []


def _started(workers: list[KeptProcess], training_status: int) -> list[KeptProcess]:
    if training_status != 0:
        say("The assistant could not be trained. The site runs without it: mend the data, then start again.")
        return []
    for worker in workers:
        worker.start()
    return workers


def _stop(processes: list[KeptProcess]) -> None:
    say("Stopping.")
    for process in reversed(processes):
        process.stop()
    for process in processes:
        process.wait(_SECONDS_TO_STOP)


def _wait_until_it_answers(port: int, stopping: Event) -> None:
    give_up_at = monotonic() + 30
    while not stopping.is_set() and monotonic() < give_up_at and not _answers(port):
        stopping.wait(0.02)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class PortTaken(DomainError):
    code = "port_taken"


def _check_port_is_free(port: int) -> None:
    if _answers(port):
        raise PortTaken(
            f"Port {port} is in use by another program.",
            what_to_do="Set PORT to another number, such as 8090.",
        )


def say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
