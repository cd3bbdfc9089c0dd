"""The tables of the desk: nothing of them is ever sent to a brand but the files."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from conversations.models import Conversation, Message
from onboarding.database import Base
from onboarding.models import Staff
from onboarding.models.columns import one_of
from onboarding.names import FileFormat


class Note(Base):
    """For the team alone; it stands below the message `after_seq`."""

    __tablename__ = "desk_notes"
    __table_args__ = (Index("ix_desk_notes_of_conversation", "conversation_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey(Conversation.id))
    staff_id: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    text: Mapped[str] = mapped_column(Text)
    after_seq: Mapped[int]
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class ReadMark(Base):
    """Up to which message somebody of the staff has seen a conversation."""

    __tablename__ = "desk_read_marks"

    staff_id: Mapped[UUID] = mapped_column(ForeignKey(Staff.id), primary_key=True)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey(Conversation.id), primary_key=True)
    seq: Mapped[int]


class SentFile(Base):
    """A file that an agent sent with a message; `stored_as` is the random name under which it is kept.

    One whose message was erased is removed with its content afterwards.
    """

    __tablename__ = "desk_files"
    __table_args__ = (
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
        CheckConstraint("size_bytes > 0", name="not_empty"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    message_id: Mapped[int | None] = mapped_column(ForeignKey(Message.id, ondelete="SET NULL"), index=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    stored_as: Mapped[str] = mapped_column(Text, unique=True)
    sha256: Mapped[str] = mapped_column(Text)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    format: Mapped[FileFormat] = mapped_column(one_of(FileFormat, "format"))
    name: Mapped[str] = mapped_column(Text)


class SavedReply(Base):
    """Counts instead of the one of the same shortcut in saved_replies.yml; without text it is taken away."""

    __tablename__ = "desk_saved_replies"
    __table_args__ = (CheckConstraint("shortcut ~ '^[a-z0-9-]+$'", name="shortcut"),)

    shortcut: Mapped[str] = mapped_column(Text, primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    text: Mapped[str | None] = mapped_column(Text)
    changed_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
