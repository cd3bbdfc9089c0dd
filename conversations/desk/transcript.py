"""A conversation as an agent reads it: what was said, what the assistant understood, and why a person is called."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from conversations import handoff_history, lookup
from conversations.channels import callers, guides
from conversations.channels.callers import Caller
from conversations.channels.names import ChannelKind
from conversations.desk import notes, undelivered
from conversations.desk.notes import NoteView
from conversations.desk.undelivered import SentOn
from conversations.messages import NOTICES
from conversations.models import Conversation, Handoff, Message, Suggestion, Ticket
from conversations.names import HandoffReason, Owner, Speaker
from onboarding.models import Contact, Staff

_MOST = 300
_TOPICS_IN_SHORT = 4
_NO_TOPIC = frozenset(
    (
        "affirm",
        "bot_challenge",
        "chitchat",
        "deny",
        "goodbye",
        "greet",
        "nlu_fallback",
        "out_of_scope",
        "thanks",
    )
)
_ASKS_FOR_PERSON = "handoff_human"


@dataclass(frozen=True)
class Guess:
    """What a message may have meant, and how sure the assistant was (0 to 1)."""

    intent: str
    confidence: float


@dataclass(frozen=True)
class Understood:
    """Why the assistant answered so."""

    meant: Guess
    runner_up: Guess | None
    actions: list[str]
    policies: list[str]
    milliseconds: float | None


@dataclass(frozen=True)
class Said:
    """`name` is of the person of the staff who wrote it; `came_on` is the channel on which the brand did, none on the
    website; `sent_on` is how it got to the brand, none on the website. `is_told` is what was told to the brand unasked.
    """

    seq: int
    speaker: Speaker
    text: str
    at: datetime
    staff_id: UUID | None
    name: str | None
    understood: Understood | None
    pressed: bool
    came_on: str | None
    sent_on: SentOn | None
    is_told: bool


@dataclass(frozen=True)
class Gist:
    """What to know before reading: the last question, why a person is called, what was dealt with."""

    asks: str | None
    reason: HandoffReason | None
    detail: str | None
    asked_at: datetime | None
    topics: list[str]
    summary: str | None


@dataclass(frozen=True)
class LateAnswer:
    id: int
    text: str
    at: datetime


@dataclass(frozen=True)
class Transcript:
    """`entries` are messages and notes in order; `earlier` is whether older messages are left out; `caller` is how
    somebody on a channel calls themself.
    """

    conversation: Conversation
    owner: Owner
    contact: Contact | None
    caller: Caller | None
    staff_name: str | None
    handoff: Handoff | None
    past: list[Handoff]
    tickets: list[Ticket]
    joined_at: list[datetime]
    entries: list[Said | NoteView]
    earlier: bool
    gist: Gist
    late_answers: list[LateAnswer]

    @property
    def last_seq(self) -> int:
        return self.conversation.last_seq


def transcript(session: Session, conversation_id: UUID) -> Transcript:
    """Raises ConversationUnknown."""
    conversation = lookup.conversation(session, conversation_id)
    said = _said(session, conversation)
    handoffs = handoff_history.handoffs_of(session, conversation)
    running = next((one for one in handoffs if one.ended_at is None), None)
    past = [one for one in handoffs if one is not running]
    return Transcript(
        conversation=conversation,
        owner=Owner(conversation.owner),
        contact=session.get(Contact, conversation.contact_id) if conversation.contact_id else None,
        caller=callers.caller(session, conversation),
        staff_name=_name(session, conversation.staff_id),
        handoff=running,
        past=past,
        tickets=_tickets(session, conversation),
        joined_at=_joined_at(session, conversation),
        entries=_merged(said, notes.of_conversation(session, conversation.id)),
        earlier=bool(said) and said[0].seq > 1,
        gist=_gist(said, running, past),
        late_answers=_late_answers(session, conversation, said),
    )


def _said(session: Session, conversation: Conversation) -> list[Said]:
    rows = session.execute(
        select(Message, Staff.name)
        .outerjoin(Staff, Staff.id == Message.staff_id)
        .where(Message.conversation_id == conversation.id)
        .order_by(Message.seq.desc())
        .limit(_MOST)
    ).all()
    sent_on = undelivered.of_messages(session, [message.id for message, _ in rows])
    return [
        Said(
            seq=message.seq,
            speaker=Speaker(message.speaker),
            text=message.text,
            at=message.at,
            staff_id=message.staff_id,
            name=name,
            understood=understood(message.trace),
            pressed=message.button is not None,
            came_on=_channel(message) if message.speaker == Speaker.BRAND.value else None,
            sent_on=sent_on.get(message.id),
            is_told=message.speaker == Speaker.NOTICE.value and message.channel != NOTICES,
        )
        for message, name in reversed(rows)
    ]


def _channel(message: Message) -> str | None:
    is_channel = message.channel in list(ChannelKind)
    return guides.guide(ChannelKind(message.channel)).public_name if is_channel else None


def understood(trace: dict[str, Any] | None) -> Understood | None:
    """None for what no message was understood for."""
    intents = (trace or {}).get("intents") or []
    if trace is None or not intents:
        return None
    actions = trace.get("actions") or []
    guesses = [Guess(one["name"], float(one["confidence"])) for one in intents]
    return Understood(
        meant=guesses[0],
        runner_up=guesses[1] if len(guesses) > 1 else None,
        actions=[one["name"] for one in actions],
        policies=list(dict.fromkeys(one["policy"] for one in actions if one.get("policy"))),
        milliseconds=trace.get("milliseconds"),
    )


def _merged(said: list[Said], written: list[NoteView]) -> list[Said | NoteView]:
    """Each note below the message after which it was written."""
    entries: list[tuple[int, int, int, Said | NoteView]] = [(one.seq, 0, 0, one) for one in said]
    entries += [(note.after_seq, 1, place, note) for place, note in enumerate(written)]
    return [entry for *_, entry in sorted(entries, key=lambda one: one[:3])]


def _gist(said: list[Said], running: Handoff | None, past: list[Handoff]) -> Gist:
    answered = [one for one in said if one.understood]
    return Gist(
        asks=_asks(said),
        reason=running.reason if running else None,
        detail=running.detail if running else None,
        asked_at=running.asked_at if running else None,
        topics=_topics(answered),
        summary=next((one.summary for one in past if one.summary), None),
    )


def _asks(said: list[Said]) -> str | None:
    """The last thing that the brand wrote which is more than the wish for a person."""
    asked_for_person = _answered_by(said, _ASKS_FOR_PERSON)
    own = [one for one in said if one.speaker is Speaker.BRAND]
    about = [one for one in own if one.seq not in asked_for_person and len(one.text.split()) > 1]
    chosen = (about or own)[-1:]
    return chosen[0].text if chosen else None


def _answered_by(said: list[Said], intent: str) -> set[int]:
    """The brand's messages that were taken for that: each the last one before its answer."""
    found: set[int] = set()
    asked = 0
    for one in said:
        if one.speaker is Speaker.BRAND:
            asked = one.seq
        elif one.understood and one.understood.meant.intent == intent:
            found.add(asked)
    return found


def _topics(answered: Iterable[Said]) -> list[str]:
    intents = [one.understood.meant.intent for one in answered if one.understood]
    about = [intent for intent in intents if intent not in _NO_TOPIC and intent != _ASKS_FOR_PERSON]
    return list(dict.fromkeys(reversed(about)))[:_TOPICS_IN_SHORT][::-1]


def _tickets(session: Session, conversation: Conversation) -> list[Ticket]:
    return list(
        session.scalars(
            select(Ticket).where(Ticket.conversation_id == conversation.id).order_by(Ticket.id.desc())
        )
    )


def _joined_at(session: Session, conversation: Conversation) -> list[datetime]:
    """When those conversations began that were joined with this one."""
    return list(
        session.scalars(
            select(Conversation.created_at)
            .where(Conversation.merged_into == conversation.id, Conversation.last_seq > 0)
            .order_by(Conversation.created_at)
        )
    )


def _late_answers(session: Session, conversation: Conversation, said: list[Said]) -> list[LateAnswer]:
    """Those to what nobody of the team has replied to yet, the newest first."""
    replied = max((one.seq for one in said if one.speaker is Speaker.PERSON), default=0)
    rows = session.scalars(
        select(Suggestion)
        .where(Suggestion.conversation_id == conversation.id, Suggestion.answers > replied)
        .order_by(Suggestion.id.desc())
    )
    return [LateAnswer(row.id, row.text, row.at) for row in rows]


def _name(session: Session, staff_id: UUID | None) -> str | None:
    return session.scalar(select(Staff.name).where(Staff.id == staff_id)) if staff_id else None
