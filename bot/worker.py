"""The worker process: takes turn jobs, one at a time, off the loop that shows that it lives."""

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Coroutine
from typing import Any
from uuid import UUID

import psycopg
from procrastinate import App, JobContext, PsycopgConnector, RetryStrategy
from procrastinate.exceptions import ConnectorException
from sqlalchemy.exc import DBAPIError

from bot.brain import Brain
from bot.living_worker import LivingWorker
from bot.turn import suggest_answer, take_turns
from conversations import jobs, spans, turns
from conversations.spans import Carrier
from onboarding.database import SessionFactory

_log = logging.getLogger(__name__)

SECONDS_FOR_A_TURN = 8.0
_SECONDS_TO_LET_GO = 4.0
_LIVES_A_JOB_MAY_COST = 3
_SECONDS_BETWEEN_ATTEMPTS_TO_CONNECT = 0.2
_STUCK = 70

# The queue keeps its own books; losing the last half second of them only makes a job run again.
_BOOKKEEPING = {"options": "-c synchronous_commit=off"}


class TurnThread:
    """An event loop of its own, so that a busy turn never stops the worker's signs of life."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="turns", daemon=True).start()

    def start(self, turn: Coroutine[Any, Any, None]) -> asyncio.Future[None]:
        return asyncio.wrap_future(asyncio.run_coroutine_threadsafe(turn, self._loop))


class TurnWorker:
    def __init__(self, brain: Brain, sessions: SessionFactory, database_url: str) -> None:
        self._brain = brain
        self._sessions = sessions
        self._database_url = database_url
        self._thread = TurnThread()
        self._stopping = False
        self._worker: LivingWorker | None = None

    async def run(self) -> None:
        """Works until told to stop, and begins anew when PostgreSQL was away."""
        loop = asyncio.get_running_loop()
        for stop_signal in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(stop_signal, self._stop)
        while not self._stopping:
            try:
                await self._work()
            except (ConnectorException, psycopg.Error, DBAPIError, OSError) as error:
                _log.warning("worker lost the database (%s), connecting again", type(error).__name__)
            if not self._stopping:
                await asyncio.sleep(_SECONDS_BETWEEN_ATTEMPTS_TO_CONNECT)

    def _stop(self) -> None:
        self._stopping = True
        if self._worker is not None:
            self._worker.stop()

    async def _work(self) -> None:
        connector = PsycopgConnector(
            conninfo=self._database_url, kwargs=_BOOKKEEPING, min_size=1, max_size=3, timeout=3
        )
        app = App(connector=connector)
        app.task(
            name=jobs.ANSWER,
            queue=jobs.TURNS,
            pass_context=True,
            retry=RetryStrategy(retry_exceptions={DBAPIError, psycopg.Error}),
        )(self._answer)
        app.task(name=jobs.SUGGEST, queue=jobs.TURNS)(self._suggest)
        async with app.open_async():
            self._worker = LivingWorker(app, self._database_url)
            await self._worker.run()

    async def _answer(
        self, context: JobContext, conversation_id: str, seq: int, trace: Carrier | None = None
    ) -> None:
        spans.waited(spans.WAIT, trace)
        with spans.continued(trace), spans.span(spans.TURN, seq=seq):
            await self._take(context, conversation_id, seq)

    async def _take(self, context: JobContext, conversation_id: str, seq: int) -> None:
        if context.job.attempts >= _LIVES_A_JOB_MAY_COST:
            _log.error("turn %s of conversation %s cost too many workers: set aside", seq, conversation_id)
            await asyncio.to_thread(self._set_aside, UUID(conversation_id), seq)
            return
        turn = self._thread.start(take_turns(self._brain, self._sessions, UUID(conversation_id), seq))
        try:
            await asyncio.wait_for(asyncio.shield(turn), SECONDS_FOR_A_TURN)
        except TimeoutError:
            _log.warning("turn %s of conversation %s took too long", seq, conversation_id)
            turn.cancel()
            await asyncio.to_thread(self._apologise, UUID(conversation_id), seq)
            await self._let_go(turn)

    async def _suggest(self, conversation_id: str, seq: int) -> None:
        thinking = self._thread.start(suggest_answer(self._brain, self._sessions, UUID(conversation_id), seq))
        try:
            await asyncio.wait_for(asyncio.shield(thinking), SECONDS_FOR_A_TURN)
        except TimeoutError:
            _log.warning("a suggestion for conversation %s took too long", conversation_id)
            thinking.cancel()
            await self._let_go(thinking)

    async def _let_go(self, turn: asyncio.Future[None]) -> None:
        """A turn that cannot be stopped holds the only thread: the process ends, and is started anew."""
        await asyncio.wait([turn], timeout=_SECONDS_TO_LET_GO)
        if not turn.done():
            _log.error("a turn hangs for good, the worker ends to be started anew")
            os._exit(_STUCK)

    def _apologise(self, conversation_id: UUID, up_to: int) -> None:
        with self._sessions.begin() as session:
            late = turns.next_due(session, conversation_id, up_to)
            if late is not None:
                turns.apologise(session, late)

    def _set_aside(self, conversation_id: UUID, up_to: int) -> None:
        with self._sessions.begin() as session:
            poison = turns.next_due(session, conversation_id, up_to)
            if poison is not None:
                turns.set_aside(session, poison)
