"""Where a conversation stands, as the brand sees it: who answers, its place in the queue, whether it may rate."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from conversations.handoff import waiting_line
from conversations.handoff_history import open_handoff
from conversations.models import Conversation
from conversations.names import Owner
from conversations.rating import waits_for_rating
from onboarding.models import Staff


@dataclass(frozen=True)
class WaitingLine:
    """`seq` is that of the notice in which the line stood first."""

    seq: int
    text: str


@dataclass(frozen=True)
class Standing:
    """`person` is the name of who owns the conversation."""

    owner: Owner
    person: str | None = None
    waiting: WaitingLine | None = None
    asks_rating: bool = False


def standing(session: Session, conversation: Conversation) -> Standing:
    owner = Owner(conversation.owner)
    match owner:
        case Owner.PERSON:
            return Standing(owner, person=session.get_one(Staff, conversation.staff_id).name)
        case Owner.WAITING:
            return Standing(owner, waiting=_waiting(session, conversation))
        case Owner.RESOLVED:
            return Standing(owner, asks_rating=waits_for_rating(session, conversation) is not None)
    return Standing(owner)


def _waiting(session: Session, conversation: Conversation) -> WaitingLine | None:
    handoff = open_handoff(session, conversation)
    if handoff is None or handoff.notice_seq is None:
        return None
    return WaitingLine(handoff.notice_seq, waiting_line(session, conversation, handoff))
