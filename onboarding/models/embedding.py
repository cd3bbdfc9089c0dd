"""Sites of a brand that show the chat, who may be known there, and the proofs of identity that were used up."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from onboarding.database import Base
from onboarding.models.columns import one_of
from onboarding.models.secret import HasSecret
from onboarding.names import ProofAlgorithm


class ChatSite(HasSecret, Base):
    """Shared secrets are derived, not kept; a public key is the site's own."""

    __tablename__ = "chat_sites"
    __table_args__ = (
        CheckConstraint("(algorithm = 'ES256') = (public_key IS NOT NULL)", name="key_of_algorithm"),
        Index("ix_chat_sites_of_brand", "brand_id", "created_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brands.id"))
    name: Mapped[str] = mapped_column(Text)
    origins: Mapped[list[str]] = mapped_column(ARRAY(Text))
    algorithm: Mapped[ProofAlgorithm] = mapped_column(one_of(ProofAlgorithm, "algorithm"))
    public_key: Mapped[str | None] = mapped_column(Text)
    registered_by: Mapped[UUID] = mapped_column(ForeignKey("contacts.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    removed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class ChatSitePerson(Base):
    """Somebody who said that this site may vouch for them. `external_id` is what the site calls them: it counts once it
    is confirmed, since anybody could enter it.
    """

    __tablename__ = "chat_site_people"
    __table_args__ = (UniqueConstraint("site_id", "external_id"),)

    site_id: Mapped[UUID] = mapped_column(ForeignKey("chat_sites.id"), primary_key=True)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contacts.id"), primary_key=True, index=True)
    external_id: Mapped[str | None] = mapped_column(Text)
    confirmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    allowed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class ChatSiteProof(Base):
    """One that was shown: it works once. `expires_at` is real time, as in the proof."""

    __tablename__ = "chat_site_proofs"

    site_id: Mapped[UUID] = mapped_column(ForeignKey("chat_sites.id"), primary_key=True)
    jti: Mapped[str] = mapped_column(Text, primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
