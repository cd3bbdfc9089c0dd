"""Works off one queue of jobs beside the site, for as long as the site runs."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from procrastinate import App
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job

_log = logging.getLogger(__name__)
_SECONDS_BETWEEN_ATTEMPTS_TO_CONNECT = 0.5


async def work_off(
    queue: str, build_app: Callable[[], App], *, name: str, at_once: int, seconds_between_looks: float
) -> None:
    """Works until cancelled, and begins anew when PostgreSQL was away.

    As often as `seconds_between_looks` says, what a worker held that died is given back.
    """
    while True:
        app = build_app()
        try:
            async with app.open_async(), _taking_back(app, queue, seconds_between_looks):
                await app.run_worker_async(
                    queues=[queue],
                    name=name,
                    concurrency=at_once,
                    install_signal_handlers=False,
                    delete_jobs="successful",
                )
        except (ConnectorException, OSError) as error:
            if _told_to_stop():
                return
            _log.warning("worker %s lost the database (%s), connecting again", name, type(error).__name__)
        await asyncio.sleep(_SECONDS_BETWEEN_ATTEMPTS_TO_CONNECT)


def _told_to_stop() -> bool:
    """Procrastinate ends a cancelled worker with the error of its last query, where there was one."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


@asynccontextmanager
async def _taking_back(app: App, queue: str, seconds_between_looks: float) -> AsyncIterator[None]:
    """What a worker held that died is done again: a check that never ended would hold up all others."""
    task = asyncio.create_task(_take_back_for_ever(app, queue, seconds_between_looks))
    try:
        yield
    finally:
        task.cancel()


async def _take_back_for_ever(app: App, queue: str, seconds_between_looks: float) -> None:
    while True:
        try:
            stalled = await app.job_manager.get_stalled_jobs(queue=queue)
        except ConnectorException as error:
            _log.warning("queue %s was not looked through (%s)", queue, type(error).__name__)
            stalled = []
        for job in stalled:
            await _take_back(app, job)
        await asyncio.sleep(seconds_between_looks)


async def _take_back(app: App, job: Job) -> None:
    """Another process may have been first, or the worker was slow and not dead: then there is nothing to take."""
    try:
        await app.job_manager.retry_job(job)
    except ConnectorException as error:
        _log.warning("job %s was not taken back (%s)", job.id, type(error).__name__)
