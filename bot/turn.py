"""A turn is a transaction: tracker, changes of actions and replies are committed together or not at all."""

import logging
from time import monotonic
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.exc import DBAPIError

from bot.brain import Brain
from conversations import spans, turns
from conversations.turns import DueTurn
from onboarding.database import SessionFactory

_log = logging.getLogger(__name__)


async def take_turns(
    brain: Brain, sessions: SessionFactory, conversation_id: UUID, up_to: int, zone: ZoneInfo | None = None
) -> None:
    """Answers what is due up to a message, one message after another."""
    answered: int | None = 0
    while answered is not None and answered < up_to:
        answered = await take_turn(brain, sessions, conversation_id, up_to, zone)


async def take_turn(
    brain: Brain, sessions: SessionFactory, conversation_id: UUID, up_to: int, zone: ZoneInfo | None = None
) -> int | None:
    """Answers the oldest due message; returns its seq, or None when there was none.

    Raises when the database is lost.
    """
    with sessions() as session:
        with spans.span(spans.READ):
            turn = turns.next_due(session, conversation_id, up_to)
        if turn is None:
            return None
        started = monotonic()
        try:
            thought = await brain.think(session, turn, zone)
        except Exception as error:
            session.rollback()
            if lost_database(error):
                raise
            # The message's text stays out of the log.
            _log.exception("turn %s of conversation %s failed", turn.seq, turn.conversation_id)
            apologise(sessions, turn)
            return turn.seq
        trace = thought.trace | {"milliseconds": round((monotonic() - started) * 1000, 1)}
        with spans.span(spans.WRITE):
            answered = turns.answer(session, turn, thought.replies, trace)
            if answered:
                session.commit()
        if answered:
            return turn.seq
        session.rollback()
        turns.suggest(session, turn, thought.replies)
        session.commit()
        return turn.seq


def apologise(sessions: SessionFactory, turn: DueTurn) -> None:
    """In a transaction of its own, since the turn's is lost."""
    with sessions.begin() as session:
        turns.apologise(session, turn)


def lost_database(error: BaseException) -> bool:
    return isinstance(error, DBAPIError) and error.connection_invalidated
