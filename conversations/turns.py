"""A turn's frame: what is due, and the one short step that commits an answer or an apology."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from conversations import handoff, lookup, messages, notify, texts, tickets
from conversations.messages import Reply, Written
from conversations.models import Conversation, Message, Suggestion
from conversations.names import HandoffReason, Owner, Speaker
from onboarding import clock
from onboarding.models import Contact

ASSISTANT_CHANNEL = "assistant"
_FAILURES_BEFORE_PERSON = 2
_OWNERS_WHO_LEAVE_IT = [Owner.BOT.value, Owner.WAITING.value]

_ASKED = lookup.beside(
    select(Message.due).where(
        Message.conversation_id == bindparam("conversation"), Message.seq == bindparam("seq")
    ),
    lock=True,
)
# With whom the answer will be about, and the time: the actions of the turn ask for both.
_NEXT_DUE = clock.beside(
    select(Message.seq, Message.text, Message.button, Message.channel, Conversation, Contact)
    .select_from(Message)
    .join(Conversation, Conversation.id == Message.conversation_id)
    .outerjoin(Contact, Contact.id == Conversation.contact_id)
    .where(
        Message.conversation_id == bindparam("conversation"),
        Conversation.owner.in_(_OWNERS_WHO_LEAVE_IT),
        Message.due,
        Message.seq <= bindparam("up_to"),
    )
    .order_by(Message.seq)
    .limit(1)
)


@dataclass(frozen=True)
class DueTurn:
    """One message to answer. `text` is what was typed; `button` what a chosen button of ours carries."""

    conversation_id: UUID
    stretch: int
    seq: int
    text: str
    button: str | None
    channel: str
    # Held, so that asking for them again in the same session costs no query.
    read_beside: tuple[object, ...] = field(default=(), compare=False, repr=False)

    @property
    def sender_id(self) -> str:
        return f"{self.conversation_id}:{self.stretch}"


def next_due(session: Session, conversation_id: UUID, up_to: int) -> DueTurn | None:
    """The oldest message still to be answered; none while a person owns the conversation."""
    row = clock.read_beside(session, _NEXT_DUE, {"conversation": conversation_id, "up_to": up_to})
    if row is None:
        return None
    seq, text, button, channel, conversation, contact, _ = row
    return DueTurn(conversation_id, conversation.stretch, seq, text, button, channel, (conversation, contact))


def answer(session: Session, turn: DueTurn, replies: list[Reply], trace: dict[str, Any]) -> bool:
    """The last step of a turn: False where the answer came too late and is dropped.

    Where a person took over meanwhile, the answer is kept as a suggestion.
    """
    conversation = _still_waiting_for(session, turn)
    if conversation is None:
        return False
    conversation.failures = 0
    _say(session, conversation, turn, replies, trace)
    return True


def apologise(session: Session, turn: DueTurn) -> bool:
    """Says that a turn failed, in other words each time; the second failure in a row calls a person."""
    conversation = _still_waiting_for(session, turn)
    if conversation is None:
        return False
    conversation.failures += 1
    reply = Reply(texts.apology(conversation.apologies), texts.buttons("after_apology"))
    conversation.apologies += 1
    if conversation.failures >= _FAILURES_BEFORE_PERSON:
        reply = Reply(f"{texts.apology(conversation.apologies)} {_person_called(session, conversation)}")
        conversation.apologies += 1
    _say(session, conversation, turn, [reply])
    return True


def _person_called(session: Session, conversation: Conversation) -> str:
    called = handoff.ask_for_person(session, conversation, HandoffReason.FAILED_TURNS)
    ticket = handoff.ticket_of(session, called)
    if conversation.owner == Owner.WAITING or ticket is None:
        return texts.ticket("queued" if called.email else "queued_unknown_email")
    return tickets.confirmation(session, ticket)


def set_aside(session: Session, turn: DueTurn) -> bool:
    """Gives a message that no worker survives to a person at once."""
    lookup.locked(session, turn.conversation_id).failures = _FAILURES_BEFORE_PERSON - 1
    return apologise(session, turn)


def _still_waiting_for(session: Session, turn: DueTurn) -> Conversation | None:
    row = session.execute(_ASKED, {"conversation": turn.conversation_id, "seq": turn.seq}).one_or_none()
    if row is None:
        return None
    due, conversation = row
    if not due or conversation.owner == Owner.PERSON or conversation.stretch != turn.stretch:
        return None
    return conversation


def suggest(session: Session, turn: DueTurn, replies: list[Reply]) -> None:
    """Keeps what the assistant would have said for the person who took over in the meantime."""
    conversation = lookup.locked(session, turn.conversation_id)
    if conversation.owner != Owner.PERSON:
        return
    text = "\n\n".join(reply.text for reply in replies)
    session.add(
        Suggestion(conversation_id=conversation.id, answers=turn.seq, text=text, at=clock.now(session))
    )
    notify.tell_desk(session, "conversation", conversation.id)


def suggestions(session: Session, conversation_id: UUID) -> list[Suggestion]:
    """Late answers of the assistant, the newest first; `answers` is the seq of the brand's message."""
    return list(
        session.scalars(
            select(Suggestion)
            .where(Suggestion.conversation_id == conversation_id)
            .order_by(Suggestion.id.desc())
        )
    )


def _say(
    session: Session,
    conversation: Conversation,
    turn: DueTurn,
    replies: list[Reply],
    trace: dict[str, Any] | None = None,
) -> None:
    """The trace stays with the first reply."""
    written = [
        Written(
            Speaker.ASSISTANT,
            reply.text,
            ASSISTANT_CHANNEL,
            f"{conversation.id}:{turn.seq}:{index}",
            buttons=reply.buttons,
            answers=turn.seq,
            trace=trace if index == 0 else None,
        )
        for index, reply in enumerate(replies)
    ]
    messages.append(session, conversation, *written, settled=turn.seq)
