"""Sessions of the staff: shorter than those of brands, kept apart from them, found by the hash of a cookie."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.browser_sessions import BrowserSessions, device_named
from onboarding.models import Staff, StaffSession
from onboarding.names import SignedInBy
from onboarding.tokens import hashed

SESSION_LASTS = timedelta(days=7)
# Somebody who was seen within it counts as being at the desk.
PRESENT_FOR = timedelta(minutes=5)
_SESSIONS = BrowserSessions(
    StaffSession,
    StaffSession.staff_id,
    idle=timedelta(hours=12),
    lasts=SESSION_LASTS,
    seen_every=timedelta(minutes=1),
)
_FIND = clock.beside(
    select(StaffSession, Staff)
    .join(Staff, Staff.id == StaffSession.staff_id)
    .where(StaffSession.key_hash == bindparam("key_hash"), Staff.left_at.is_(None))
)


@dataclass(frozen=True)
class Member:
    """Somebody of the staff in one browser."""

    staff: Staff
    session: StaffSession

    @property
    def owes_code(self) -> bool:
        """They have a second factor, but have not shown it in this session."""
        return self.staff.has_second_factor and self.session.second_factor_at is None


def open_session(
    session: Session, staff: Staff, device: str, by: SignedInBy, *, second_factor_at: datetime | None = None
) -> tuple[str, StaffSession]:
    """The token is for the cookie."""
    return _SESSIONS.open(
        session,
        staff_id=staff.id,
        device=device_named(device),
        signed_in_by=by,
        second_factor_at=second_factor_at,
    )


def find_member(session: Session, token: str) -> Member | None:
    """None once the session was closed, left idle or is too old, and for somebody who left."""
    row = clock.read_beside(session, _FIND, {"key_hash": hashed(token)})
    if row is None:
        return None
    found = _SESSIONS.still_open(session, row[0])
    return Member(row[1], found) if found is not None else None


def prove(session: Session, member: Member) -> str:
    """A new session in the place of this one, in which the second factor was shown; its token."""
    token, _ = open_session(
        session,
        member.staff,
        member.session.device,
        member.session.signed_in_by,
        second_factor_at=clock.now(session),
    )
    close(session, member.session.key_hash)
    return token


def close(session: Session, key_hash: str) -> None:
    _SESSIONS.close(session, key_hash)


def close_all(session: Session, staff_id: UUID) -> None:
    _SESSIONS.close_all(session, staff_id)


def close_others(session: Session, staff_id: UUID, kept_key_hash: str) -> None:
    _SESSIONS.close_others(session, staff_id, kept_key_hash)


def open_sessions(session: Session, staff_id: UUID) -> list[StaffSession]:
    """The one seen last first."""
    return _SESSIONS.open_ones(session, staff_id)


def online(session: Session) -> list[Staff]:
    """Who is at the desk and has not said to be away, by name."""
    recently = clock.now(session) - PRESENT_FOR
    present = select(StaffSession.staff_id).where(StaffSession.last_seen_at >= recently)
    return list(
        session.scalars(
            select(Staff)
            .where(Staff.id.in_(present), Staff.left_at.is_(None), Staff.is_away.is_(False))
            .order_by(Staff.name)
        )
    )
