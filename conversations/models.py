"""What a conversation leaves in the database."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from conversations.names import Owner, Speaker
from onboarding.database import Base
from onboarding.models import Contact, Staff


def _one_of(column: str, names: type[Owner] | type[Speaker]) -> str:
    return f"{column} IN ({', '.join(repr(name.value) for name in names)})"


class Conversation(Base):
    """`stretch` counts how often the assistant began anew; `failures` are failed turns in a row.

    What comes while it is blocked is kept, but neither answered nor shown as waiting.
    """

    __tablename__ = "conversations"
    __table_args__ = (
        CheckConstraint(_one_of("owner", Owner), name="owner"),
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
    stretch: Mapped[int] = mapped_column(default=1)
    last_seq: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    apologies: Mapped[int] = mapped_column(default=0)
    merged_into: Mapped[UUID | None] = mapped_column(ForeignKey("conversations.id"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    blocked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    blocked_by: Mapped[UUID | None] = mapped_column(ForeignKey(Staff.id))


class Message(Base):
    """`answers` is the seq of the message that this one replies to; `button` is what a chosen button carries.

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
    __tablename__ = "tickets"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(Text, unique=True)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    detail: Mapped[str | None] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(Text)
    promised_by: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


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
