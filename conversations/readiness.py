"""Whether the assistant can answer yet, as the chat shows it."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from conversations import notify
from conversations.models import AssistantState

# Class of the advisory locks by which workers show that they live.
WORKER_LOCK_CLASS = 20201
READY = "ready"
TRAINING = "training"
STARTING = "starting"
_THE_STATE = 1

_LIVE_WORKERS = text(
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = :class "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


@dataclass(frozen=True)
class Phase:
    name: str
    detail: str = ""


def assistant_phase(session: Session) -> Phase:
    if session.scalar(_LIVE_WORKERS, {"class": WORKER_LOCK_CLASS}):
        return Phase(READY)
    state = session.get(AssistantState, _THE_STATE)
    return Phase(state.phase, state.detail) if state else Phase(STARTING)


def announce(session: Session, phase: str, detail: str = "") -> None:
    """Tells the site how far the start is; `detail` is shown to people."""
    session.merge(AssistantState(id=_THE_STATE, phase=phase, detail=detail))
    notify.tell_assistant(session)
