"""Sessions of browsers: found by the hash of a cookie, ended when left idle, when too old, and by hand."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from onboarding import clock
from onboarding.models import StaffSession, WebSession
from onboarding.tokens import hashed, new_token

_LONGEST_DEVICE = 120


@dataclass(frozen=True)
class BrowserSessions[S: (WebSession, StaffSession)]:
    """One table of them, and how long its sessions live. `owner` is its column with the person.

    `seen_every`: not every request of a page needs a write.
    """

    table: type[S]
    owner: InstrumentedAttribute[UUID] | InstrumentedAttribute[UUID | None]
    idle: timedelta
    lasts: timedelta
    seen_every: timedelta

    def open(self, session: Session, **columns: Any) -> tuple[str, S]:
        """The token is for the cookie."""
        token, now = new_token(), clock.now(session)
        opened = self.table(
            key_hash=hashed(token),
            created_at=now,
            last_seen_at=now,
            expires_at=now + self.lasts,
            **columns,
        )
        session.add(opened)
        session.flush()
        return token, opened

    def still_open(self, session: Session, found: S) -> S | None:
        now = clock.now(session)
        if min(found.expires_at, found.last_seen_at + self.idle) <= now:
            return None
        if now - found.last_seen_at >= self.seen_every:
            found.last_seen_at = now
        return found

    def open_ones(self, session: Session, owner_id: UUID) -> list[S]:
        """The one seen last first."""
        now = clock.now(session)
        are_open = (self.table.expires_at > now, self.table.last_seen_at > now - self.idle)
        query = select(self.table).where(self.owner == owner_id, *are_open)
        return list(session.scalars(query.order_by(self.table.last_seen_at.desc())))

    def close(self, session: Session, key_hash: str) -> None:
        session.execute(delete(self.table).where(self.table.key_hash == key_hash))

    def close_all(self, session: Session, owner_id: UUID) -> None:
        session.execute(delete(self.table).where(self.owner == owner_id))

    def close_others(self, session: Session, owner_id: UUID, kept_key_hash: str) -> None:
        others = (self.owner == owner_id, self.table.key_hash != kept_key_hash)
        session.execute(delete(self.table).where(*others))

    def forget_ended(self, session: Session) -> None:
        session.execute(delete(self.table).where(self.table.expires_at <= clock.now(session)))


def device_named(user_agent: str) -> str:
    return user_agent[:_LONGEST_DEVICE]
