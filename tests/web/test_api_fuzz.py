"""Schemathesis against the OpenAPI document: no server error, and no answer that the document does not describe.

A short run that is the same each time; `make fuzz` makes a long one. FUZZ_EXAMPLES and FUZZ_PHASES say
how long it is.
"""

import asyncio
import dataclasses
import os
import sys
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer

from onboarding.settings import Settings
from tests.web.integrator import make_key

EXAMPLES = os.environ.get("FUZZ_EXAMPLES", "1")
PHASES = os.environ.get("FUZZ_PHASES", "coverage,fuzzing")
HOOKS = Path(__file__).with_name("schemathesis_hooks.py")
CONFIG = Path(__file__).with_name("schemathesis.toml")
LONGEST_SECONDS = 1700


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return dataclasses.replace(settings, api_requests_in_a_minute=1_000_000)


async def run_schemathesis(server: TestServer, bearer: str, folder: Path) -> tuple[int, str]:
    command = [
        sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG), "run",
        str(server.make_url("/api/v1/openapi.json")),
        "--url", str(server.make_url("/")), "--header", f"Authorization: Bearer {bearer}",
        "--phases", PHASES, "--max-examples", EXAMPLES, "--generation-deterministic", "--checks", "all",
        "--suppress-health-check", "all", "--no-color",
    ]  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        *command,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd=folder,
        env={**os.environ, "SCHEMATHESIS_HOOKS": str(HOOKS)},
    )
    said, _ = await asyncio.wait_for(process.communicate(), LONGEST_SECONDS)
    return process.returncode or 0, said.decode(errors="replace")


@pytest.mark.timeout(LONGEST_SECONDS + 60)
async def test_the_api_answers_as_its_document_says(server, sessions, tmp_path):
    code, said = await run_schemathesis(server, make_key(sessions).secret, tmp_path)

    print(said[-6000:])  # noqa: T201
    assert code == 0, said
