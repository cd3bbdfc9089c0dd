"""Message 10, 100 and 400 of one conversation, from socket to reply: `python -m bench.long_conversation`.

Starts the whole product with one worker on a fresh demonstration and prints medians of ten messages around each place.
"""

import asyncio
import statistics
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from tests.whole_house import Visitor, house

PLACES = (10, 100, 400)
_AROUND = 10
# Below the site's limit of 20 messages in 10 seconds.
_SECONDS_BETWEEN = 0.52


async def main() -> None:
    with TemporaryDirectory() as folder:
        async with house(Path(folder), workers=1) as running:
            visitor = Visitor(running.address)
            connected = asyncio.create_task(visitor.run())
            milliseconds = [await _one(visitor, number) for number in range(1, PLACES[-1] + _AROUND // 2 + 1)]
            connected.cancel()
    first = statistics.median(milliseconds[:20])
    print(f"messages 1-20      {first:6.1f} ms p50, {sorted(milliseconds[:20])[18]:6.1f} ms p95")
    for place in PLACES:
        print(f"message {place:3d}        {_median_around(milliseconds, place):6.1f} ms")
    ratio = _median_around(milliseconds, PLACES[-1]) / _median_around(milliseconds, PLACES[0])
    print(f"message {PLACES[-1]} against message {PLACES[0]}: {ratio:.2f} times")


async def _one(visitor: Visitor, number: int) -> float:
    await asyncio.sleep(_SECONDS_BETWEEN)
    started = perf_counter()
    cid = await visitor.say("hello" if number % 2 else "which steps does registration have?")
    while not visitor.answers_to(cid):
        await asyncio.sleep(0.0005)
    return (perf_counter() - started) * 1000


def _median_around(milliseconds: list[float], place: int) -> float:
    return statistics.median(milliseconds[place - 1 - _AROUND // 2 : place - 1 + _AROUND // 2])


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
