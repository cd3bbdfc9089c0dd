"""Files with a virus, a scanner that is away, and brands that have no room left."""

import asyncio
import dataclasses
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import func, select, text

from conversations import documents as business
from conversations.background import run as work_in_the_background
from conversations.models import Mail
from onboarding.documents.storage import DocumentStore
from onboarding.documents.virus import ScannerAway, VirusScanner
from onboarding.models import DocumentFile, DocumentSubmission
from onboarding.names import DocumentStatus
from onboarding.programme import programme
from tests import papers
from tests.clamd import EICAR, clamd
from tests.serving import serving
from tests.web.visitor import INGRID, Visitor
from web.app import create_app

TRADEMARK = "/brands/nordlys-skincare/documents/trademark"
INFECTED = papers.pdf(papers.CLEAN) + EICAR


@pytest.fixture
def scanner():
    with clamd() as server:
        yield server


@pytest.fixture
async def scanned(settings, scanner):
    async with _scanned_by(settings, scanner.address) as visitor:
        yield visitor


@pytest.fixture
async def unscanned(settings):
    """Its scanner is away."""
    async with _scanned_by(settings, "127.0.0.1:1") as visitor:
        yield visitor


@asynccontextmanager
async def _scanned_by(settings, clamd_address):
    app = create_app(dataclasses.replace(settings, clamd_address=clamd_address))
    async with serving(app) as server, Visitor(server) as visitor:
        await visitor.sign_in(INGRID)
        yield visitor


async def send(visitor, content: bytes):
    return await visitor.upload(await visitor.open(TRADEMARK), content, "paper.pdf")


def newest(sessions) -> DocumentSubmission:
    with sessions() as session:
        return session.scalars(select(DocumentSubmission).order_by(DocumentSubmission.id.desc())).first()


def files(tmp_path) -> list[str]:
    return [path.name for path in (tmp_path / "documents").rglob("*") if path.is_file()]


async def test_a_file_with_a_virus_is_refused_and_not_kept(scanned, tmp_path):
    page = await send(scanned, INFECTED)

    assert page.status == 422
    assert "The selected file contains a virus" in page.words
    assert files(tmp_path) == []


async def test_a_clean_file_is_taken(scanned, sessions, scanner):
    paper = papers.pdf(papers.CLEAN)
    page = await send(scanned, paper)

    assert "We are checking your file" in page.words
    assert scanner.looked_at == [paper]


async def test_while_the_scanner_is_away_a_document_waits(unscanned, sessions, tmp_path):
    page = await send(unscanned, papers.pdf(papers.CLEAN))

    assert "We are checking your file" in page.words
    with pytest.raises(ScannerAway):
        business.check(
            sessions, DocumentStore(tmp_path), newest(sessions).id, scanner=VirusScanner("127.0.0.1:1")
        )
    assert newest(sessions).status is DocumentStatus.CHECKING


async def test_what_waited_is_checked_once_the_scanner_is_back(unscanned, sessions, tmp_path, scanner):
    await send(unscanned, papers.pdf(papers.CLEAN))

    business.check(
        sessions, DocumentStore(tmp_path), newest(sessions).id, scanner=VirusScanner(scanner.address)
    )

    assert newest(sessions).status is DocumentStatus.IN_REVIEW


async def test_a_virus_found_later_is_told_and_its_file_removed(unscanned, sessions, tmp_path, scanner):
    await send(unscanned, INFECTED)
    for _ in range(2):
        business.check(
            sessions,
            DocumentStore(tmp_path),
            newest(sessions).id,
            scanner=VirusScanner(scanner.address),
            base_url="http://desk.example",
        )

    page = await unscanned.open(TRADEMARK)
    assert "The selected file contains a virus. It was removed." in page.words
    assert "Send this The document again, from a device that was checked for viruses" in page.words
    assert files(tmp_path) == []
    assert not page.links(f"{TRADEMARK}/files/")
    with sessions() as session:
        file = session.scalars(select(DocumentFile)).one()
        assert file.virus == "Eicar-Test-Signature"
        subjects = session.scalars(select(Mail.subject).where(Mail.recipient == INGRID))
        assert list(subjects).count("Trademark certificate of Nordlys Skincare: there is a problem") == 1
    assert (await unscanned.open(f"{TRADEMARK}/files/{file.id}")).status == 404
    assert (await unscanned.open("/privacy/data")).status == 200


async def test_the_background_asks_again_until_the_scanner_answers(
    settings, database_url, sessions, tmp_path, unscanned, monkeypatch
):
    monkeypatch.setattr("conversations.background._SECONDS_UNTIL_CLAMD_IS_ASKED_AGAIN", 0)
    await send(unscanned, papers.pdf(papers.CLEAN))
    with clamd() as reserved:
        port = reserved.server_address[1]
    away = dataclasses.replace(settings, clamd_address=f"127.0.0.1:{port}")
    work = asyncio.create_task(work_in_the_background(database_url, sessions, away, DocumentStore(tmp_path)))
    await attempts(sessions, at_least=2)
    assert newest(sessions).status is DocumentStatus.CHECKING

    with clamd(port):
        async with asyncio.timeout(30):
            while newest(sessions).status is DocumentStatus.CHECKING:
                await asyncio.sleep(0.05)
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)

    assert newest(sessions).status is DocumentStatus.IN_REVIEW


async def attempts(sessions, at_least: int) -> None:
    query = text("SELECT max(attempts) FROM procrastinate_jobs WHERE task_name = 'background.check_document'")
    async with asyncio.timeout(30):
        while True:
            with sessions() as session:
                if (session.scalar(query) or 0) >= at_least:
                    return
            await asyncio.sleep(0.05)


async def test_a_brand_keeps_so_many_files_and_no_more(scanned, sessions, monkeypatch):
    monkeypatch.setattr("onboarding.documents.quota.programme", lambda: little_room(files=1))
    await send(scanned, papers.pdf(papers.CLEAN))

    page = await send(scanned, papers.pdf(papers.EXPIRED))

    assert page.status == 422
    assert "Your brand has 1 files with us, which is the most that we keep" in page.words
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(DocumentFile)) == 1


async def test_a_brand_keeps_so_many_bytes_and_no_more(scanned, tmp_path, monkeypatch):
    monkeypatch.setattr("onboarding.documents.quota.programme", lambda: little_room(megabytes=1))

    page = await send(scanned, papers.pdf(papers.CLEAN) + bytes(1_100_000))

    assert page.status == 422
    assert "Your brand’s files are as large as we can keep: 1MB in all" in page.words
    assert files(tmp_path) == []


def little_room(files: int = 300, megabytes: int = 500):
    figures = programme()
    room = {
        "brand_files": dataclasses.replace(figures.files.brand_files, value=files),
        "brand_megabytes": dataclasses.replace(figures.files.brand_megabytes, value=megabytes),
    }
    return dataclasses.replace(figures, files=dataclasses.replace(figures.files, **room))
