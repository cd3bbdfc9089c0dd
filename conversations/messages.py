"""The message log: what comes in is stored once, what goes out can be read again after any seq."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from conversations import jobs, lookup, notify, texts
from conversations.channels import outbox
from conversations.channels.outbox import Way
from conversations.models import Conversation, Message
from conversations.names import Owner, Speaker
from onboarding import clock
from onboarding.errors import DomainError
from onboarding.models import Contact, Staff

LONGEST_TEXT = 2000
NOTICES = "notices"
# Begins what a button carries that says which document a file is: not the assistant's to answer.
FILE_CHOICE = "file:"

_NEWEST = (
    select(Message)
    .where(Message.conversation_id == bindparam("conversation"), Message.seq > bindparam("after"))
    .order_by(Message.seq.desc())
    .limit(bindparam("most"))
)

# One statement, since each costs a round trip while the conversation is locked. Nothing is written, counted or
# told where the first message is there already.
_WRITE = text("""
WITH written AS (
    INSERT INTO messages (
        conversation_id, seq, channel, external_id, speaker, text, button, buttons, answers, due, trace, staff_id, at)
    SELECT :conversation, seq, channel, external_id, speaker, text, button, buttons, answers, due, trace, staff_id, :at
    FROM jsonb_to_recordset(:rows) AS item (
        seq int, channel text, external_id text, speaker text, text text, button text, buttons jsonb,
        answers int, due bool, trace jsonb, staff_id uuid)
    ON CONFLICT (channel, external_id) DO NOTHING
    RETURNING seq),
counted AS (
    UPDATE conversations SET last_seq = newest.seq
    FROM (SELECT max(seq) AS seq FROM written) AS newest
    WHERE id = :conversation AND newest.seq IS NOT NULL),
settled AS (
    UPDATE messages SET due = false WHERE conversation_id = :conversation AND seq = :settled)
SELECT newest.seq, pg_notify(:channel, :news)
FROM (SELECT max(seq) AS seq FROM written) AS newest WHERE newest.seq IS NOT NULL
""").bindparams(bindparam("rows", type_=JSONB(none_as_null=True)))
ANSWERING_OWNERS = {Owner.BOT, Owner.WAITING, Owner.RESOLVED}


class MessageTooLong(DomainError):
    code = "message_too_long"
    what_to_do = f"Shorten it to {LONGEST_TEXT:,} characters, or send it in parts."


class MessageEmpty(DomainError):
    code = "message_empty"
    what_to_do = "Write a message first."


class ButtonUnknown(DomainError):
    code = "button_unknown"
    what_to_do = "Type your answer instead."


class MessageElsewhere(DomainError):
    code = "message_elsewhere"
    what_to_do = "Send it again as a new message."


@dataclass(frozen=True)
class ButtonRef:
    """A button that we issued: the message that showed it, and its place there (from 0)."""

    seq: int
    index: int


@dataclass(frozen=True)
class Inbound:
    """`answered_on` is the channel identity that wrote it, none on the website. Where it `waits`, its turn is not
    enqueued with it, but when its channel is on again.
    """

    conversation_id: UUID
    channel: str
    external_id: str
    text: str
    button: ButtonRef | None = None
    answered_on: int | None = None
    waits: bool = False


@dataclass(frozen=True)
class MessageView:
    """`name` is that of a person of ours."""

    seq: int
    role: Speaker
    text: str
    at: datetime
    external_id: str
    buttons: list[str] = field(default_factory=list)
    chosen: str | None = None
    answers: int | None = None
    name: str | None = None


@dataclass(frozen=True)
class Receipt:
    """`is_due` is whether the assistant answers it."""

    conversation_id: UUID
    duplicate: bool
    owner: Owner
    message: MessageView
    is_due: bool = False

    @property
    def seq(self) -> int:
        return self.message.seq


@dataclass(frozen=True)
class Reply:
    """`buttons` are dicts with `title` and `payload`, as Rasa gives them."""

    text: str
    buttons: list[dict[str, str]] = field(default_factory=list)


def receive(session: Session, inbound: Inbound) -> Receipt:
    """Stores a brand's message once and enqueues its turn in the same transaction.

    Raises MessageEmpty, MessageTooLong, ButtonUnknown, MessageElsewhere.
    """
    return receive_in(session, lookup.locked(session, inbound.conversation_id), inbound)


def receive_in(session: Session, conversation: Conversation, inbound: Inbound) -> Receipt:
    """The same, for those who hold the conversation locked already."""
    pressed = _pressed_button(session, conversation, inbound.button)
    written = Written(
        Speaker.BRAND,
        checked(pressed["title"] if pressed else inbound.text),
        inbound.channel,
        inbound.external_id,
        button=pressed["payload"] if pressed else None,
        due=conversation.blocked_at is None
        and Owner(conversation.owner) in ANSWERING_OWNERS
        and not _is_file_choice(pressed),
    )
    try:
        view = append(session, conversation, written)
    except AlreadyWritten:
        earlier = _view(_earlier(session, conversation, inbound), {})
        return Receipt(conversation.id, True, Owner(conversation.owner), earlier)
    if conversation.answered_on != inbound.answered_on:
        conversation.answered_on = inbound.answered_on
    if pressed is not None and _is_file_choice(pressed):
        jobs.defer_channel_file(session, *chosen_for_file(pressed["payload"]))
    if written.due:
        if conversation.owner == Owner.RESOLVED:
            reopen(session, conversation)
        if not inbound.waits:
            jobs.defer_turn(session, conversation.id, view.seq)
    return Receipt(conversation.id, False, Owner(conversation.owner), view, written.due)


@dataclass(frozen=True)
class Written:
    """A message to write; `button` and `due` are of a brand's, `answers` and `trace` of what replies to it, `staff_id`
    of a person's.
    """

    speaker: Speaker
    text: str
    channel: str
    external_id: str
    button: str | None = None
    buttons: list[dict[str, str]] = field(default_factory=list)
    answers: int | None = None
    due: bool = False
    trace: dict[str, Any] | None = None
    staff_id: str | None = None


class AlreadyWritten(Exception):
    """The channel has delivered this message before."""


def append(
    session: Session,
    conversation: Conversation,
    *written: Written,
    settled: int | None = None,
    way: Way = outbox.ON_CHANNEL,
) -> MessageView:
    """Writes the next messages of a locked conversation, and wakes whoever shows it; returns the last one.

    `settled` is the seq of the message that is not due any more. Raises AlreadyWritten.
    """
    at = clock.now(session)
    seq = conversation.last_seq + len(written)
    rows = [{"seq": conversation.last_seq + n, **asdict(item)} for n, item in enumerate(written, start=1)]
    values = {
        "conversation": conversation.id,
        "at": at,
        "rows": rows,
        "settled": settled,
        "channel": notify.CHANNEL,
        "news": notify.message_news(conversation.id, seq),
    }
    if session.execute(_WRITE, values).one_or_none() is None:
        raise AlreadyWritten
    if conversation.answered_on is not None and way.is_on_channel:
        outbox.queue(session, conversation, conversation.answered_on, after=conversation.last_seq, way=way)
    set_committed_value(conversation, "last_seq", seq)
    last = written[-1]
    return MessageView(seq, last.speaker, last.text, at, last.external_id, _titles(last.buttons))


def append_notice(
    session: Session,
    conversation: Conversation,
    text: str,
    buttons: list[dict[str, str]] | None = None,
    *,
    way: Way = outbox.ON_CHANNEL,
) -> int:
    """What neither side said, in a locked conversation; returns its seq. Its buttons are for channels alone."""
    written = Written(Speaker.NOTICE, text, NOTICES, str(uuid4()), buttons=buttons or [])
    return append(session, conversation, written, way=way).seq


def tell_contact(session: Session, contact: Contact, text: str, *, channel: str, told_once: str) -> None:
    """A notice in the contact's own conversation. Raises AlreadyWritten where `told_once` was told on this channel."""
    conversation = lookup.locked(session, lookup.open_for_contact(session, contact.id).id)
    append(session, conversation, Written(Speaker.NOTICE, text, channel, told_once))


def messages_after(session: Session, conversation_id: UUID, seq: int, limit: int = 500) -> list[MessageView]:
    """What came after `seq`, oldest first; the newest `limit` of it."""
    newest = session.scalars(_NEWEST, {"conversation": conversation_id, "after": seq, "most": limit}).all()
    names = _names(session, newest)
    return [_view(message, names) for message in reversed(newest)]


def next_after(session: Session, conversation_id: UUID, seq: int, limit: int) -> list[MessageView]:
    """What came next after `seq`, oldest first: for those who read page by page."""
    found = session.scalars(
        select(Message)
        .where(Message.conversation_id == conversation_id, Message.seq > seq)
        .order_by(Message.seq)
        .limit(limit)
    ).all()
    names = _names(session, found)
    return [_view(message, names) for message in found]


def written_before(session: Session, channel: str, external_id: str) -> MessageView | None:
    found = session.scalar(
        select(Message).where(Message.channel == channel, Message.external_id == external_id)
    )
    return _view(found, _names(session, [found])) if found else None


def as_json(view: MessageView) -> dict[str, Any]:
    return {
        "id": view.seq,
        "cid": view.external_id if view.role is Speaker.BRAND else None,
        "role": view.role.value,
        "text": view.text,
        "at": view.at.isoformat(),
        "buttons": view.buttons,
        "chosen": view.chosen,
        "answers": view.answers,
        "name": view.name,
    }


def checked(text: str) -> str:
    text = text.replace("\x00", "").strip()
    if not text:
        raise MessageEmpty("The message is empty.")
    if len(text) > LONGEST_TEXT:
        raise MessageTooLong(f"The message has {len(text):,} characters.")
    return text


def chosen_for_file(payload: str) -> tuple[int, str]:
    """The file that came on a channel, and what its sender says that it is."""
    _, file_id, choice = payload.split(":", 2)
    return int(file_id), choice


def _is_file_choice(pressed: dict[str, str] | None) -> bool:
    return pressed is not None and pressed["payload"].startswith(FILE_CHOICE)


def _earlier(session: Session, conversation: Conversation, inbound: Inbound) -> Message:
    earlier = session.scalars(
        select(Message).where(Message.channel == inbound.channel, Message.external_id == inbound.external_id)
    ).one()
    if earlier.conversation_id != conversation.id:
        raise MessageElsewhere("A message with this id was sent in another conversation.")
    return earlier


def _pressed_button(
    session: Session, conversation: Conversation, button: ButtonRef | None
) -> dict[str, str] | None:
    """A payload is only ever read from a message of ours in the same conversation."""
    if button is None:
        return None
    shown = session.scalar(
        select(Message).where(
            Message.conversation_id == conversation.id,
            Message.seq == button.seq,
            Message.speaker == Speaker.ASSISTANT.value,
        )
    )
    if shown is None or not 0 <= button.index < len(shown.buttons):
        raise ButtonUnknown("That button is not among those shown.")
    shown.chosen = button.index
    return shown.buttons[button.index]


def reopen(session: Session, conversation: Conversation) -> None:
    conversation.owner = Owner.BOT.value
    conversation.stretch += 1
    append_notice(session, conversation, texts.notice("reopened"))
    notify.tell_state(session, conversation.id)
    notify.tell_desk(session, "conversation", conversation.id)


def _names(session: Session, shown: Sequence[Message]) -> dict[UUID, str]:
    """Of the people who wrote them; asks nothing where nobody did."""
    authors = {message.staff_id for message in shown if message.staff_id}
    if not authors:
        return {}
    rows = session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(authors)))
    return dict(rows.tuples().all())


def _view(message: Message, names: Mapping[UUID, str]) -> MessageView:
    titles = _titles(message.buttons)
    return MessageView(
        seq=message.seq,
        role=Speaker(message.speaker),
        text=message.text,
        at=message.at,
        external_id=message.external_id,
        buttons=titles,
        chosen=titles[message.chosen] if message.chosen is not None else None,
        answers=message.answers,
        name=names.get(message.staff_id) if message.staff_id else None,
    )


def _titles(buttons: list[dict[str, str]]) -> list[str]:
    return [button["title"] for button in buttons]
