"""The trained assistant, in process: a message in, replies out, nothing committed."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rasa.core.channels.channel import UserMessage
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import ActionExecuted
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.orm import Session

from bot import rasa_speedups
from bot.in_process import RepliesChannel
from bot.processor import TurnProcessor
from conversations import context
from conversations.messages import Reply
from conversations.turns import DueTurn
from onboarding.knowledge import articles
from onboarding.programme import programme

_INTENTS_IN_TRACE = 3
_NOTHING_LEFT = "?"


class TurnFailed(Exception):
    """The assistant has no answer to show: nothing was said."""


@dataclass(frozen=True)
class Thought:
    replies: list[Reply]
    trace: dict[str, Any]


class Brain:
    def __init__(self, processor: TurnProcessor) -> None:
        self._processor = processor

    @classmethod
    def load(cls, model: Path) -> "Brain":
        rasa_speedups.apply()
        return cls(TurnProcessor(model))

    async def think(self, session: Session, turn: DueTurn, zone: ZoneInfo | None = None) -> Thought:
        """Runs one turn in the caller's transaction; raises TurnFailed or what broke in an action."""
        channel = RepliesChannel()
        with context.binding(session, zone, turn.channel):
            await self._processor.handle_message(
                UserMessage(_without_payload_sign(turn), channel, turn.sender_id)
            )
        replies = channel.replies()
        saved = self._processor.tracker_store.saved
        if not replies or saved is None:
            raise TurnFailed("The assistant said nothing.")
        return Thought(replies, _trace(saved))

    async def warm_up(self) -> None:
        """Does once what the first message would otherwise wait for."""
        programme()
        articles()
        await self.parse("hello")

    async def parse(self, text: str) -> dict[str, Any]:
        """Intent, ranking and entities of a text."""
        return await self._processor.parse_message(UserMessage(_neutralised(text), RepliesChannel(), "parse"))


def _without_payload_sign(turn: DueTurn) -> str:
    """Only what a button of ours carries may be an intent payload; what people type never is."""
    return turn.button if turn.button is not None else _neutralised(turn.text)


def _neutralised(text: str) -> str:
    return text.lstrip("/ \t\r\n\u00a0\u200b") or _NOTHING_LEFT


def _trace(tracker: DialogueStateTracker) -> dict[str, Any]:
    """Why this answer: what was understood, and which actions followed by which policy."""
    heard = tracker.latest_message
    acted = [event for event in _events_of_turn(tracker) if isinstance(event, ActionExecuted)]
    return {
        "intents": _intents(tracker)[:_INTENTS_IN_TRACE] if heard else [],
        "entities": [
            {"entity": found["entity"], "value": found["value"]}
            for found in (heard.entities if heard else [])
        ],
        "actions": [
            {"name": event.action_name, "policy": event.policy}
            for event in acted
            if event.action_name != ACTION_LISTEN_NAME
        ],
    }


def _intents(tracker: DialogueStateTracker) -> list[dict[str, Any]]:
    """What the message was taken for in the end, then what else it may have meant."""
    heard = tracker.latest_message
    ranking = heard.parse_data.get("intent_ranking") or [heard.intent]
    shares = {guess["name"]: round(float(guess["confidence"]), 4) for guess in ranking}
    meant = tracker.get_slot("meant") or []
    return [{"name": name, "confidence": shares.get(name, 1.0)} for name in dict.fromkeys([*meant, *shares])]


def _events_of_turn(tracker: DialogueStateTracker) -> list[Any]:
    events = list(tracker.events)
    for place in range(len(events) - 1, -1, -1):
        if events[place].type_name == "user":
            return events[place:]
    return events
