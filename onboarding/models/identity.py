"""Sign-in links, passwords and browser sessions; only hashes of what opens an account are kept."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from onboarding.database import Base
from onboarding.models.columns import one_of
from onboarding.names import SignedInBy


class SignInLink(Base):
    __tablename__ = "sign_in_links"
    __table_args__ = (Index("ix_sign_in_links_of_contact", "contact_id", "expires_at"),)

    token_hash: Mapped[str] = mapped_column(Text, primary_key=True)
    email: Mapped[str] = mapped_column(Text)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contacts.id"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class WebSession(Base):
    """A visitor's has no contact, but may have a conversation, which a sign-in adopts. One with a `site_id` opens the
    chat on that site alone.
    """

    __tablename__ = "web_sessions"
    __table_args__ = (
        Index("ix_web_sessions_of_contact", "contact_id"),
        Index("ix_web_sessions_expiry", "expires_at"),
    )

    key_hash: Mapped[str] = mapped_column(Text, primary_key=True)
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contacts.id"))
    visitor_conversation: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    last_seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    user_agent: Mapped[str] = mapped_column(Text)
    signed_in_by: Mapped[SignedInBy | None] = mapped_column(one_of(SignedInBy, "signed_in_by"))
    site_id: Mapped[UUID | None] = mapped_column(ForeignKey("chat_sites.id"), index=True)


class Password(Base):
    """Nobody has to have one."""

    __tablename__ = "passwords"

    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contacts.id"), primary_key=True)
    argon2_hash: Mapped[str] = mapped_column(Text)
    set_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class EmailChange(Base):
    """A link that was mailed to the new address; the address is the contact's once it is used."""

    __tablename__ = "email_changes"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_lowercase"),
        Index("ix_email_changes_of_contact", "contact_id", "expires_at"),
    )

    token_hash: Mapped[str] = mapped_column(Text, primary_key=True)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contacts.id"))
    email: Mapped[str] = mapped_column(Text)
    old_email: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
