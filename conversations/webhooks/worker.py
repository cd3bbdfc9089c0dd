"""Works off the queue of webhooks, beside the site: a slow receiver holds up neither mail nor documents."""

import asyncio
import logging
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from procrastinate import App, BaseRetryStrategy, PsycopgConnector, RetryStrategy

from conversations import jobs
from conversations.queue_worker import work_off
from conversations.webhooks import deliveries, line, sending
from onboarding.database import SessionFactory

_log = logging.getLogger(__name__)
AT_ONCE = 24
_SECONDS_BETWEEN_LOOKS_FOR_STALLED = 15.0
# For what went wrong here, such as a database that is away: a receiver that fails is tried again by its own plan.
_OWN_RETRIES: BaseRetryStrategy = RetryStrategy(max_attempts=8, exponential_wait=3)
_ONCE_A_DAY = "17 3 * * *"
_EVERY_MINUTE = "* * * * *"


@dataclass(frozen=True)
class Sender:
    """`loopback` is for demonstrations, where receivers run on the same machine."""

    database_url: str
    sessions: SessionFactory
    server_key: bytes
    base_url: str
    loopback: bool


async def run(sender: Sender) -> None:
    """Works until cancelled, and begins anew when PostgreSQL was away."""
    await work_off(
        jobs.WEBHOOKS,
        lambda: _app(sender),
        name="webhooks",
        at_once=AT_ONCE,
        seconds_between_looks=_SECONDS_BETWEEN_LOOKS_FOR_STALLED,
    )


async def try_once(sender: Sender, delivery_id: int, number: int, step: int) -> None:
    """Sent between two transactions: an answer can take seconds. Whatever is sent twice carries the same id."""
    wanted = await asyncio.to_thread(_wanted, sender, delivery_id, number, step)
    if wanted is None:
        return
    outcome = await sending.post(wanted, loopback=sender.loopback)
    _log.info("webhook delivery %s, step %s: %s", delivery_id, step, outcome.status_code or outcome.error)
    await asyncio.to_thread(_keep, sender, delivery_id, number, step, outcome)


def _wanted(sender: Sender, delivery_id: int, number: int, step: int) -> deliveries.Wanted | None:
    # Receivers compare the timestamp with their own clock: it is the real one, in a demonstration too.
    with sender.sessions.begin() as session:
        return deliveries.what_to_send(
            session, delivery_id, number, step, sender.server_key, int(time.time())
        )


def _keep(sender: Sender, delivery_id: int, number: int, step: int, outcome: deliveries.Outcome) -> None:
    at = datetime.fromtimestamp(time.time(), UTC)
    with sender.sessions.begin() as session:
        deliveries.keep_outcome(session, delivery_id, number, step, outcome, at, sender.base_url)


def _forget(sender: Sender) -> None:
    with sender.sessions.begin() as session:
        deliveries.forget_old(session)


def _call_forgotten(sender: Sender) -> None:
    with sender.sessions.begin() as session:
        line.call_forgotten(session)


def _app(sender: Sender) -> App:
    app = App(connector=PsycopgConnector(conninfo=sender.database_url, min_size=1, max_size=3))

    @app.task(name=jobs.DELIVER_WEBHOOK, queue=jobs.WEBHOOKS, retry=_OWN_RETRIES)
    async def deliver(delivery_id: int, attempt: int, step: int) -> None:
        await try_once(sender, delivery_id, attempt, step)

    @app.periodic(cron=_ONCE_A_DAY)
    @app.task(name="webhooks.forget_old", queue=jobs.WEBHOOKS, queueing_lock="webhooks.forget_old")
    async def forget_old(timestamp: int) -> None:
        await asyncio.to_thread(_forget, sender)

    @app.periodic(cron=_EVERY_MINUTE)
    @app.task(name="webhooks.call_forgotten", queue=jobs.WEBHOOKS, queueing_lock="webhooks.call_forgotten")
    async def call_forgotten(timestamp: int) -> None:
        await asyncio.to_thread(_call_forgotten, sender)

    return app
