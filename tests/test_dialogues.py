"""The scripted dialogues of tests/conversations, through the trained assistant and the database.

Those of bench/understanding were written by somebody who knew neither the assistant nor its training data; what they
first came to is told in docs/understanding.md.
"""

from pathlib import Path

import pytest

from bot.script import read_scenarios
from bot.scripted_run import ScenarioRun

PROJECT = Path(__file__).parents[1]
FILES = [
    *sorted((PROJECT / "tests" / "conversations").glob("*.yml")),
    *sorted((PROJECT / "bench" / "understanding").glob("unseen*.dialogues.yml")),
]
SCENARIOS = [scenario for path in FILES for scenario in read_scenarios(path)]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.id)
async def test_dialogue(scenario, brain, rehearsal):
    with rehearsal.fresh_database() as database_url:
        records = await ScenarioRun(brain, database_url, scenario).play()

    complaints = [
        f"> {record.user or record.event}\n{record.replies}\n{record.problems}"
        for record in records
        if record.problems
    ]
    assert not complaints, "\n\n".join(complaints)


def test_no_two_dialogues_have_the_same_name():
    names = [scenario.id for scenario in SCENARIOS]

    assert len(names) == len(set(names))
