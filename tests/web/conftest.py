"""The site as a browser meets it: a real server, the embedded PostgreSQL, the demonstration."""

import dataclasses
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, BrowserContext, Page

from onboarding.settings import Settings
from tests.chromium import PATIENCE, opened
from tests.serving import serving
from tests.web.staff import StaffVisitor
from tests.web.visitor import Visitor
from web.app import create_app


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(
        port=8080,
        database_url=database_url,
        data_dir=tmp_path,
        workers=1,
        smtp_url=None,
        brand_desk_now=None,
        mode="demonstration",
        secret_key="a key for tests that is long enough for production",
        base_url="http://desk.example",
    )


@pytest.fixture
async def server(settings: Settings) -> AsyncIterator[TestServer]:
    async with serving(create_app(settings)) as server:
        yield server


@pytest.fixture
async def production_server(settings: Settings) -> AsyncIterator[TestServer]:
    settings = dataclasses.replace(
        settings, mode="production", smtp_url="smtp://localhost:1", base_url="https://desk.example"
    )
    async with serving(create_app(settings)) as server:
        yield server


@pytest.fixture
async def visitor(server: TestServer) -> AsyncIterator[Visitor]:
    async with Visitor(server) as visitor:
        yield visitor


@pytest.fixture
async def colleague(server: TestServer) -> AsyncIterator[Visitor]:
    """Somebody else, with a browser of their own."""
    async with Visitor(server) as visitor:
        yield visitor


@pytest.fixture
async def agent(server: TestServer) -> AsyncIterator[StaffVisitor]:
    """Somebody of the staff who has yet to sign in: `await agent.enter(MEI)`, or by mail and code `sign_in`."""
    async with StaffVisitor(server) as visitor:
        yield visitor


@pytest.fixture
async def second_agent(server: TestServer) -> AsyncIterator[StaffVisitor]:
    async with StaffVisitor(server) as visitor:
        yield visitor


@pytest.fixture
def background_work() -> None:
    """What is done beside the site is done: mails, checks of documents, channels, what is due each minute."""


@pytest.fixture(autouse=True)
def only_what_is_asked_for(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside the site of a test nothing is done that it neither asked for nor does by hand."""
    if "background_work" in request.fixturenames:
        return

    async def nothing(*_: object) -> None:
        return None

    monkeypatch.setattr("web.app.background.run", nothing)


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with opened() as browser:
        yield browser


@pytest.fixture
async def context(browser: Browser, server: TestServer) -> AsyncIterator[BrowserContext]:
    context = await browser.new_context(
        base_url=str(server.make_url("/")), viewport={"width": 1280, "height": 900}
    )
    context.set_default_timeout(PATIENCE)
    yield context
    await context.close()


@pytest.fixture
async def page(context: BrowserContext) -> AsyncIterator[Page]:
    page = await context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "console", lambda said: problems.append(said.text) if "Content Security Policy" in said.text else None
    )
    yield page
    assert problems == []
