"""Rasa's memory in our database, inside the turn's transaction, and never longer than a turn needs."""

from typing import Any
from uuid import UUID

from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.events import ActionExecuted, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from conversations import spans
from conversations.context import bound_session
from conversations.models import Tracker

# Rasa's cost of a turn grows with the events it replays.
_MOST_IDLE_EVENTS = 16
_TURNS_KEPT = 2

_READ = (
    select(Tracker.events)
    .where(Tracker.conversation_id == bindparam("conversation"), Tracker.stretch == bindparam("of_stretch"))
    .with_for_update()
)
_INSERT = insert(Tracker)
_WRITE = _INSERT.on_conflict_do_update(
    index_elements=["conversation_id", "stretch"], set_={"events": _INSERT.excluded.events}
)


class TurnTrackerStore(TrackerStore):
    """Senders are `<conversation uuid>:<stretch>`; saving is committed or dropped with the turn.

    `saved` is the tracker as the newest turn of this process left it.
    """

    saved: DialogueStateTracker | None = None

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        conversation_id, stretch = _parts(sender_id)
        with spans.span(spans.READ), bound_session() as session:
            events = session.scalar(_READ, {"conversation": conversation_id, "of_stretch": stretch})
            if events is None:
                return None
            return DialogueStateTracker.from_dict(sender_id, events, self.domain.slots)

    async def save(self, tracker: DialogueStateTracker) -> None:
        self.saved = tracker
        with spans.span(spans.WRITE):
            self._write(tracker)

    def _write(self, tracker: DialogueStateTracker) -> None:
        conversation_id, stretch = _parts(tracker.sender_id)
        events = [event.as_dict() for event in compacted(tracker)]
        row: dict[str, Any] = {
            "conversation_id": conversation_id, "stretch": stretch, "events": events,
        }  # fmt: skip
        with bound_session() as session:
            session.connection().execute(_WRITE, row)


def compacted(tracker: DialogueStateTracker) -> list[Event]:
    """The events to keep: all while a form is open; else the slots as they are, and the last turns.

    Slots set in the last turns are set again when these are replayed, which ends in the same state.
    """
    events = list(tracker.events)
    if tracker.active_loop_name or len(events) <= _MOST_IDLE_EVENTS:
        return events
    beginning = _beginning_of_last_turns(events)
    if beginning == 0:
        return events
    slots = [
        SlotSet(name, slot.value) for name, slot in tracker.slots.items() if slot.value != slot.initial_value
    ]
    start = [ActionExecuted(ACTION_SESSION_START_NAME), SessionStarted()]
    return [*start, *slots, ActionExecuted(ACTION_LISTEN_NAME), *events[beginning:]]


def _beginning_of_last_turns(events: list[Event]) -> int:
    utterances = [place for place, event in enumerate(events) if isinstance(event, UserUttered)]
    return utterances[-_TURNS_KEPT] if len(utterances) > _TURNS_KEPT else 0


def _parts(sender_id: str) -> tuple[UUID, int]:
    conversation_id, _, stretch = sender_id.partition(":")
    return UUID(conversation_id), int(stretch)
