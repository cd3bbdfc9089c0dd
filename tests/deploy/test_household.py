"""What `make run` leaves behind: nothing that runs."""

import asyncio
import signal

import psutil

from conversations.embedded_postgres import EmbeddedPostgres
from tests.whole_house import house_process, until_site_answers

SECONDS_TO_END = 15


async def test_the_site_ends_when_what_started_it_is_killed(tmp_path):
    async with house_process(tmp_path, workers=1) as running:
        await until_site_answers(running)
        started = ours(psutil.Process(running.process.pid).children())

        running.process.send_signal(signal.SIGKILL)
        await asyncio.to_thread(running.process.wait)
        _, alive = await asyncio.to_thread(psutil.wait_procs, started, SECONDS_TO_END)

    EmbeddedPostgres(tmp_path).stop()
    assert alive == []


def ours(processes):
    """PostgreSQL goes on by itself and is found again by the next start."""
    return [process for process in processes if process.name() != "postgres"]
