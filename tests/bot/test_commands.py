"""The commands of README.md and docs/assistant.md, as a developer types them."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
SCRIPT = """
scenarios:
- id: said_by_a_test
  title: One that holds, or not
  setup: {login: kenji@kumo.example}
  turns:
  - user: "what's our rank?"
    expect: ["%s"]
"""


@pytest.fixture
def run(postgres_url):
    def run(module, *arguments, typed=""):
        return subprocess.run(
            [sys.executable, "-m", module, *map(str, arguments)],
            cwd=PROJECT,
            env=os.environ | {"DATABASE_URL": postgres_url},
            input=typed,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


def test_chatting_in_a_terminal_as_a_demonstration_contact(run):
    talk = run("bot.chat", "--as", "kenji@kumo.example", typed="what's our rank?\n\n")

    assert "rank 7 of 64" in talk.stdout, talk.stderr


@pytest.mark.parametrize(("expected", "status"), [("7 of 64", 0), ("1 of 64", 1)])
def test_a_scripted_dialogue_tells_by_its_exit_code_whether_it_held(run, tmp_path, expected, status):
    script, transcript = tmp_path / "script.yml", tmp_path / "out.yml"
    script.write_text(SCRIPT % expected)

    played = run("bot.dialogue", script, "--transcript", transcript)

    assert played.returncode == status, played.stderr
    assert "livestream_rank" in transcript.read_text()


def test_evaluating_messages_writes_a_report(run, tmp_path):
    messages, report = tmp_path / "messages.tsv", tmp_path / "report.json"
    messages.write_text("what does it cost?\task_fees\nwhat does it cost?\tgreet\n")

    run("bot.evaluate", messages, "--json", report)

    found = json.loads(report.read_text())
    assert (found["n"], found["accuracy"]) == (2, 0.5)
    assert [row["got"] for row in found["errors"]] == ["ask_fees"]


def test_every_make_target_that_the_pages_name_exists():
    makefile = (PROJECT / "Makefile").read_text()
    pages = [PROJECT / "README.md", *(PROJECT / "docs").glob("*.md")]
    named = set().union(*(re.findall(r"(?:^|`)make (\w+)", page.read_text(), re.MULTILINE) for page in pages))

    assert {"run", "test", "chat", "train"} <= named
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in named)
