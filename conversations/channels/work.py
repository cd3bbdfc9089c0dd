"""The background jobs of channels."""

import asyncio
from datetime import timedelta

from procrastinate import App, BaseRetryStrategy, JobContext, RetryStrategy
from sqlalchemy.orm import Session

from conversations import jobs
from conversations.channels import callers, files, incoming, outgoing, queue_news, reports
from conversations.channels.email import polling
from conversations.channels.outgoing import Post
from onboarding import clock
from onboarding.documents.storage import DocumentStore
from onboarding.documents.virus import VirusScanner

# Over some three hours.
_FETCHES = 9
_FETCH_RETRIES: BaseRetryStrategy = RetryStrategy(max_attempts=_FETCHES, exponential_wait=3)
_EVERY_MINUTE = "* * * * *"
# No provider repeats a message for longer.
_RECEIPTS_KEPT = timedelta(days=30)


def add_tasks(app: App, post: Post, store: DocumentStore, scanner: VirusScanner) -> None:
    @app.task(name=jobs.DELIVER_TO_CHANNEL, queue=jobs.BACKGROUND)
    async def deliver_to_channel(identity_id: int) -> None:
        await outgoing.deliver(post, identity_id)

    @app.task(name=jobs.FETCH_CHANNEL_FILE, queue=jobs.BACKGROUND, retry=_FETCH_RETRIES, pass_context=True)
    async def fetch_channel_file(context: JobContext, file_id: int, choice: str | None = None) -> None:
        if context.job.attempts >= _FETCHES - 1:
            await files.give_up(post, file_id)
        else:
            await files.take(post, store, file_id, choice, scanner=scanner)

    @app.task(name=jobs.NAME_CHANNEL_USER, queue=jobs.BACKGROUND)
    async def name_channel_user(identity_id: int) -> None:
        await callers.ask(post, identity_id)

    @app.periodic(cron=_EVERY_MINUTE)
    @app.task(name=jobs.SWEEP_CHANNELS, queue=jobs.BACKGROUND, queueing_lock=jobs.SWEEP_CHANNELS)
    async def sweep_channels(timestamp: int) -> None:
        await asyncio.to_thread(_sweep, post)
        await asyncio.to_thread(_tell_who_is_next, post)

    @app.periodic(cron=_EVERY_MINUTE)
    @app.task(
        name=jobs.POLL_MAILBOXES,
        queue=jobs.BACKGROUND,
        lock=jobs.POLL_MAILBOXES,
        queueing_lock=jobs.POLL_MAILBOXES,
    )
    async def poll_mailboxes(timestamp: int) -> None:
        await asyncio.to_thread(polling.poll_all, post.sessions, post.vault)


def forget_old_receipts(session: Session) -> None:
    incoming.forget_receipts(session, before=clock.now(session) - _RECEIPTS_KEPT)
    reports.forget_early(session)


def _tell_who_is_next(post: Post) -> None:
    with post.sessions.begin() as session:
        queue_news.tell_who_is_next(session)


def _sweep(post: Post) -> None:
    with post.sessions.begin() as session:
        outgoing.sweep(session)
