"""What a conversation leaves in the database."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from conversations.names import (
    HandoffEvent,
    HandoffOutcome,
    HandoffReason,
    Owner,
    Resolution,
    Speaker,
    TicketEvent,
)
from onboarding.database import Base
from onboarding.models import Contact, Staff
from onboarding.models.columns import one_of


def _one_of(column: str, names: type[Owner] | type[Speaker]) -> str:
    return f"{column} IN ({', '.join(repr(name.value) for name in names)})"


class Conversation(Base):
    """`stretch` counts how often the assistant began anew; `failures` are failed turns in a row; `staff_id` is the
    person who owns it; `answered_on` is the channel identity by which the brand wrote last, none on the website.

    What comes while it is blocked is kept, but neither answered nor shown as waiting.
    """

    __tablename__ = "conversations"
    __table_args__ = (
        CheckConstraint(_one_of("owner", Owner), name="owner"),
        CheckConstraint("(owner = 'person') = (staff_id IS NOT NULL)", name="person_is_somebody"),
        Index(
            "ix_conversations_open_of_contact",
            "contact_id",
            unique=True,
            postgresql_where=text("contact_id IS NOT NULL AND merged_into IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey(Contact.id))
    owner: Mapped[str] = mapped_column(Text, default=Owner.BOT.value)
    staff_id: Mapped[UUID | None] = mapped_column(ForeignKey(Staff.id), index=True)
    stretch: Mapped[int] = mapped_column(default=1)
    last_seq: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    apologies: Mapped[int] = mapped_column(default=0)
    merged_into: Mapped[UUID | None] = mapped_column(ForeignKey("conversations.id"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    blocked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    blocked_by: Mapped[UUID | None] = mapped_column(ForeignKey(Staff.id))
    answered_on: Mapped[int | None] = mapped_column(
        ForeignKey(
            "channel_identities.id",
            ondelete="SET NULL",
            use_alter=True,
            name="fk_conversations_answered_on_channel_identities",
        ),
        index=True,
    )


class Message(Base):
    """`answers` is the seq of the message that this one replies to; `button` is what a chosen button carries;
    `staff_id` is the person who wrote it.

    `due` stays true for a brand's message until the assistant has dealt with it.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("conversation_id", "seq"),
        UniqueConstraint("channel", "external_id"),
        CheckConstraint(_one_of("speaker", Speaker), name="speaker"),
        Index("ix_messages_due", "conversation_id", "seq", postgresql_where=text("due")),
        Index("ix_messages_words", text("to_tsvector('english', text)"), postgresql_using="gin"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"))
    seq: Mapped[int]
    channel: Mapped[str] = mapped_column(Text)
    external_id: Mapped[str] = mapped_column(Text)
    speaker: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    button: Mapped[str | None] = mapped_column(Text)
    buttons: Mapped[list[dict[str, str]]] = mapped_column(JSONB, default=list)
    chosen: Mapped[int | None]
    answers: Mapped[int | None]
    due: Mapped[bool] = mapped_column(default=False)
    trace: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    staff_id: Mapped[UUID | None] = mapped_column(ForeignKey(Staff.id))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Tracker(Base):
    """What Rasa remembers of one bot stretch."""

    __tablename__ = "trackers"

    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    stretch: Mapped[int] = mapped_column(primary_key=True)
    events: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)


class Suggestion(Base):
    """An answer that came too late to be sent: kept for the person who took over."""

    __tablename__ = "suggestions"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"), index=True)
    answers: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Ticket(Base):
    """`reason` begins with its kind, after which it may name what it is about. `call_at` and `phone` are of a callback;
    `staff_id` is the person who has it, `outcome` what became of it.
    """

    __tablename__ = "tickets"
    __table_args__ = (
        CheckConstraint("(settled_at IS NULL) = (outcome IS NULL)", name="settled_with_outcome"),
        Index("ix_tickets_open", "promised_by", postgresql_where=text("settled_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(Text, unique=True)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    detail: Mapped[str | None] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(Text)
    promised_by: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    call_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    phone: Mapped[str | None] = mapped_column(Text)
    staff_id: Mapped[UUID | None] = mapped_column(ForeignKey(Staff.id), index=True)
    promise_broken_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    settled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    outcome: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    @property
    def kind(self) -> str:
        return self.reason.partition(" ")[0]

    @property
    def about(self) -> str:
        return self.reason.partition(" ")[2]

    @property
    def due_at(self) -> datetime:
        """The call, or the answer."""
        return self.call_at or self.promised_by


class TicketChange(Base):
    """Without `staff_id` it was the brand, the assistant or the clock."""

    __tablename__ = "ticket_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey(Ticket.id), index=True)
    event: Mapped[TicketEvent] = mapped_column(one_of(TicketEvent, "event"))
    staff_id: Mapped[UUID | None] = mapped_column(ForeignKey(Staff.id))
    to_staff_id: Mapped[UUID | None] = mapped_column(ForeignKey(Staff.id))
    note: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Handoff(Base):
    """One call for a person, from being asked to its end; at most one of a conversation is open.

    `notice_seq` is the message that says the place in the queue; `note` is for the assistant, `summary` for the desk;
    one that nobody asked for promises nothing.
    """

    __tablename__ = "handoffs"
    __table_args__ = (
        CheckConstraint("(ended_at IS NULL) = (outcome IS NULL)", name="ended_with_outcome"),
        CheckConstraint("(claimed_at IS NULL) = (claimed_by IS NULL)", name="claimed_by_somebody"),
        CheckConstraint("stars BETWEEN 1 AND 5", name="stars"),
        Index(
            "ix_handoffs_open_of_conversation",
            "conversation_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_handoffs_of_conversation", "conversation_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"))
    reason: Mapped[HandoffReason] = mapped_column(one_of(HandoffReason, "reason"))
    detail: Mapped[str | None] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(Text)
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey(Ticket.id), index=True)
    asked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    promised_by: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    notice_seq: Mapped[int | None]
    claimed_by: Mapped[UUID | None] = mapped_column(ForeignKey(Staff.id), index=True)
    claimed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    first_reply_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    promise_broken_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    outcome: Mapped[HandoffOutcome | None] = mapped_column(one_of(HandoffOutcome, "outcome"))
    resolution: Mapped[Resolution | None] = mapped_column(one_of(Resolution, "resolution"))
    note: Mapped[str | None] = mapped_column(Text)
    summary: Mapped[str | None] = mapped_column(Text)
    stars: Mapped[int | None]
    rating_comment: Mapped[str | None] = mapped_column(Text)
    rated_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class HandoffChange(Base):
    """What happened to a handoff, by whom; `to_staff_id` is who got it, `note` what was written for them."""

    __tablename__ = "handoff_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    handoff_id: Mapped[int] = mapped_column(ForeignKey(Handoff.id), index=True)
    event: Mapped[HandoffEvent] = mapped_column(one_of(HandoffEvent, "event"))
    staff_id: Mapped[UUID | None] = mapped_column(ForeignKey(Staff.id))
    to_staff_id: Mapped[UUID | None] = mapped_column(ForeignKey(Staff.id))
    note: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Mail(Base):
    """An outbox row: written with what caused it, delivered afterwards."""

    __tablename__ = "outbox_mails"

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    sent_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class StaffAlert(Base):
    """That the staff were mailed of a promise: once for each, however often it is looked at."""

    __tablename__ = "staff_alerts"

    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    promised_by: Mapped[datetime] = mapped_column(DateTime(timezone=True), primary_key=True)
    sent_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class AssistantState(Base):
    """How far the start of the assistant has come, for the chat to say."""

    __tablename__ = "assistant_state"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    phase: Mapped[str] = mapped_column(Text)
    detail: Mapped[str] = mapped_column(Text, default="")
