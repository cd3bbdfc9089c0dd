"""The measurements, the same for both: each adds its figures to the round's."""

import asyncio
import statistics
from collections import defaultdict
from contextlib import AsyncExitStack
from itertools import count
from time import perf_counter

from bench.side_by_side import processes
from bench.side_by_side.subject import GREETING, Line, Running, Subject

# Name of a row of bench/side_by_side/rows.py: one figure a round.
Figures = dict[str, list[float]]

SALES_QUESTION = "how much have we sold so far?"
PLACES = (10, 100, 400)
CROWDS = (1, 8, 32)
_MESSAGES = 20
_CONVERSATIONS = 3
_AROUND_A_PLACE = 20
# As people do not answer within a hundredth of a second: what trails a reply is not in the next one's time.
_PAUSE = 0.02
_SECONDS_TO_WARM_UP = 1.0
_SECONDS_OF_CROWD = 5.0


def new_figures() -> Figures:
    return defaultdict(list)


async def reply_times(subject: Subject, running: Running, text: str, row: str, figures: Figures) -> None:
    """Messages 1 to 20 of several conversations, one after another."""
    seconds: list[float] = []
    for _ in range(_CONVERSATIONS):
        async with subject.conversation(running) as line:
            for _ in range(_MESSAGES):
                seconds.append(await _asked_after_a_pause(line, text))
    figures[f"{row} p50"].append(_ms(statistics.median(seconds)))
    figures[f"{row} p95"].append(_ms(statistics.quantiles(seconds, n=20)[-1]))


async def long_conversation(subject: Subject, running: Running, figures: Figures) -> None:
    """Message 400 is set against the first messages of a conversation begun right after it, since the speed of a
    machine changes within minutes.
    """
    half = _AROUND_A_PLACE // 2
    async with subject.conversation(running) as line:
        seconds = [await _asked_after_a_pause(line, GREETING) for _ in range(PLACES[-1] + half)]
    async with subject.conversation(running) as line:
        first = [await _asked_after_a_pause(line, GREETING) for _ in range(_AROUND_A_PLACE)]
    medians = {place: statistics.median(seconds[max(0, place - half) : place + half]) for place in PLACES}
    for place, median in medians.items():
        figures[f"message {place}"].append(_ms(median))
    figures["message 400 / message 10"].append(medians[400] / statistics.median(first))


async def throughput(subject: Subject, running: Running, crowd: int, workers: int, figures: Figures) -> None:
    """Every conversation says the next thing as soon as it was answered."""
    async with AsyncExitStack() as open_lines:
        lines = [await open_lines.enter_async_context(subject.conversation(running)) for _ in range(crowd)]
        answered = count()
        talking = [asyncio.create_task(_talk(line, answered)) for line in lines]
        await asyncio.sleep(_SECONDS_TO_WARM_UP)
        first, cpu, began = next(answered), processes.cpu_seconds(running.processes), perf_counter()
        await asyncio.sleep(_SECONDS_OF_CROWD)
        messages = next(answered) - first - 1
        seconds = perf_counter() - began
        cpu = processes.cpu_seconds(running.processes) - cpu
        await _hung_up(talking)
    figures[f"messages a second, {crowd} conversations, {_workers(workers)}"].append(messages / seconds)
    if crowd == 8:
        figures[f"messages a CPU second, {_workers(workers)}"].append(messages / cpu)


def memory(running: Running, figures: Figures) -> None:
    figures["memory, 1 worker"].append(processes.memory_mb(running.processes))


async def _talk(line: Line, answered: "count[int]") -> None:
    while True:
        await line.ask(GREETING)
        next(answered)


async def _hung_up(talking: list[asyncio.Task[None]]) -> None:
    """Raises what broke a conversation: fewer talkers would make a false figure."""
    for task in talking:
        task.cancel()
    for outcome in await asyncio.gather(*talking, return_exceptions=True):
        if isinstance(outcome, Exception):
            raise outcome


async def _asked_after_a_pause(line: Line, text: str) -> float:
    await asyncio.sleep(_PAUSE)
    return await line.ask(text)


def _workers(number: int) -> str:
    return "1 worker" if number == 1 else f"{number} workers"


def _ms(seconds: float) -> float:
    return seconds * 1000
