"""Where events are sent, what happened, and every attempt to say so."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import DateTime, ForeignKey, Index, Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from conversations.webhooks.names import DeliveryStatus, WhyDisabled
from onboarding.database import Base
from onboarding.models import Brand, Contact, HasSecret
from onboarding.models.columns import one_of


class WebhookEndpoint(HasSecret, Base):
    """Of a brand, but hears of conversations only what its maker may read. Its secret is derived, not kept."""

    __tablename__ = "webhook_endpoints"
    __table_args__ = (
        Index("ix_webhook_endpoints_of_brand", "brand_id", "created_at", "id"),
        Index("ix_webhook_endpoints_of_contact", "contact_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    brand_id: Mapped[int] = mapped_column(ForeignKey(Brand.id))
    contact_id: Mapped[UUID] = mapped_column(ForeignKey(Contact.id))
    url: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text, default="")
    events: Mapped[list[str]] = mapped_column(ARRAY(Text))
    failing_since: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    disabled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    why_disabled: Mapped[WhyDisabled | None] = mapped_column(one_of(WhyDisabled, "why_disabled"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class WebhookEvent(Base):
    __tablename__ = "webhook_events"
    __table_args__ = (Index("ix_webhook_events_age", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=func.gen_random_uuid())
    type: Mapped[str] = mapped_column(Text)
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class WebhookDelivery(Base):
    """One event for one endpoint. A job that does not carry the number `next_attempt` has been overtaken.

    Who holds `sending_until` (by the database's own time) sends it. `waits_at_step` is set while it waits for others of
    its endpoint to be answered, without a job of its own.
    """

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        Index("ix_webhook_deliveries_of_endpoint", "endpoint_id", text("id DESC")),
        Index(
            "ix_webhook_deliveries_waiting",
            "endpoint_id",
            "id",
            postgresql_where=text("waits_at_step IS NOT NULL"),
        ),
        Index(
            "ix_webhook_deliveries_sending", "endpoint_id", postgresql_where=text("sending_until IS NOT NULL")
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    endpoint_id: Mapped[UUID] = mapped_column(ForeignKey("webhook_endpoints.id", ondelete="CASCADE"))
    event_id: Mapped[UUID] = mapped_column(ForeignKey("webhook_events.id", ondelete="CASCADE"), index=True)
    status: Mapped[DeliveryStatus] = mapped_column(
        one_of(DeliveryStatus, "status"), server_default=DeliveryStatus.PENDING.value
    )
    next_attempt: Mapped[int] = mapped_column(server_default="1")
    next_attempt_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    sending_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    waits_at_step: Mapped[int | None]

    event: Mapped[WebhookEvent] = relationship(lazy="joined", innerjoin=True)


class WebhookAttempt(Base):
    """`error` is ours, in words; of the answer only its status is kept."""

    __tablename__ = "webhook_attempts"
    __table_args__ = (Index("ix_webhook_attempts_of_delivery", "delivery_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("webhook_deliveries.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    status_code: Mapped[int | None]
    error: Mapped[str | None] = mapped_column(Text)
    milliseconds: Mapped[int]
