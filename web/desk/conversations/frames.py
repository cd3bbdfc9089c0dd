"""The frames of the desk's socket: what an agent's page may say, and what it hears.

It hears only what to read again: the pages themselves, with their policies, say what is new.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from onboarding import strangers_json
from onboarding.errors import DomainError
from web.desk.conversations.watching import Seen

LARGEST_FRAME = 1024


class FrameInvalid(DomainError):
    code = "frame_invalid"
    what_to_do = "Reload the page."


@dataclass(frozen=True)
class Watch:
    """Which conversation is shown beside the queue; None for none."""

    conversation: UUID | None


@dataclass(frozen=True)
class Typing:
    """In the reply, never in a note."""


@dataclass(frozen=True)
class Ping:
    pass


Frame = Watch | Typing | Ping


def parse(text: str) -> Frame:
    """Raises FrameInvalid; nothing of what a browser sends is used unchecked."""
    try:
        frame = strangers_json.parsed(text)
    except ValueError:
        raise FrameInvalid("The frame is not JSON.") from None
    match frame:
        case {"type": "watch", "conversation": None}:
            return Watch(None)
        case {"type": "watch", "conversation": str(conversation)}:
            return Watch(_uuid(conversation))
        case {"type": "typing"}:
            return Typing()
        case {"type": "ping"}:
            return Ping()
    raise FrameInvalid("The frame is not one of ours.")


def changed(conversations: set[UUID], *, everything: bool) -> dict[str, Any]:
    """`everything` after a reconnect, when nobody knows what was missed."""
    return {
        "type": "changed",
        "everything": everything,
        "conversations": sorted(str(one) for one in conversations),
    }


def told(what: str, conversation: UUID, by: str) -> dict[str, Any]:
    """`what` is taken_over or transferred."""
    return {"type": "told", "what": what, "conversation": str(conversation), "by": by}


def presence(people: dict[UUID, list[Seen]]) -> dict[str, Any]:
    return {
        "type": "presence",
        "people": {
            str(place): [{"name": seen.name, "typing": seen.typing} for seen in there]
            for place, there in people.items()
        },
    }


def pong() -> dict[str, Any]:
    return {"type": "pong"}


def refusal(error: DomainError) -> dict[str, Any]:
    return {"type": "error", "code": error.code, "text": f"{error} {error.what_to_do}"}


def later(seconds: int) -> dict[str, Any]:
    return {"type": "error", "code": "slow_down", "retry_after": seconds}


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise FrameInvalid("The conversation is not named as ours are.") from None
