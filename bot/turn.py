"""A turn is a transaction: tracker, changes of actions and replies are committed together or not at all."""

import logging
from time import monotonic
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy.exc import DBAPIError

from bot.brain import Brain
from conversations import lookup, messages, spans, turns
from conversations.desk import suggesting
from conversations.messages import Inbound
from conversations.turns import DueTurn
from onboarding.database import SessionFactory

_log = logging.getLogger(__name__)

_REHEARSED = ("hello", "which documents do we need?", "how much have we sold so far?", "are you a robot?")
_REHEARSALS = 4


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


async def suggest_answer(brain: Brain, sessions: SessionFactory, conversation_id: UUID, seq: int) -> None:
    """What the assistant would say is kept for the person who asked; all else that it did is undone."""
    with sessions() as session:
        turn = suggesting.turn_to_suggest(session, conversation_id, seq)
        if turn is None:
            return
        try:
            thought = await brain.think(session, turn)
        except Exception as error:
            session.rollback()
            if lost_database(error):
                raise
            _log.exception("no suggestion for message %s of conversation %s", seq, conversation_id)
            return
        session.rollback()
        turns.suggest(session, turn, thought.replies)
        session.commit()


async def rehearse(brain: Brain, sessions: SessionFactory) -> None:
    """Does, and undoes, what the first messages would otherwise wait for: plans, caches, compiled statements."""
    with sessions() as session:
        conversation = lookup.open_for_visitor(session)
        for text in _REHEARSED * _REHEARSALS:
            inbound = Inbound(conversation.id, turns.ASSISTANT_CHANNEL, uuid4().hex, text)
            seq = messages.receive_in(session, conversation, inbound).seq
            turn = turns.next_due(session, conversation.id, seq)
            assert turn is not None
            thought = await brain.think(session, turn)
            turns.answer(session, turn, thought.replies, thought.trace)
        session.rollback()


def apologise(sessions: SessionFactory, turn: DueTurn) -> None:
    """In a transaction of its own, since the turn's is lost."""
    with sessions.begin() as session:
        turns.apologise(session, turn)


def lost_database(error: BaseException) -> bool:
    return isinstance(error, DBAPIError) and error.connection_invalidated
