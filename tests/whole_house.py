"""The whole house as `make run` starts it, on a port and in a data folder of its own."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from uuid import uuid4

import aiohttp
import psutil
from yarl import URL

PROJECT = Path(__file__).resolve().parent.parent
_SECONDS_TO_START = 150
_SECONDS_BEFORE_RESENDING = 2.0
_SECONDS_TO_STOP = 20


@dataclass(frozen=True)
class House:
    process: subprocess.Popen[bytes]
    address: str
    log: Path

    def pids(self, what: str) -> list[int]:
        """Process ids of `web`, `bot` or `postgres`."""
        if what == "postgres":
            pid_file = self.log.parent / "postgres" / "postmaster.pid"
            return [int(pid_file.read_text().splitlines()[0])] if pid_file.exists() else []
        children = psutil.Process(self.process.pid).children()
        return [child.pid for child in children if _runs(child, what)]

    def kill(self, pid: int) -> None:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return


@asynccontextmanager
async def house(data_dir: Path, *, workers: int, **variables: str) -> AsyncIterator[House]:
    """Begins when the assistant answers."""
    async with house_process(data_dir, workers=workers, **variables) as running:
        await until_ready(running)
        yield running


@asynccontextmanager
async def house_process(data_dir: Path, *, workers: int, **variables: str) -> AsyncIterator[House]:
    """Begins at once, while the house starts."""
    port = free_port()
    log = data_dir / "house.log"
    environment = os.environ | {"PORT": str(port), "DATA_DIR": str(data_dir), "WORKERS": str(workers)}
    environment |= variables
    environment.pop("DATABASE_URL", None)
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "deploy"], cwd=PROJECT, env=environment, stdout=output, stderr=output
        )
    running = House(process, f"http://127.0.0.1:{port}", log)
    try:
        yield running
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait, _SECONDS_TO_STOP)


async def until_ready(running: House) -> None:
    """Returns when the assistant answers; fails with the log."""
    give_up_at = monotonic() + _SECONDS_TO_START
    while monotonic() < give_up_at:
        if await assistant_is_ready(running):
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"the house did not start:\n{running.log.read_text()}")


async def until_another(running: House, what: str, killed: int) -> None:
    """Returns when there is another process in the place of the one that was killed."""
    give_up_at = monotonic() + _SECONDS_TO_START
    while running.pids(what) in ([], [killed]):
        assert monotonic() < give_up_at, f"none came back:\n{running.log.read_text()}"
        await asyncio.sleep(0.05)


async def until_site_answers(running: House) -> None:
    give_up_at = monotonic() + _SECONDS_TO_START
    while await health(running) is None:
        assert monotonic() < give_up_at, f"the house did not start:\n{running.log.read_text()}"
        await asyncio.sleep(0.05)


async def assistant_is_ready(running: House) -> bool:
    found = await health(running)
    return found is not None and found.get("assistant") == "ready"


async def health(running: House) -> dict[str, object] | None:
    """None while the site does not answer."""
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=1)) as client,
            client.get(f"{running.address}/health") as response,
        ):
            found: dict[str, object] = await response.json()
            return found
    except (TimeoutError, aiohttp.ClientError, json.JSONDecodeError):
        return None


@dataclass
class Visitor:
    """Chats as the page does: resends what was not acknowledged, and asks for what it missed."""

    address: str
    acknowledged: dict[str, int] = field(default_factory=dict)
    heard: dict[int, dict[str, object]] = field(default_factory=dict)
    doubled: list[int] = field(default_factory=list)
    out_of_order: list[int] = field(default_factory=list)
    owner: str = ""
    _pending: dict[str, str] = field(default_factory=dict)
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _jar: aiohttp.CookieJar = field(default_factory=lambda: aiohttp.CookieJar(unsafe=True))

    def sign_in(self, token: str) -> None:
        """With a session of the database's own."""
        self._jar.update_cookies({"session": token}, URL(self.address))

    async def run(self) -> None:
        """Stays connected until cancelled."""
        while True:
            with suppress(TimeoutError, aiohttp.ClientError, ConnectionError):
                await self._stay_connected()
            await asyncio.sleep(0.1)

    async def say(self, text: str) -> str:
        """Returns once the message is stored for good."""
        cid = str(uuid4())
        self._pending[cid] = text
        self._news.set()
        while cid not in self.acknowledged:
            await asyncio.sleep(0.01)
        return cid

    def answers_to(self, cid: str) -> list[dict[str, object]]:
        return [found for found in self.heard.values() if found.get("answers") == self.acknowledged[cid]]

    async def _stay_connected(self) -> None:
        headers = {"Origin": self.address, "Sec-Fetch-Site": "same-origin"}
        timeout = aiohttp.ClientTimeout(total=None, connect=1, sock_connect=1)
        async with aiohttp.ClientSession(cookie_jar=self._jar, headers=headers, timeout=timeout) as client:
            async with client.post(f"{self.address}/chat/session") as response:
                response.raise_for_status()
            async with client.ws_connect(f"{self.address}/chat/socket") as page:
                await page.send_json({"type": "hello", "after": max(self.heard, default=0)})
                writing = asyncio.create_task(self._write(page))
                try:
                    await self._read(page)
                finally:
                    writing.cancel()
                    await asyncio.gather(writing, return_exceptions=True)

    async def _write(self, page: aiohttp.ClientWebSocketResponse) -> None:
        while True:
            self._news.clear()
            for cid, text in list(self._pending.items()):
                await page.send_json({"type": "msg", "cid": cid, "text": text})
            try:
                await asyncio.wait_for(self._news.wait(), _SECONDS_BEFORE_RESENDING)
            except TimeoutError:
                continue

    async def _read(self, page: aiohttp.ClientWebSocketResponse) -> None:
        async for incoming in page:
            if incoming.type is not aiohttp.WSMsgType.TEXT:
                return
            frame = incoming.json()
            if frame["type"] == "ack":
                self._pending.pop(frame["cid"], None)
                self.acknowledged[frame["cid"]] = frame["id"]
            self.owner = frame.get("owner", self.owner)
            for message in frame.get("items", []) + ([frame] if frame["type"] == "msg" else []):
                self._hear(message)

    def _hear(self, message: dict[str, object]) -> None:
        seq = int(str(message["id"]))
        if seq in self.heard:
            self.doubled.append(seq)
        if seq < max(self.heard, default=0):
            self.out_of_order.append(seq)
        self.heard[seq] = message


def _runs(process: psutil.Process, module: str) -> bool:
    try:
        return process.cmdline()[-2:] == ["-m", module] and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
