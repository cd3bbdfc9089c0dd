"""A job worker that shows by a lock that it lives, and takes back what the dead held."""

import asyncio
from typing import Any

import psycopg
from procrastinate import App
from procrastinate import jobs as procrastinate_jobs
from procrastinate.worker import Worker

from conversations import jobs, notify
from conversations.readiness import WORKER_LOCK_CLASS

_SECONDS_BETWEEN_LOOKS = 0.2
_SECONDS_BETWEEN_POLLS = 0.5

# Heartbeats alone take half a minute; a lock is gone with its holder's connection.
_TAKE_BACK = """
WITH orphaned AS (
    SELECT job.id FROM procrastinate_jobs job
    WHERE job.status = 'doing' AND job.queue_name = %(queue)s AND NOT EXISTS (
        SELECT 1 FROM pg_locks held
        WHERE held.locktype = 'advisory' AND held.granted
          AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())
          AND held.classid = %(class)s AND held.objid = job.worker_id)
    FOR UPDATE SKIP LOCKED)
SELECT procrastinate_retry_job_v2(id, now(), NULL, NULL, NULL) FROM orphaned
"""


class LivingWorker(Worker):
    """Takes turns one at a time. Ends when it loses the database, to be begun anew."""

    def __init__(self, app: App, database_url: str) -> None:
        super().__init__(
            app,
            queues=[jobs.TURNS],
            name="turns",
            concurrency=1,
            fetch_job_polling_interval=_SECONDS_BETWEEN_POLLS,
            install_signal_handlers=False,
            delete_jobs="successful",
        )
        self._database_url = database_url
        self._sign_of_life: psycopg.AsyncConnection[Any] | None = None
        self._notified = False

    async def _run_loop(self) -> None:
        async with await psycopg.AsyncConnection.connect(self._database_url, autocommit=True) as connection:
            await connection.execute("SELECT pg_advisory_lock(%s, %s)", [WORKER_LOCK_CLASS, self.worker_id])
            await connection.execute("SELECT pg_notify(%s, %s)", [notify.CHANNEL, notify.ASSISTANT_NEWS])
            self._sign_of_life = connection
            await super()._run_loop()

    def _start_side_tasks(self) -> list[asyncio.Task[Any]]:
        return [*super()._start_side_tasks(), asyncio.create_task(self._look_for_orphans(), name="orphans")]

    async def _look_for_orphans(self) -> None:
        assert self._sign_of_life is not None
        while True:
            cursor = await self._sign_of_life.execute(
                _TAKE_BACK, {"queue": jobs.TURNS, "class": WORKER_LOCK_CLASS}
            )
            if cursor.rowcount:
                self._new_job_event.set()
            await asyncio.sleep(_SECONDS_BETWEEN_LOOKS)

    async def _fetch_and_process_jobs(self) -> None:
        """Fetches again where news came during the fetch: Procrastinate forgets it until its next poll."""
        self._notified = True
        while self._notified:
            self._notified = False
            await super()._fetch_and_process_jobs()

    async def _handle_notification(
        self, *, channel: str, notification: procrastinate_jobs.Notification
    ) -> None:
        self._notified = True
        await super()._handle_notification(channel=channel, notification=notification)
