"""An open page of the desk without a screen: what its socket says and hears."""

from typing import Any
from uuid import UUID

from aiohttp import ClientWebSocketResponse

from tests.web.staff import StaffVisitor


class DeskPage:
    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self.socket = socket

    async def watch(self, conversation: UUID | None) -> None:
        await self.say(type="watch", conversation=str(conversation) if conversation else None)

    async def say(self, **frame: Any) -> None:
        await self.socket.send_json(frame)

    async def hear(self, kind: str) -> dict[str, Any]:
        """The next frame of that kind; others are passed over."""
        while True:
            frame: dict[str, Any] = await self.socket.receive_json(timeout=15)
            if frame["type"] == kind:
                return frame

    async def hear_people(self, conversation: UUID, *expected: tuple[str, bool]) -> None:
        """Until exactly these, each with whether they type, are at the conversation."""
        while True:
            there = (await self.hear("presence"))["people"].get(str(conversation), [])
            if [(one["name"], one["typing"]) for one in there] == list(expected):
                return

    async def hear_change(self, conversation: UUID) -> dict[str, Any]:
        while True:
            frame = await self.hear("changed")
            if str(conversation) in frame["conversations"]:
                return frame

    async def close_code(self) -> int | None:
        async for _ in self.socket:
            pass
        return self.socket.close_code


async def open_page(who: StaffVisitor, **headers: str) -> DeskPage:
    socket = await who.http.ws_connect(f"{who.origin}/desk/socket", headers={"Origin": who.origin, **headers})
    return DeskPage(socket)
