"""`python -m bot.chat --as EMAIL` talks to the assistant in a terminal, on a copy of the demonstration data."""

import argparse
import asyncio
import sys
from collections.abc import Iterator

from bot.quiet import quiet

quiet()

from bot import stage
from bot.brain import Brain
from bot.script import Scenario, Step
from bot.scripted_run import ScenarioRun
from bot.training import newest_model

_END = {"", "quit", "exit"}


def main() -> int:
    options = _options()
    brain = Brain.load(newest_model())
    scenario = Scenario("chat", "", options.contact, None, None, [])
    with stage.rehearsal() as rehearsal, rehearsal.fresh_database() as database_url:
        run = ScenarioRun(brain, database_url, scenario)
        print(f"You are {options.contact or 'a visitor'}. An empty line ends the talk.")
        asyncio.run(_talk(run))
    return 0


async def _talk(run: ScenarioRun) -> None:
    async with run.conversation() as say:
        for line in _lines():
            record = await say(Step(user=line))
            for reply in record.replies:
                print(reply["text"])
                if reply["buttons"]:
                    print(" ".join(f"[{title}]" for title in reply["buttons"]))


def _lines() -> Iterator[str]:
    while True:
        try:
            line = input("> ")
        except EOFError:
            return
        if line.strip().lower() in _END:
            return
        yield line


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bot.chat", description=__doc__)
    parser.add_argument(
        "--as", dest="contact", metavar="EMAIL", help="a demonstration contact; else a visitor"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
