"""A browser without a screen: keeps cookies, fills in forms, follows links, and chats."""

import asyncio
import re
from dataclasses import dataclass
from html import unescape
from typing import Any, Self

from aiohttp import ClientSession, ClientTimeout, ClientWebSocketResponse, CookieJar, FormData
from aiohttp.test_utils import TestServer

INGRID = "ingrid@nordlys.example"
KENJI = "kenji@kumo.example"
LENA = "lena@fjellvann.example"
SOFIA = "sofia@northbridge.example"

# A test that waits for what never comes says where it did.
LONGEST_REQUEST = ClientTimeout(total=60)

_TAGS = re.compile(r"<(script|style|template)\b.*?</\1>|<[^>]+>", re.DOTALL)


@dataclass(frozen=True)
class Page:
    status: int
    path: str
    headers: Any
    html: str

    @property
    def words(self) -> str:
        """What a reader reads."""
        return " ".join(unescape(_TAGS.sub(" ", self.html)).split()).replace(" .", ".").replace(" ,", ",")

    def field(self, name: str) -> str:
        found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', self.html)
        assert found is not None, f"no field {name} on {self.path}"
        return unescape(found[1])

    def links(self, start: str) -> list[str]:
        return [unescape(link) for link in re.findall(r'href="([^"]*)"', self.html) if link.startswith(start)]


class Visitor:
    def __init__(self, server: TestServer) -> None:
        self._server = server
        self.http = ClientSession(cookie_jar=CookieJar(unsafe=True), timeout=LONGEST_REQUEST)
        self.origin = str(server.make_url("/")).rstrip("/")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.close()

    async def open(self, path: str, **options: Any) -> Page:
        return await self.send("GET", path, **options)

    async def send(self, method: str, path: str, **options: Any) -> Page:
        async with self.http.request(method, self._server.make_url(path), **options) as answer:
            return Page(answer.status, answer.url.path, answer.headers, await answer.text(errors="replace"))

    async def submit(self, page: Page, path: str, **fields: str) -> Page:
        """Sends a form of the page, as a browser does."""
        form = {"csrf_token": page.field("csrf_token"), **fields}
        headers = {"Origin": self.origin, "Sec-Fetch-Site": "same-origin"}
        return await self.send("POST", path, data=form, headers=headers)

    async def upload(self, page: Page, content: bytes, name: str, field: str = "file", **more: Any) -> Page:
        """Chooses a file on the page and sends it, as a browser does."""
        form = FormData({"csrf_token": page.field("csrf_token")}, quote_fields=False)
        form.add_field(
            field, content, filename=name, content_type=more.get("content_type", "application/pdf")
        )
        headers = {"Origin": self.origin, "Sec-Fetch-Site": "same-origin"}
        return await self.send("POST", page.path, data=form, headers=headers)

    async def ask_for_link(self, email: str) -> str:
        """Returns the path of the link that arrives in the demonstration's mail."""
        await self.submit(await self.open("/sign-in"), "/sign-in", email=email)
        return (await self.open("/demo/mail")).links("/sign-in/link/")[0]

    async def follow_link(self, link: str) -> Page:
        page = await self.open(link)
        return await self.submit(page, "/sign-in/link", token=page.field("token"), next=page.field("next"))

    async def sign_in(self, email: str) -> Page:
        return await self.follow_link(await self.ask_for_link(email))

    def cookie(self, name: str = "session") -> str | None:
        cookies = self.http.cookie_jar.filter_cookies(self._server.make_url("/sign-in"))
        return cookies[name].value if name in cookies else None

    def set_cookie(self, name: str, value: str) -> None:
        self.http.cookie_jar.update_cookies({name: value}, self._server.make_url("/"))

    async def begin_chat(self) -> None:
        page = await self.send("POST", "/chat/session", headers={"Origin": self.origin})
        assert page.status == 200

    async def open_socket(self, **headers: str) -> ClientWebSocketResponse:
        return await self.http.ws_connect(
            self._server.make_url("/chat/socket"), headers={"Origin": self.origin, **headers}
        )

    async def chat(self, after: int = 0) -> "Chat":
        await self.begin_chat()
        chat = Chat(await self.open_socket())
        await chat.say(type="hello", after=after)
        return chat


class Chat:
    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self.socket = socket

    async def say(self, **frame: Any) -> None:
        await self.socket.send_json(frame)

    async def write(self, text: str, cid: str, **more: Any) -> None:
        await self.say(type="msg", cid=cid, text=text, **more)

    async def hear(self, kind: str) -> dict[str, Any]:
        """The next frame of that kind; others are passed over."""
        return await self.hear_any(kind)

    async def hear_any(self, *kinds: str) -> dict[str, Any]:
        while True:
            frame: dict[str, Any] = await self.socket.receive_json(timeout=15)
            if frame["type"] in kinds:
                return frame

    async def hear_state(self, **wanted: Any) -> dict[str, Any]:
        """The next state of that kind: what else changes meanwhile is told as well."""
        while True:
            state = await self.hear("state")
            if all(state[name] == value for name, value in wanted.items()):
                return state

    async def hear_text(self, text: str) -> dict[str, Any]:
        while True:
            frame = await self.hear("msg")
            if frame["text"] == text:
                return frame

    def closed(self) -> "asyncio.Task[int | None]":
        """Reads on, as a browser does, until the server closes; gives the code."""
        return asyncio.create_task(self._read_to_the_end())

    async def _read_to_the_end(self) -> int | None:
        async for _ in self.socket:
            pass
        return self.socket.close_code
