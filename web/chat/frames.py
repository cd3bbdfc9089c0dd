"""The frames of the chat socket: what a browser may say, and what it hears."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from conversations.messages import ButtonRef, MessageView, as_json
from conversations.readiness import Phase
from conversations.standing import Standing
from onboarding import strangers_json
from onboarding.errors import DomainError

# 2,000 characters, each escaped as two surrogates of six bytes, with their frame around them.
LARGEST_FRAME = 28 * 1024
_LONGEST_CID = 64
_ROLES = {"brand": "user", "assistant": "bot"}


class FrameInvalid(DomainError):
    code = "frame_invalid"
    what_to_do = "Reload the page and send it again."


@dataclass(frozen=True)
class Hello:
    """`who` and `conversation` are those that the page shows; None where it shows none yet."""

    after: int
    who: str | None
    conversation: str | None


@dataclass(frozen=True)
class Ping:
    pass


@dataclass(frozen=True)
class Said:
    cid: str
    text: str
    button: ButtonRef | None


@dataclass(frozen=True)
class NeverMind:
    pass


@dataclass(frozen=True)
class Rated:
    stars: int
    comment: str


Frame = Hello | Ping | Said | NeverMind | Rated


def decoded(text: str) -> Any:
    """Raises FrameInvalid."""
    try:
        return strangers_json.parsed(text)
    except ValueError:
        raise FrameInvalid("The frame is not JSON.") from None


def cid_of(frame: Any) -> str | None:
    """By which the browser knows what a refusal is about, also of a frame that is not as it should be."""
    match frame:
        case {"cid": str(cid)} if 0 < len(cid) <= _LONGEST_CID and cid.isprintable():
            return cid
    return None


def parse(frame: Any) -> Frame:
    """Raises FrameInvalid; nothing of what a browser sends is used unchecked."""
    match frame:
        case {"type": "hello"}:
            return Hello(
                _whole(frame.get("after", 0)), _name(frame.get("who")), _name(frame.get("conversation"))
            )
        case {"type": "ping"}:
            return Ping()
        case {"type": "never_mind"}:
            return NeverMind()
        case {"type": "rate", "comment": str(comment)}:
            return Rated(_whole(frame.get("stars")), comment.replace("\x00", ""))
        case {"type": "msg", "text": str(said)} if cid := cid_of(frame):
            return Said(cid, said.replace("\x00", ""), _button(frame.get("button")))
    raise FrameInvalid("The frame is not one of ours.")


def _button(found: Any) -> ButtonRef | None:
    if found is None:
        return None
    if not isinstance(found, dict):
        raise FrameInvalid("The button is not one of ours.")
    return ButtonRef(seq=_whole(found.get("seq")), index=_whole(found.get("index")))


def _name(found: Any) -> str | None:
    return found if isinstance(found, str) else None


def _whole(found: Any) -> int:
    # Within PostgreSQL's integer; True is an int to Python.
    if isinstance(found, bool) or not isinstance(found, int) or not 0 <= found < 2**31:
        raise FrameInvalid("A number is missing.")
    return found


def message(view: MessageView) -> dict[str, Any]:
    found = as_json(view)
    item = {"type": "msg", **found, "role": _ROLES.get(found["role"], found["role"])}
    return {name: value for name, value in item.items() if value not in (None, [], "")}


def history(
    conversation_id: UUID, views: list[MessageView], standing: Standing, phase: Phase
) -> dict[str, Any]:
    """By the conversation a page knows whether its numbers are those of what it has shown so far."""
    items = [message(view) for view in views]
    return {**state(standing, phase), "type": "history", "conversation": str(conversation_id), "items": items}


def state(standing: Standing, phase: Phase) -> dict[str, Any]:
    """The whole of it each time, so that nothing is left of a state that is over."""
    waiting = standing.waiting
    return {
        "type": "state",
        "owner": standing.owner.value,
        "person": standing.person,
        "waiting": {"id": waiting.seq, "text": waiting.text} if waiting else None,
        "rating": standing.asks_rating,
        "assistant": {"phase": phase.name, "detail": phase.detail},
    }


def typing(on: bool) -> dict[str, Any]:
    return {"type": "typing", "on": on}


def ack(cid: str, seq: int) -> dict[str, Any]:
    return {"type": "ack", "cid": cid, "id": seq}


def refusal(error: DomainError, cid: str | None) -> dict[str, Any]:
    return {"type": "error", "cid": cid, "code": error.code, "text": f"{error} {error.what_to_do}"}


def later(code: str, text: str, cid: str | None, seconds: int) -> dict[str, Any]:
    """A refusal that passes: the browser keeps the message and sends it again."""
    return {"type": "error", "cid": cid, "code": code, "text": text, "retry_after": seconds}
