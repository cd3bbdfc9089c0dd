"""The background jobs of channels."""

import asyncio
from datetime import timedelta

from procrastinate import App
from sqlalchemy.orm import Session

from conversations import jobs
from conversations.channels import incoming, outgoing
from conversations.channels.email import polling
from conversations.channels.outgoing import Post
from onboarding import clock

_EVERY_MINUTE = "* * * * *"
# No provider repeats a message for longer.
_RECEIPTS_KEPT = timedelta(days=30)


def add_tasks(app: App, post: Post) -> None:
    @app.task(name=jobs.DELIVER_TO_CHANNEL, queue=jobs.BACKGROUND)
    async def deliver_to_channel(identity_id: int) -> None:
        await outgoing.deliver(post, identity_id)

    @app.periodic(cron=_EVERY_MINUTE)
    @app.task(name=jobs.SWEEP_CHANNELS, queue=jobs.BACKGROUND, queueing_lock=jobs.SWEEP_CHANNELS)
    async def sweep_channels(timestamp: int) -> None:
        await asyncio.to_thread(_sweep, post)

    @app.periodic(cron=_EVERY_MINUTE)
    @app.task(name=jobs.POLL_MAILBOXES, queue=jobs.BACKGROUND, queueing_lock=jobs.POLL_MAILBOXES)
    async def poll_mailboxes(timestamp: int) -> None:
        await asyncio.to_thread(polling.poll_all, post.sessions, post.vault)


def forget_old_receipts(session: Session) -> None:
    incoming.forget_receipts(session, before=clock.now(session) - _RECEIPTS_KEPT)


def _sweep(post: Post) -> None:
    with post.sessions.begin() as session:
        outgoing.sweep(session)
