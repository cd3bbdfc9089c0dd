"""Chromium for the tests and the benchmarks."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, async_playwright, expect

from tests.browser_setup import chromium

# Milliseconds: a busy machine takes its time, and only a test that fails waits this long.
PATIENCE = 15_000


@asynccontextmanager
async def opened() -> AsyncIterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield browser
        await browser.close()
