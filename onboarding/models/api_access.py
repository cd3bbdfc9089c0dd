"""Keys of the API, the short-lived tokens bought with them, and the answers that are kept to be given again."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import DateTime, ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from onboarding.api_scopes import Scope
from onboarding.database import Base
from onboarding.models.columns import one_of
from onboarding.names import KeyKind


class ApiKey(Base):
    """Acts as `contact_id` for `brand_id`. Only the hash of what opens it is kept; `public_id` names it."""

    __tablename__ = "api_keys"
    __table_args__ = (Index("ix_api_keys_of_brand", "brand_id", "created_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brands.id"))
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contacts.id"), index=True)
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[KeyKind] = mapped_column(one_of(KeyKind, "kind"))
    public_id: Mapped[str] = mapped_column(Text, unique=True)
    secret_hash: Mapped[str] = mapped_column(Text, unique=True)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    origins: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    last_used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    @property
    def granted(self) -> frozenset[Scope]:
        return frozenset(Scope(scope) for scope in self.scopes)


class ApiToken(Base):
    """What a client got for its secret."""

    __tablename__ = "api_tokens"
    __table_args__ = (Index("ix_api_tokens_expiry", "expires_at"),)

    token_hash: Mapped[str] = mapped_column(Text, primary_key=True)
    key_id: Mapped[UUID] = mapped_column(ForeignKey("api_keys.id"), index=True)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class ApiAnswer(Base):
    """Written in the transaction that did the work, so that the same request is answered and not done again."""

    __tablename__ = "api_answers"
    __table_args__ = (Index("ix_api_answers_age", "at"),)

    key_id: Mapped[UUID] = mapped_column(ForeignKey("api_keys.id"), primary_key=True)
    idempotency_key: Mapped[str] = mapped_column(Text, primary_key=True)
    fingerprint: Mapped[str] = mapped_column(Text)
    status: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
