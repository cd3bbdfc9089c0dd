"""One open page of the desk: it hears what to read again and who else is there; its session is checked each time."""

import asyncio
import logging
import secrets
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, Concatenate
from uuid import UUID

from aiohttp import WSMsgType, web
from sqlalchemy.orm import Session

from conversations import lookup, notify, ownership
from conversations.lookup import ConversationUnknown
from onboarding.errors import DomainError
from onboarding.models import Staff
from onboarding.staff import sessions
from web.database import in_database, is_outage
from web.desk.conversations import frames
from web.desk.conversations.watching import (
    SECONDS_BETWEEN_ANNOUNCEMENTS,
    SECONDS_OF_TYPING,
    Watching,
)
from web.keys import DESK_HUB
from web.security import limits
from web.security.staff_sessions import STAFF_COOKIE, signed_in_member

_log = logging.getLogger(__name__)
_HEARTBEAT_SECONDS = 25
_SECONDS_TO_CLOSE = 1
_SECONDS_BETWEEN_ATTEMPTS = 1
# News that come one upon another are read together.
_SECONDS_TO_GATHER = 0.05
_SESSION_ENDED = 4401


class StaffSessionEnded(DomainError):
    code = "session_ended"
    what_to_do = "Sign in again."


async def desk_socket(request: web.Request) -> web.StreamResponse:
    member, token = signed_in_member(request), STAFF_COOKIE.read(request)
    assert token is not None
    if not request.app[DESK_HUB].has_room(member.session.key_hash):
        raise limits.TooMany(30)
    socket = web.WebSocketResponse(
        heartbeat=_HEARTBEAT_SECONDS,
        timeout=_SECONDS_TO_CLOSE,
        max_msg_size=frames.LARGEST_FRAME,
        compress=False,
    )
    await socket.prepare(request)
    await OpenDesk(request.app, socket, token, member.session.key_hash, member.staff).serve()
    return socket


class OpenDesk:
    """Implements web.desk.conversations.hub.DeskPage."""

    def __init__(
        self,
        app: web.Application,
        socket: web.WebSocketResponse,
        token: str,
        session_key: str,
        staff: Staff,
    ) -> None:
        self.session_key = session_key
        self._app = app
        self._socket = socket
        self._token = token
        self._staff = staff
        self._here = Watching(secrets.token_hex(8), str(staff.id), staff.name, None)
        self._woken = asyncio.Event()
        self._changed: set[UUID] = set()
        self._told: list[dict[str, Any]] = []
        self._everything = True
        self._people_due = True
        self._announcing = asyncio.Event()
        # Told one after another: what was true before must not arrive after what is true now.
        self._telling = asyncio.Lock()
        self._typing_ends: asyncio.TimerHandle | None = None
        self._has_stopped_typing = False

    async def serve(self) -> None:
        hub = self._app[DESK_HUB]
        hub.join(self)
        self._woken.set()
        work = [asyncio.create_task(self._send_news()), asyncio.create_task(self._stay_announced())]
        try:
            await self._in_database(_ask_who_is_there)
            async for incoming in self._socket:
                if incoming.type is WSMsgType.TEXT:
                    await self._hear(incoming.data)
        finally:
            hub.leave(self)
            for task in work:
                task.cancel()
            self._stop_typing_timer()
            # Said also where this is cancelled, as it is when the connection breaks or the site stops.
            await asyncio.shield(self._say_goodbye())

    def wake(self, conversation: UUID | None = None, *, everything: bool = False) -> None:
        if conversation is not None:
            self._changed.add(conversation)
        self._everything = self._everything or everything
        self._woken.set()

    def told(self, news: dict[str, Any]) -> None:
        """A conversation came to this person, or was taken from them."""
        self._told.append(news)
        self._woken.set()

    @property
    def staff_id(self) -> str:
        return self._here.staff_id

    def people_moved(self) -> None:
        self._people_due = True
        self._woken.set()

    def announce_soon(self) -> None:
        self._announcing.set()

    async def close(self, code: int, reason: str) -> None:
        await self._socket.close(code=code, message=reason.encode())

    async def _hear(self, text: str) -> None:
        try:
            limits.hit(self._app, limits.DESK_FRAMES, self.session_key)
            frame = frames.parse(text)
            await self._in_database(_still_signed_in, self._token)
            await self._do(frame)
        except limits.TooMany as refused:
            await self._say(frames.later(refused.seconds))
        except StaffSessionEnded as ended:
            await self.close(_SESSION_ENDED, ended.code)
        except DomainError as refused:
            await self._say(frames.refusal(refused))
        except Exception as error:
            self._report(error)

    async def _do(self, frame: frames.Frame) -> None:
        match frame:
            case frames.Watch(conversation):
                await self._move_to(conversation)
            case frames.Typing():
                await self._type()
            case frames.Ping():
                await self._say(frames.pong())

    async def _move_to(self, conversation: UUID | None) -> None:
        if self._here.typing:
            await self._tell_typing(on=False)
        found = await self._in_database(_followed, conversation) if conversation else None
        self._here = self._at(found, typing=False)
        await self._announce()
        self.people_moved()

    async def _type(self) -> None:
        if self._here.conversation is None:
            return
        await self._tell_typing(on=True)
        self._typing_ends = asyncio.get_running_loop().call_later(SECONDS_OF_TYPING, self._typing_ended)

    async def _tell_typing(self, *, on: bool) -> None:
        self._stop_typing_timer()
        self._here = self._at(self._here.conversation, typing=on)
        async with self._telling:
            await self._in_database(_types, self._here, on=on)

    def _typing_ended(self) -> None:
        self._has_stopped_typing = True
        self._announcing.set()

    def _stop_typing_timer(self) -> None:
        if self._typing_ends is not None:
            self._typing_ends.cancel()

    def _at(self, conversation: UUID | None, *, typing: bool) -> Watching:
        return Watching(self._here.page, self._here.staff_id, self._here.name, conversation, typing)

    async def _announce(self) -> None:
        async with self._telling:
            await self._in_database(_announce, self._here)

    async def _stay_announced(self) -> None:
        """Others forget who is not announced again."""
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._announcing.wait(), SECONDS_BETWEEN_ANNOUNCEMENTS)
            self._announcing.clear()
            await self._carefully(self._announce_again)

    async def _announce_again(self) -> None:
        await self._in_database(_still_signed_in, self._token)
        if self._has_stopped_typing:
            self._has_stopped_typing = False
            return await self._tell_typing(on=False)
        await self._announce()

    async def _say_goodbye(self) -> None:
        gone = self._here.as_news() | {"gone": True}
        await self._carefully(lambda: self._in_database(notify.tell_presence, gone))

    async def _send_news(self) -> None:
        while True:
            await self._woken.wait()
            await asyncio.sleep(_SECONDS_TO_GATHER)
            self._woken.clear()
            try:
                await self._tell_news()
            except StaffSessionEnded as ended:
                return await self.close(_SESSION_ENDED, ended.code)
            except ConnectionError:
                return None  # the page is gone; the reading side ends by itself
            except Exception as error:
                self._report(error)
                await asyncio.sleep(_SECONDS_BETWEEN_ATTEMPTS)
                self._woken.set()

    async def _tell_news(self) -> None:
        await self._in_database(_still_signed_in, self._token)
        changed, self._changed = self._changed, set()
        everything, self._everything = self._everything, False
        told, self._told = self._told, []
        people_due, self._people_due = self._people_due, False
        if changed or everything:
            await self._say(frames.changed(changed, everything=everything))
        for news in told:
            await self._say(await self._in_database(_in_words, news))
        if people_due:
            people = self._app[DESK_HUB].presence.everywhere(besides=self.staff_id)
            await self._say(frames.presence(people))

    async def _say(self, frame: dict[str, Any]) -> None:
        if not self._socket.closed:
            await self._socket.send_json(frame)

    async def _in_database[**P, T](
        self, question: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        return await in_database(self._app, question, *args, **kwargs)

    async def _carefully(self, work: Callable[[], Coroutine[Any, Any, Any]]) -> None:
        try:
            await work()
        except StaffSessionEnded as ended:
            await self.close(_SESSION_ENDED, ended.code)
        except Exception as error:
            self._report(error)

    def _report(self, error: Exception) -> None:
        if not is_outage(error):
            _log.exception("a page of the desk failed")


def _still_signed_in(session: Session, token: str) -> None:
    """Asked on every frame: a session can end while the socket is open. Raises StaffSessionEnded."""
    member = sessions.find_member(session, token)
    if member is None or member.owes_code:
        raise StaffSessionEnded("This session has ended.")


def _followed(session: Session, conversation: UUID) -> UUID | None:
    try:
        return lookup.conversation(session, conversation).id
    except ConversationUnknown:
        return None


def _announce(session: Session, here: Watching) -> None:
    notify.tell_presence(session, here.as_news())


def _ask_who_is_there(session: Session) -> None:
    notify.tell_presence(session, {"kind": "presence_wanted"})


def _types(session: Session, here: Watching, *, on: bool) -> None:
    """To the team, and to the brand where this person answers it."""
    assert here.conversation is not None
    notify.tell_presence(session, here.as_news())
    staff = session.get_one(Staff, UUID(here.staff_id))
    ownership.agent_types(session, here.conversation, staff, on=on)


def _in_words(session: Session, news: dict[str, Any]) -> dict[str, Any]:
    by = session.get(Staff, UUID(news["by"]))
    return frames.told(str(news["what"]), UUID(news["conversation"]), by.name if by else "")
