"""The background worker: what it does, and what it does again."""

import asyncio
from collections.abc import AsyncIterator, Callable

import psycopg
import pytest
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job
from procrastinate.manager import JobManager
from sqlalchemy.orm import Session

from conversations import background, documents
from onboarding.database import SessionFactory
from onboarding.documents.storage import DocumentStore
from onboarding.documents.virus import ScannerAway
from onboarding.models import DocumentCheck, DocumentSubmission
from onboarding.names import DocumentStatus, DocumentType, FileFormat
from onboarding.settings import Settings
from tests import papers
from tests.onboarding import people

SETTINGS = Settings.from_environment({"BASE_URL": "http://desk.example"})
_DEAD_WORKER = """
WITH dead AS (
    INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour') RETURNING id)
UPDATE procrastinate_jobs SET status = 'doing', worker_id = dead.id FROM dead
"""
_END_WAITING = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


@pytest.fixture
def sent(sessions: SessionFactory, store: DocumentStore) -> int:
    with sessions.begin() as session, store.receive(megabytes=1) as incoming:
        incoming.write(papers.pdf(papers.EXPIRED))
        submission = documents.send(
            session,
            people.contact(session, people.INGRID),
            people.application(session, "Nordlys Skincare"),
            DocumentType.TRADEMARK,
            incoming,
            incoming.finish(),
            FileFormat.PDF,
            "paper.pdf",
        ).submission
    return submission.id


@pytest.fixture
async def at_work(
    database_url: str, sessions: SessionFactory, store: DocumentStore
) -> AsyncIterator[Callable]:
    started: list[asyncio.Task[None]] = []

    def start() -> asyncio.Task[None]:
        started.append(asyncio.create_task(background.run(database_url, sessions, SETTINGS, store)))
        return started[-1]

    yield start
    for task in started:
        task.cancel()
    await asyncio.gather(*started, return_exceptions=True)


async def checked(sessions: SessionFactory, submission_id: int) -> list[str]:
    """The codes that were found, once they are there."""

    def found(session: Session) -> list[str] | None:
        check = session.get(DocumentCheck, submission_id)
        return [row["code"] for row in check.findings] if check else None

    async with asyncio.timeout(30):
        while True:
            with sessions() as session:
                codes = found(session)
            if codes is not None:
                return codes
            await asyncio.sleep(0.05)


async def test_a_document_that_was_sent_is_checked_and_goes_to_a_person(at_work, sessions, sent):
    at_work()

    assert "EXPIRED" in await checked(sessions, sent)
    with sessions() as session:
        assert session.get(DocumentSubmission, sent).status is DocumentStatus.IN_REVIEW


async def test_a_check_whose_worker_died_is_done_again(at_work, sessions, sent, database_url):
    with psycopg.connect(database_url) as connection:
        connection.execute(_DEAD_WORKER)

    at_work()

    assert "EXPIRED" in await checked(sessions, sent)


async def test_a_job_that_another_process_took_back_first_does_not_end_the_looking(
    at_work, sessions, sent, database_url, monkeypatch, caplog
):
    retry, refusals = JobManager.retry_job, 0

    async def refused_once(manager: JobManager, job: Job) -> None:
        nonlocal refusals
        if not refusals:
            refusals += 1
            raise ConnectorException("Job was not found or not in the expected status")
        await retry(manager, job)

    monkeypatch.setattr(JobManager, "retry_job", refused_once)
    monkeypatch.setattr(background, "_SECONDS_BETWEEN_LOOKS_FOR_STALLED", 0.05)
    with psycopg.connect(database_url) as connection:
        connection.execute(_DEAD_WORKER)

    at_work()

    assert "EXPIRED" in await checked(sessions, sent)
    assert "was not taken back" in caplog.text


async def test_the_site_can_be_stopped_in_the_moment_in_which_postgresql_goes_away(at_work, database_url):
    with psycopg.connect(database_url) as holding:
        holding.execute("LOCK TABLE procrastinate_jobs")
        work = at_work()
        await end_what_waits(database_url)
        work.cancel()

    await asyncio.wait([work], timeout=20)
    assert work.done()


async def end_what_waits(database_url: str) -> None:
    async with asyncio.timeout(10):
        async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as connection:
            while not await (await connection.execute(_END_WAITING)).fetchone():
                await asyncio.sleep(0.05)


@pytest.mark.parametrize(("error", "goes_on"), [(ScannerAway("away"), True), (ValueError("a flaw"), False)])
def test_a_check_waits_for_the_scanner_for_ever_and_for_nothing_else(error, goes_on):
    often_tried = Job(
        id=1,
        queue="background",
        lock=None,
        queueing_lock=None,
        task_name="background.check_document",
        attempts=99,
    )

    decision = background._CheckRetries().get_retry_decision(exception=error, job=often_tried)

    assert (decision is not None) is goes_on
