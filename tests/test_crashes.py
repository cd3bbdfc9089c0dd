"""SIGKILL of any process at any moment: nothing lost, nothing answered twice, order kept."""

import asyncio
import random
import sys
from contextlib import suppress
from time import monotonic

import pytest

from tests.whole_house import Visitor, house, until_another, until_ready, until_site_answers

pytestmark = pytest.mark.alone

VISITORS = 8
MESSAGES_OF_EACH = 25
SECONDS_FOR_ALL_ANSWERS = 60
SECONDS_TO_TALK = 120


@pytest.fixture
def seed():
    seed = random.randrange(1_000_000)
    sys.stdout.write(f"seed {seed}\n")
    return seed


async def all_answered(conversations):
    give_up_at = monotonic() + SECONDS_FOR_ALL_ANSWERS
    while monotonic() < give_up_at:
        if all(visitor.answers_to(cid) for visitor, cids in conversations for cid in cids):
            return
        await asyncio.sleep(0.1)


async def kill_at_random(running, dice, killed):
    """Each kind before any comes again. A house that is slow to come back is given the time: else nobody could talk."""
    while True:
        for what in dice.sample(["web", "bot", "bot", "postgres"], 4):
            await asyncio.sleep(dice.uniform(0.3, 2.0))
            await until_site_answers(running)
            pids = running.pids(what)
            if pids:
                running.kill(dice.choice(pids))
                killed.append(what)


async def talk(visitor, dice):
    cids = []
    for number in range(MESSAGES_OF_EACH):
        cids.append(await visitor.say(f"hello, this is message {number + 1}"))
        await asyncio.sleep(dice.uniform(0.2, 0.9))
    return visitor, cids


async def test_no_message_is_lost_or_answered_twice_while_processes_are_killed(tmp_path, seed):
    dice = random.Random(seed)
    killed = []
    async with house(tmp_path, workers=2) as running:
        visitors = [Visitor(running.address) for _ in range(VISITORS)]
        connected = [asyncio.create_task(visitor.run()) for visitor in visitors]
        killer = asyncio.create_task(kill_at_random(running, dice, killed))
        async with asyncio.timeout(SECONDS_TO_TALK):
            conversations = await asyncio.gather(*(talk(visitor, dice) for visitor in visitors))
        killer.cancel()
        await all_answered(conversations)
        for task in connected:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        log = running.log.read_text()

    sys.stdout.write(f"killed {killed}\n")
    assert {"web", "bot", "postgres"} <= set(killed), log
    for visitor, cids in conversations:
        numbers = [len(visitor.answers_to(cid)) for cid in cids]
        assert numbers == [1] * MESSAGES_OF_EACH, log
        assert visitor.doubled == []
        assert visitor.out_of_order == []
        asked = [visitor.acknowledged[cid] for cid in cids]
        answered = [found["answers"] for _, found in sorted(visitor.heard.items()) if "answers" in found]
        assert asked == sorted(asked)
        assert answered == sorted(answered)


async def test_an_answer_that_a_kill_interrupted_is_there_soon_after_the_worker_is_back(tmp_path):
    async with house(tmp_path, workers=1) as running:
        visitor = Visitor(running.address)
        connected = asyncio.create_task(visitor.run())
        await visitor.say("hello")
        [worker] = running.pids("bot")
        running.kill(worker)
        cid = await visitor.say("how long does it take to open a store?")
        await until_another(running, "bot", worker)
        await until_ready(running)
        back_at = monotonic()
        while not visitor.answers_to(cid) and monotonic() < back_at + 10:
            await asyncio.sleep(0.01)
        connected.cancel()

    assert monotonic() - back_at < 2


async def test_who_waits_for_a_person_still_waits_when_everything_was_killed(tmp_path):
    async with house(tmp_path, workers=1, BRANDDESK_NOW="2026-05-20T08:00Z") as running:
        visitor = Visitor(running.address)
        connected = asyncio.create_task(visitor.run())
        asked = await visitor.say("I want to talk to a real person")
        running.kill(running.pids("bot")[0])
        await all_answered([(visitor, [asked])])
        for what in ("web", "bot", "postgres"):
            running.kill(running.pids(what)[0])
        await until_ready(running)
        again = await visitor.say("can I talk to a human please")
        await all_answered([(visitor, [again])])
        connected.cancel()

    told = [str(message["text"]) for message in visitor.heard.values()]
    assert visitor.owner == "waiting"
    assert sum("You asked for a person" in text for text in told) == 1
    assert [len(visitor.answers_to(cid)) for cid in (asked, again)] == [1, 1]
    assert visitor.doubled == []
