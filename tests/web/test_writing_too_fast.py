"""Who writes faster than they may."""

import dataclasses

import pytest

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
