"""The background queue: everything that is not a turn; it runs beside the site, in slots of its own."""

import asyncio
from collections.abc import Callable
from functools import partial

from procrastinate import App, BaseRetryStrategy, PsycopgConnector, RetryDecision, RetryStrategy
from procrastinate.jobs import Job
from sqlalchemy.orm import Session

from conversations import (
    access_tickets,
    alerts,
    claim_tickets,
    decided_tickets,
    documents,
    jobs,
    mail,
    personal_data,
    promises,
    reminders,
)
from conversations.channels import files as channel_files
from conversations.channels import work as channel_work
from conversations.channels.outgoing import Post
from conversations.desk import files
from conversations.queue_worker import work_off
from onboarding import api_answers, api_keys, chat_sites, identity
from onboarding.database import SessionFactory
from onboarding.documents.storage import DocumentStore
from onboarding.documents.virus import ScannerAway, VirusScanner
from onboarding.settings import Settings

# A broken promise is noticed within a minute.
_EVERY_MINUTE = "* * * * *"
# A mail server that is away is tried again for about a day.
_MAIL_RETRIES: BaseRetryStrategy = RetryStrategy(max_attempts=12, exponential_wait=3)
_SECONDS_UNTIL_CLAMD_IS_ASKED_AGAIN = 30
# Of documents only one is read at a time; most of the others wait for a provider or a mail server.
_JOBS_AT_ONCE = 6
_SECONDS_BETWEEN_LOOKS_FOR_STALLED = 5.0


class _CheckRetries(BaseRetryStrategy):
    """While the virus scanner is away a document waits; anything else is tried a few times."""

    _others = RetryStrategy(max_attempts=4, exponential_wait=3)

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if isinstance(exception, ScannerAway):
            return RetryDecision(retry_in={"seconds": _SECONDS_UNTIL_CLAMD_IS_ASKED_AGAIN})
        return self._others.get_retry_decision(exception=exception, job=job)


async def run(
    database_url: str,
    sessions: SessionFactory,
    settings: Settings,
    store: DocumentStore,
    post: Post | None = None,
) -> None:
    """Works until cancelled, and begins anew when PostgreSQL was away. `post` is for messaging channels."""
    scanner = VirusScanner(settings.clamd_address)

    def build_app() -> App:
        app = _background_app(database_url, sessions, settings, store, scanner)
        if post is not None:
            channel_work.add_tasks(app, post, store, scanner)
        return app

    await work_off(
        jobs.BACKGROUND,
        build_app,
        name="background",
        at_once=_JOBS_AT_ONCE,
        seconds_between_looks=_SECONDS_BETWEEN_LOOKS_FOR_STALLED,
    )


def _background_app(
    database_url: str,
    sessions: SessionFactory,
    settings: Settings,
    store: DocumentStore,
    scanner: VirusScanner,
) -> App:
    smtp_url = settings.smtp_url
    app = App(connector=PsycopgConnector(conninfo=database_url, min_size=1, max_size=3))

    @app.task(name=jobs.DELIVER_MAIL, queue=jobs.BACKGROUND, retry=_MAIL_RETRIES)
    async def deliver_mail(mail_id: int) -> None:
        if smtp_url is not None:
            await asyncio.to_thread(_deliver, sessions, mail_id, smtp_url)

    @app.periodic(cron=_EVERY_MINUTE)
    @app.task(name=jobs.TIDY, queue=jobs.BACKGROUND, queueing_lock=jobs.TIDY)
    async def tidy(timestamp: int) -> None:
        await asyncio.to_thread(do_what_is_due, sessions, settings.base_url)
        await asyncio.to_thread(files.remove_erased, sessions, store)

    @app.task(name=jobs.CHECK_DOCUMENT, queue=jobs.BACKGROUND, retry=_CheckRetries())
    async def check_document(submission_id: int) -> None:
        check = partial(documents.check, scanner=scanner, base_url=settings.base_url)
        await asyncio.to_thread(check, sessions, store, submission_id)
        await asyncio.to_thread(channel_files.tell_result, sessions, submission_id)

    return app


def do_what_is_due(sessions: SessionFactory, base_url: str) -> None:
    """What is due by our own clock; each thing told to a brand and each erasure is a transaction of its own."""
    with sessions.begin() as session:
        access_tickets.pass_on_unanswered(session)
        claim_tickets.pass_on_new(session)
        decided_tickets.settle_decided(session)
        personal_data.forget_old_mails(session)
        alerts.send_due(session, base_url)
        channel_work.forget_old_receipts(session)
        api_answers.forget_old(session)
        api_keys.forget_old_tokens(session)
        chat_sites.forget_old_proofs(session)
        identity.forget_ended_sessions(session)
    _one_by_one(sessions, promises.apologise_for_next_broken)
    _one_by_one(sessions, lambda session: reminders.expire_next(session, base_url))
    _one_by_one(sessions, lambda session: reminders.remind_next(session, base_url))
    _one_by_one(sessions, personal_data.erase_next_due)


def _one_by_one(sessions: SessionFactory, do_next: Callable[[Session], bool]) -> None:
    """What was done stays done, whatever happens to the next."""
    is_done = True
    while is_done:
        with sessions.begin() as session:
            is_done = do_next(session)


def _deliver(sessions: SessionFactory, mail_id: int, smtp_url: str) -> None:
    with sessions.begin() as session:
        mail.deliver(session, mail_id, smtp_url)
