"""Links that are mailed and open something once: of one owner only the newest works, for a while."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import InstrumentedAttribute, Session

from onboarding import clock
from onboarding.errors import DomainError
from onboarding.models import EmailChange, SignInLink, StaffLink
from onboarding.tokens import hashed, new_token


class LinkRefused(DomainError):
    code = "link_refused"
    what_to_do = (
        "Ask for a new sign-in link and use the newest one. Each works once, and only for some minutes."
    )


class LinkUnknown(LinkRefused):
    code = "link_unknown"


class LinkUsed(LinkRefused):
    code = "link_used"


class LinkExpired(LinkRefused):
    code = "link_expired"


@dataclass(frozen=True)
class MailedLinks[L: (SignInLink, StaffLink, EmailChange)]:
    """One table of them; `owner` is its column with the person."""

    table: type[L]
    owner: InstrumentedAttribute[UUID]

    def make(self, session: Session, owner_id: UUID, lasts: timedelta, **columns: Any) -> str:
        """The token to mail."""
        self.end_all(session, owner_id)
        token, now = new_token(), clock.now(session)
        named = {self.owner.key: owner_id, "token_hash": hashed(token)}
        session.add(self.table(**named, created_at=now, expires_at=now + lasts, **columns))
        session.flush()
        return token

    def end_all(self, session: Session, owner_id: UUID) -> None:
        now = clock.now(session)
        still_valid = (self.owner == owner_id, self.table.expires_at > now)
        session.execute(update(self.table).where(*still_valid).values(expires_at=now))

    def find(self, session: Session, token: str) -> L | None:
        """Locked, so that of two requests with one link only one uses it."""
        return session.get(self.table, hashed(token), with_for_update=True, populate_existing=True)


def sign_in_with(session: Session, link: SignInLink | StaffLink) -> None:
    """Uses it up. Raises LinkUsed or LinkExpired."""
    if link.used_at is not None:
        raise LinkUsed("This sign-in link has been used already.")
    now = clock.now(session)
    if link.expires_at <= now:
        raise LinkExpired("This sign-in link has expired.")
    link.used_at = now
