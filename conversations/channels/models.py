"""What channels leave in the database."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from conversations.channels.names import AccountState, ChannelKind, DeliveryStatus, FileState
from conversations.models import Conversation, Message
from onboarding.database import Base
from onboarding.models import Contact, DocumentSubmission
from onboarding.models.columns import one_of


class ChannelAccount(Base):
    """Our account at a provider. `public_id` is in the address of its webhook.

    `secrets` and `previous_secrets` are closed by a Vault; the previous ones count until `overlap_until`. Nothing is
    sent before `paused_until`, as the provider asked for. `cursor` is for channels that are asked for messages.
    """

    __tablename__ = "channel_accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(Text, unique=True)
    kind: Mapped[ChannelKind] = mapped_column(one_of(ChannelKind, "kind"))
    name: Mapped[str] = mapped_column(Text)
    state: Mapped[AccountState] = mapped_column(one_of(AccountState, "state"), default=AccountState.ACTIVE)
    settings: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    secrets: Mapped[str | None] = mapped_column(Text)
    previous_secrets: Mapped[str | None] = mapped_column(Text)
    overlap_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    cursor: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    paused_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    last_in_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    last_out_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    last_error: Mapped[str | None] = mapped_column(Text)
    last_error_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    refused_count: Mapped[int] = mapped_column(default=0)


class ChannelIdentity(Base):
    """A user of a provider in one place there: a private chat, or a thread of a shared channel.

    `contact_id` once it is linked; until then `conversation_id` is a visitor's. Who holds `sending_until` (by the
    database's own time) sends to it. `tries` counts wrong codes since `tries_since`. What was sent until `read_until`
    has been read. Who asked to stop at `stopped_at` is sent nothing. `named_at` is when the provider was asked for the
    name.
    """

    __tablename__ = "channel_identities"
    __table_args__ = (UniqueConstraint("account_id", "external_user", "place"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey(ChannelAccount.id, ondelete="CASCADE"))
    external_user: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(Text)
    workspace: Mapped[str] = mapped_column(Text, default="")
    address: Mapped[dict[str, Any]] = mapped_column(JSONB)
    display_name: Mapped[str] = mapped_column(Text, default="")
    named_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    is_shared: Mapped[bool] = mapped_column(default=False)
    warned_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey(Conversation.id), index=True)
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey(Contact.id), index=True)
    linked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    tries: Mapped[int] = mapped_column(default=0)
    tries_since: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    sending_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    last_in_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    read_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    stopped_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class ChannelDelivery(Base):
    """A message on its way to one identity. `parts_sent` of it have been taken by the provider.

    `provider_ids` are theirs, in order; `reports` is what the provider said of each. `sent_at` is when the last part
    was taken. `next_try_at` is not set before the first attempt; `steps` is the trace: what happened when, without
    content.
    """

    __tablename__ = "channel_deliveries"
    __table_args__ = (
        UniqueConstraint("message_id", "identity_id"),
        Index(
            "ix_channel_deliveries_queued", "identity_id", "id", postgresql_where=text("status = 'queued'")
        ),
        Index("ix_channel_deliveries_provider_ids", "provider_ids", postgresql_using="gin"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey(Message.id, ondelete="CASCADE"))
    identity_id: Mapped[int] = mapped_column(ForeignKey(ChannelIdentity.id, ondelete="CASCADE"), index=True)
    status: Mapped[DeliveryStatus] = mapped_column(
        one_of(DeliveryStatus, "status"), default=DeliveryStatus.QUEUED
    )
    settings: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    parts_sent: Mapped[int] = mapped_column(default=0, server_default="0")
    provider_ids: Mapped[list[str]] = mapped_column(JSONB, default=list, server_default="[]")
    reports: Mapped[dict[str, dict[str, str]]] = mapped_column(JSONB, default=dict, server_default="{}")
    next_try_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    give_up_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    error_code: Mapped[str | None] = mapped_column(Text)
    steps: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list, server_default="[]")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    sent_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class ChannelTemplate(Base):
    """A text that the provider has approved, known there by its name (a SID at Twilio); `labels` say what belongs in
    its gaps, in order.
    """

    __tablename__ = "channel_templates"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey(ChannelAccount.id, ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    labels: Mapped[list[str]] = mapped_column(JSONB)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class ChannelEarlyReport(Base):
    """What a provider said of a message that we have not noted as sent yet, or that is not ours."""

    __tablename__ = "channel_early_reports"

    account_id: Mapped[int] = mapped_column(
        ForeignKey(ChannelAccount.id, ondelete="CASCADE"), primary_key=True
    )
    provider_id: Mapped[str] = mapped_column(Text, primary_key=True)
    status: Mapped[DeliveryStatus] = mapped_column(one_of(DeliveryStatus, "status"), primary_key=True)
    code: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)


class ChannelReceipt(Base):
    """What a provider delivered before, so that its repetitions are no-ops."""

    __tablename__ = "channel_receipts"

    account_id: Mapped[int] = mapped_column(
        ForeignKey(ChannelAccount.id, ondelete="CASCADE"), primary_key=True
    )
    external_id: Mapped[str] = mapped_column(Text, primary_key=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)


class ChannelLinkCode(Base):
    """Shown to a signed-in contact, sent by them on a channel, confirmed by them on their account page."""

    __tablename__ = "channel_link_codes"

    code_hash: Mapped[str] = mapped_column(Text, primary_key=True)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey(Contact.id), index=True)
    identity_id: Mapped[int | None] = mapped_column(ForeignKey(ChannelIdentity.id, ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    sent_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class ChannelFile(Base):
    """A file that came on a channel. Waiting, or asked which document it is; then sent as one and told what the first
    check found; or refused, or left aside.
    """

    __tablename__ = "channel_files"

    id: Mapped[int] = mapped_column(primary_key=True)
    identity_id: Mapped[int] = mapped_column(ForeignKey(ChannelIdentity.id, ondelete="CASCADE"), index=True)
    message_id: Mapped[int] = mapped_column(ForeignKey(Message.id, ondelete="CASCADE"), index=True)
    reference: Mapped[dict[str, Any]] = mapped_column(JSONB)
    name: Mapped[str] = mapped_column(Text, default="")
    caption: Mapped[str] = mapped_column(Text, default="")
    size_bytes: Mapped[int | None] = mapped_column(BigInteger)
    state: Mapped[FileState] = mapped_column(one_of(FileState, "state"), default=FileState.WAITING)
    submission_id: Mapped[int | None] = mapped_column(
        ForeignKey(DocumentSubmission.id, ondelete="SET NULL"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
