"""Brand Desk as `make run` starts it, talked to through the chat socket of the site."""

import asyncio
import json
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import perf_counter
from uuid import uuid4

import aiohttp
from sqlalchemy import select

from bench.side_by_side import processes
from bench.side_by_side.subject import GREETING, Running
from conversations.embedded_postgres import EmbeddedPostgres
from onboarding import identity
from onboarding.database import build_engine, session_factory
from onboarding.models import Contact
from tests.whole_house import PROJECT, house_process

MODELS = PROJECT / "models"
# As much as the product allows, so that its limit for one visitor is not what is measured.
_VARIABLES = {"CHAT_MESSAGES_IN_10_SECONDS": "100000"}
_SECONDS_TO_START = 120.0


class BrandDesk:
    """`contact` signs in as somebody; without it a visitor chats."""

    name = "ours"

    def __init__(self, data_dir: Path, contact: str | None = None, **variables: str) -> None:
        self._data_dir = data_dir
        self._contact = contact
        self._variables = _VARIABLES | variables

    def train(self) -> float:
        """From nothing: the encoder is built again as well."""
        shutil.rmtree(MODELS, ignore_errors=True)
        started = perf_counter()
        subprocess.run(
            [sys.executable, "-m", "bot.train"], cwd=PROJECT, stdout=subprocess.DEVNULL, check=True
        )
        return perf_counter() - started

    def disk_mb(self) -> float:
        return processes.disk_mb(Path(sys.prefix), MODELS)

    @asynccontextmanager
    async def started(self, workers: int) -> AsyncIterator[Running]:
        self._data_dir.mkdir(parents=True, exist_ok=True)
        began = perf_counter()
        async with house_process(self._data_dir, workers=workers, **self._variables) as house:
            await _until_the_site_answers(house.address)
            site = perf_counter() - began
            async with _visitor(house.address, None) as line:
                await line.ask(GREETING)
            answer = perf_counter() - began
            postgres = [found for pid in house.pids("postgres") for found in processes.tree(pid)]
            serving = [*processes.tree(house.process.pid), *postgres]
            yield Running(house.address, site, answer, list(dict.fromkeys(serving)))

    @asynccontextmanager
    async def conversation(self, running: Running) -> AsyncIterator["SocketLine"]:
        token = self._signed_in() if self._contact else None
        async with _visitor(running.address, token) as line:
            yield line

    def signed_in_as(self, contact: str) -> "BrandDesk":
        return BrandDesk(self._data_dir, contact)

    def _signed_in(self) -> str:
        """Opens a session where a sign-in link would: its page is not what is measured."""
        engine = build_engine(EmbeddedPostgres(self._data_dir).start())
        with session_factory(engine).begin() as session:
            contact = session.scalars(select(Contact).where(Contact.email == self._contact)).one()
            token, _ = identity.open_session(session, contact, "bench")
        engine.dispose()
        return token


class SocketLine:
    """The page's side of the chat socket."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket

    async def hello(self) -> None:
        await self._socket.send_json({"type": "hello", "after": 0})
        while (await self._frame())["type"] != "history":
            pass

    async def ask(self, text: str) -> float:
        cid = str(uuid4())
        began = perf_counter()
        await self._socket.send_json({"type": "msg", "cid": cid, "text": text})
        asked = None
        while True:
            frame = await self._frame()
            if frame["type"] == "error":
                raise RuntimeError(frame["text"])
            if frame["type"] == "ack" and frame["cid"] == cid:
                asked = frame["id"]
            if frame["type"] == "msg" and frame["role"] == "user" and frame.get("cid") == cid:
                asked = frame["id"]
            if frame["type"] == "msg" and asked is not None and frame.get("answers") == asked:
                return perf_counter() - began

    async def _frame(self) -> dict[str, object]:
        return dict(json.loads((await self._socket.receive()).data))


@asynccontextmanager
async def _visitor(address: str, token: str | None) -> AsyncIterator[SocketLine]:
    headers = {"Origin": address, "Sec-Fetch-Site": "same-origin"}
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar, headers=headers) as client:
        if token:
            jar.update_cookies({"session": token})
        async with client.post(f"{address}/chat/session") as response:
            response.raise_for_status()
        async with client.ws_connect(f"{address}/chat/socket") as socket:
            line = SocketLine(socket)
            await line.hello()
            yield line


async def _until_the_site_answers(address: str) -> None:
    give_up_at = perf_counter() + _SECONDS_TO_START
    async with aiohttp.ClientSession() as client:
        while perf_counter() < give_up_at:
            try:
                async with client.get(address) as response:
                    if response.status == 200:
                        return
            except aiohttp.ClientError:
                await asyncio.sleep(0.01)
    raise RuntimeError("the site did not start")
