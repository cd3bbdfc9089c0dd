"""Who writes faster than they may, by the socket and in Chromium."""

import asyncio
import dataclasses

import pytest
from playwright.async_api import expect

from tests.web.browsing import stored, write
from tests.web.test_browser import assistant

MOST = 2


@pytest.fixture
def settings(settings):
    """So few that a slow machine writes more of them in the ten seconds, too."""
    return dataclasses.replace(settings, chat_messages_in_10_seconds=MOST)


async def test_writing_too_fast_is_slowed_down_and_nothing_is_lost(visitor):
    chat = await visitor.chat()
    for number in range(MOST + 1):
        await chat.write("Hello", f"c{number}")

    error = await chat.hear("error")

    assert (error["cid"], error["code"]) == (f"c{MOST}", "slow_down")
    assert error["retry_after"] >= 1


async def test_writing_too_fast_is_kept_and_sent_a_little_later(page, assistant):
    written = [f"Message {number}" for number in range(MOST + 1)]
    await page.goto("/messages")
    for text in written:
        await write(page, text)
    await expect(page.get_by_text("You write faster than we can read.")).to_be_visible()

    await stored(page)
    assert await asyncio.to_thread(assistant.texts) == written
