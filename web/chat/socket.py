"""One open page: what it says is stored, what is new is sent to it, and its session is checked each time."""

import asyncio
import logging
from typing import Any, assert_never

from aiohttp import WSMsgType, web

from conversations import spans
from conversations.messages import MessageView, Receipt
from conversations.names import Owner
from conversations.spans import Carrier
from onboarding.errors import DomainError
from web.chat import access, frames
from web.chat.access import Admitted, SessionEnded
from web.database import in_database, is_outage
from web.keys import HUB
from web.security import limits
from web.security.sessions import SESSION_COOKIE, reader

_log = logging.getLogger(__name__)
_HEARTBEAT_SECONDS = 25
_SECONDS_BETWEEN_ATTEMPTS = 1
_SECONDS_TO_CLOSE = 1
_SESSION_ENDED = 4401
_AWAY = "We cannot store your message just now. It is kept here and sent again."
_AWAY_FOR_THE_REST = "We cannot do that just now. Try it again in a moment."
_TOO_FAST = "You write faster than we can read. Your message is kept and sent in a moment."


async def chat_socket(request: web.Request) -> web.StreamResponse:
    session, token = reader(request).session, SESSION_COOKIE.read(request)
    assert session is not None
    assert token is not None
    return await serve(request, token, session.key_hash)


async def serve(
    request: web.Request, token: str, session_key: str, protocols: tuple[str, ...] = ()
) -> web.StreamResponse:
    """For a session that has been looked at."""
    if not request.app[HUB].has_room(session_key):
        raise limits.TooMany(30)
    try:
        admitted = await in_database(request.app, access.admitted, token)
    except SessionEnded:
        raise web.HTTPForbidden from None
    socket = web.WebSocketResponse(
        heartbeat=_HEARTBEAT_SECONDS,
        timeout=_SECONDS_TO_CLOSE,
        max_msg_size=frames.LARGEST_FRAME,
        compress=False,
        protocols=protocols,
    )
    await socket.prepare(request)
    await OpenPage(request, socket, token, session_key, admitted).serve()
    return socket


class OpenPage:
    """Implements web.chat.hub.Listener."""

    def __init__(
        self,
        request: web.Request,
        socket: web.WebSocketResponse,
        token: str,
        session_key: str,
        admitted: Admitted,
    ) -> None:
        self.session_key = session_key
        self.conversation_id = admitted.conversation_id
        self._who = admitted.who
        self._app = request.app
        self._address = limits.address_of(request)
        self._limits = request.app[limits.CHAT_LIMITS]
        self._socket = socket
        self._token = token
        self._last: int | None = None  # nothing is sent before the page said hello
        self._woken = asyncio.Event()
        self._reading = asyncio.Lock()
        self._state_due = False
        self._read_due = False
        self._newest = 0
        self._typing = False
        self._person_types: bool | None = None
        self.waits = False
        self._trace: Carrier | None = None

    async def serve(self) -> None:
        hub = self._app[HUB]
        hub.join(self)
        sending = asyncio.create_task(self._send_news())
        try:
            async for incoming in self._socket:
                if incoming.type is WSMsgType.TEXT:
                    await self._hear(incoming.data)
        finally:
            hub.leave(self)
            sending.cancel()

    def wake(self, *, state: bool, seq: int | None = None, trace: Carrier | None = None) -> None:
        self._trace = trace
        self._state_due = self._state_due or state
        self._read_due = self._read_due or seq is None
        self._newest = max(self._newest, seq or 0)
        self._woken.set()

    def hear_typing(self, *, on: bool) -> None:
        self._person_types = on
        self._woken.set()

    async def close(self, code: int, reason: str) -> None:
        await self._socket.close(code=code, message=reason.encode())

    async def _hear(self, text: str) -> None:
        cid = None
        try:
            frame = frames.decoded(text)
            cid = frames.cid_of(frame)
            limits.hit(self._app, self._limits.frames, self.session_key)
            await self._do(frames.parse(frame))
        except limits.TooMany as refused:
            await self._say(frames.later("slow_down", _TOO_FAST, cid, refused.seconds))
        except SessionEnded as ended:
            await self.close(_SESSION_ENDED, ended.code)
        except DomainError as refused:
            await self._say(frames.refusal(refused, cid))
        except Exception as error:
            await self._report(error, cid)

    async def _do(self, frame: frames.Frame) -> None:
        match frame:
            case frames.Hello():
                await self._greet(frame)
            case frames.Ping():
                self.wake(state=True)
            case frames.Said():
                await self._store(frame)
            case frames.NeverMind():
                await in_database(self._app, access.no_longer_wait, self._token, self.conversation_id)
            case frames.Rated():
                await in_database(self._app, access.rate, self._token, self.conversation_id, frame)
            case _:
                assert_never(frame)

    async def _greet(self, hello: frames.Hello) -> None:
        if hello.who not in (None, self._who):
            raise SessionEnded("Somebody else has signed in.")
        is_another = hello.conversation not in (None, str(self.conversation_id))
        async with self._reading:
            await self._tell_history(0 if is_another else hello.after)
        self.wake(state=False)  # for what was stored while the past was being read

    async def _tell_history(self, after: int) -> None:
        news = await in_database(
            self._app, access.news, self._token, self.conversation_id, after, with_state=True
        )
        assert news.phase is not None
        assert news.standing is not None
        self.waits = news.standing.owner is Owner.WAITING
        await self._say(frames.history(self.conversation_id, news.messages, news.standing, news.phase))
        self._last = news.messages[-1].seq if news.messages else after
        self._typing = False
        await self._show_typing(news.answering)

    async def _store(self, said: frames.Said) -> None:
        limits.hit(self._app, self._limits.messages, self.session_key)
        limits.hit(self._app, self._limits.messages_per_address, self._address)
        # Its own announcement may be here before it returns: what was stored is shown before anything is read,
        # and each message once, though the page's own and what is read from the log come by two ways.
        async with self._reading:
            with spans.span(spans.RECEIVE):
                receipt = await in_database(self._app, access.store, self._token, self.conversation_id, said)
            await self._acknowledge(said, receipt)

    async def _acknowledge(self, said: frames.Said, receipt: Receipt) -> None:
        """Shows what was stored without reading it again, unless something else came before it."""
        _log.info("message %s of conversation %s stored", receipt.seq, receipt.conversation_id)
        await self._say(frames.ack(said.cid, receipt.seq))
        if self._last is not None and receipt.seq == self._last + 1:
            await self._show(receipt.message)
            await self._show_typing(receipt.owner in access.ASSISTANT_ANSWERS)

    async def _report(self, error: Exception, cid: str | None) -> None:
        if not is_outage(error):
            _log.exception("a frame of conversation %s failed", self.conversation_id)
        told = _AWAY if cid else _AWAY_FOR_THE_REST
        await self._say(frames.later("away", told, cid, _SECONDS_BETWEEN_ATTEMPTS))

    async def _send_news(self) -> None:
        while True:
            await self._woken.wait()
            self._woken.clear()
            try:
                async with self._reading:
                    await self._catch_up()
            except SessionEnded as ended:
                return await self.close(_SESSION_ENDED, ended.code)
            except ConnectionError:
                return None  # the page is gone; the reading side ends by itself
            except Exception as error:
                await self._try_again(error)

    async def _catch_up(self) -> None:
        await self._show_person_typing()
        if self._last is None or not (self._read_due or self._state_due or self._newest > self._last):
            return
        state_due, self._state_due, self._read_due = self._state_due, False, False
        with spans.continued(self._trace), spans.span(spans.DELIVER):
            await self._tell_news(self._last, state_due)

    async def _tell_news(self, after: int, state_due: bool) -> None:
        news = await in_database(
            self._app, access.news, self._token, self.conversation_id, after, with_state=state_due
        )
        for view in news.messages:
            await self._show(view)
        if news.standing is not None and news.phase is not None:
            self.waits = news.standing.owner is Owner.WAITING
            await self._say(frames.state(news.standing, news.phase))
        await self._show_typing(news.answering)

    async def _show(self, view: MessageView) -> None:
        self._last = view.seq
        await self._say(frames.message(view))

    async def _show_typing(self, on: bool) -> None:
        if on != self._typing:
            self._typing = on
            await self._say(frames.typing(on))

    async def _show_person_typing(self) -> None:
        """Each time anew: the page forgets it by itself, should nobody say that it is over."""
        on, self._person_types = self._person_types, None
        if on is not None and self._last is not None:
            await self._say(frames.typing(on))

    async def _try_again(self, error: Exception) -> None:
        if not is_outage(error):
            _log.exception("news of conversation %s could not be read", self.conversation_id)
        await asyncio.sleep(_SECONDS_BETWEEN_ATTEMPTS)
        self.wake(state=True)

    async def _say(self, frame: dict[str, Any]) -> None:
        if not self._socket.closed:
            await self._socket.send_json(frame)
