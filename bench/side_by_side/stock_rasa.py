"""Stock Rasa 3.6.21: `rasa init`, trained, and served by `rasa run`, in an environment of its own."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import perf_counter
from uuid import uuid4

import aiohttp

from bench.side_by_side import processes
from bench.side_by_side.subject import GREETING, Running
from tests.whole_house import free_port

_STOCK = Path(__file__).resolve().parent.parent / "stock"
_ENVIRONMENT = _STOCK / ".venv"
_PYTHON = "3.10"
_SECONDS_TO_START = 180.0
# Else it asks, and prints more than it does.
_VARIABLES = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SANIC_HOST": "127.0.0.1",
    # pyenv's shims answer only for a version that is asked for.
    "PYENV_VERSION": _PYTHON,
}


class StockMissing(RuntimeError):
    """Why stock Rasa cannot be measured here."""


class StockRasa:
    name = "stock"

    def __init__(self, project: Path, uv: str) -> None:
        self._project = project
        self._uv = uv

    def install(self) -> None:
        """Raises StockMissing where there is no Python 3.10 or its packages cannot be had."""
        if not self._has_python():
            raise StockMissing(f"stock Rasa needs Python {_PYTHON}, which is not on this machine")
        command = [self._uv, "sync", "--frozen", "--compile-bytecode", "--quiet", "--no-python-downloads"]
        done = subprocess.run(
            [*command, "--python", _PYTHON], cwd=_STOCK, env=_without_our_environment(), check=False
        )
        if done.returncode != 0:
            raise StockMissing("the packages of stock Rasa could not be installed")

    def train(self) -> float:
        """In a new project, as `rasa init` leaves it."""
        shutil.rmtree(self._project, ignore_errors=True)
        self._project.mkdir(parents=True)
        self._rasa("init", "--no-prompt", "--init-dir", ".")
        shutil.rmtree(self._project / "models", ignore_errors=True)
        shutil.rmtree(self._project / ".rasa", ignore_errors=True)
        started = perf_counter()
        self._rasa("train")
        return perf_counter() - started

    def disk_mb(self) -> float:
        return processes.disk_mb(_ENVIRONMENT, self._project)

    @asynccontextmanager
    async def started(self, workers: int) -> AsyncIterator[Running]:
        """Only ever one worker: with more, stock Rasa needs a Redis for its locks and a database."""
        assert workers == 1
        port = free_port()
        address = f"http://127.0.0.1:{port}"
        began = perf_counter()
        server = subprocess.Popen(
            [self._executable, "run", "-i", "127.0.0.1", "-p", str(port)],
            cwd=self._project, env=_without_our_environment(),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            await _until_it_answers(address)
            yield Running(address, None, perf_counter() - began, processes.tree(server.pid))
        finally:
            server.terminate()
            await asyncio.to_thread(server.wait, 30)

    @asynccontextmanager
    async def conversation(self, running: Running) -> AsyncIterator["_RestLine"]:
        async with aiohttp.ClientSession() as client:
            yield _RestLine(client, running.address)

    @property
    def _executable(self) -> Path:
        return _ENVIRONMENT / "bin" / "rasa"

    def _has_python(self) -> bool:
        found = subprocess.run(
            [self._uv, "python", "find", "--no-python-downloads", "--no-project", _PYTHON],
            cwd=_STOCK, env=_without_our_environment(), capture_output=True, check=False,
        )  # fmt: skip
        return found.returncode == 0

    def _rasa(self, *arguments: str) -> None:
        subprocess.run(
            [self._executable, *arguments], cwd=self._project, env=_without_our_environment(),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True,
        )  # fmt: skip


class _RestLine:
    """Rasa's own REST channel, which answers a request when the turn is done."""

    def __init__(self, client: aiohttp.ClientSession, address: str) -> None:
        self._client = client
        self._url = f"{address}/webhooks/rest/webhook"
        self._sender = uuid4().hex

    async def ask(self, text: str) -> float:
        began = perf_counter()
        async with self._client.post(self._url, json={"sender": self._sender, "message": text}) as response:
            replies = await response.json()
        seconds = perf_counter() - began
        if not replies:
            raise RuntimeError(f"stock Rasa said nothing to {text!r}")
        return seconds


async def _until_it_answers(address: str) -> None:
    give_up_at = perf_counter() + _SECONDS_TO_START
    async with aiohttp.ClientSession() as client:
        while perf_counter() < give_up_at:
            try:
                await _RestLine(client, address).ask(GREETING)
                return
            except (aiohttp.ClientError, RuntimeError):
                await asyncio.sleep(0.05)
    raise RuntimeError("stock Rasa did not start")


def _without_our_environment() -> dict[str, str]:
    ours = {"VIRTUAL_ENV", "PYTHONDONTWRITEBYTECODE", "PYTHONPATH"}
    return {name: value for name, value in os.environ.items() if name not in ours} | _VARIABLES
