"""`python -m bot.dialogue FILE...` plays scripted dialogues through the real way and prints the transcript."""

import argparse
import asyncio
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import yaml

from bot.quiet import quiet

quiet()

from bot import stage
from bot.brain import Brain
from bot.script import Scenario, TurnRecord, read_scenarios
from bot.scripted_run import ScenarioRun
from bot.training import newest_model


def main() -> int:
    options = _options()
    scenarios = [scenario for path in options.files for scenario in read_scenarios(path)]
    brain = Brain.load(newest_model())
    played: list[dict[str, Any]] = []
    with stage.rehearsal() as rehearsal:
        for scenario in scenarios:
            with rehearsal.fresh_database() as database_url:
                run = ScenarioRun(brain, database_url, scenario)
                records = asyncio.run(run.play())
            _print(scenario, records)
            played.append({"id": scenario.id, "turns": [asdict(record) for record in records]})
    if options.transcript:
        options.transcript.write_text(
            yaml.safe_dump({"scenarios": played}, sort_keys=False, allow_unicode=True)
        )
    failed = sum(1 for scenario in played if any(turn["problems"] for turn in scenario["turns"]))
    print(f"{len(played) - failed} passed, {failed} failed")
    return 1 if failed else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bot.dialogue", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument(
        "--transcript", type=Path, metavar="OUT.yml", help="write what was said, turn by turn"
    )
    return parser.parse_args()


def _print(scenario: Scenario, records: list[TurnRecord]) -> None:
    print(f"\n# {scenario.id}: {scenario.title}")
    for record in records:
        print(f"> {record.user}" if record.user is not None else f"* {record.event}")
        for reply in record.replies:
            print(f"  {reply['text']}".replace("\n", "\n  "))
            if reply["buttons"]:
                print("  " + " ".join(f"[{title}]" for title in reply["buttons"]))
        for problem in record.problems:
            print(f"  FAILED: {problem}")


if __name__ == "__main__":
    sys.exit(main())
