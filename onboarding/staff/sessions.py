"""Sessions of the staff: shorter than those of brands, kept apart from them, found by the hash of a cookie."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.errors import NotFound
from onboarding.identity import hashed
from onboarding.models import Staff, StaffSession
from onboarding.names import SignedInBy

SESSION_IDLE = timedelta(hours=12)
SESSION_LASTS = timedelta(days=7)
# Somebody who was seen within it counts as being at the desk.
PRESENT_FOR = timedelta(minutes=5)
_SEEN_EVERY = timedelta(minutes=1)
_DEVICE_LENGTH = 120

_FIND = clock.beside(
    select(StaffSession, Staff)
    .join(Staff, Staff.id == StaffSession.staff_id)
    .where(StaffSession.key_hash == bindparam("key_hash"), Staff.left_at.is_(None))
)


class StaffDeviceNotFound(NotFound):
    code = "staff_device_not_found"


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
    token = secrets.token_urlsafe(32)
    now = clock.now(session)
    opened = StaffSession(
        key_hash=hashed(token),
        staff_id=staff.id,
        created_at=now,
        last_seen_at=now,
        expires_at=now + SESSION_LASTS,
        device=device[:_DEVICE_LENGTH],
        signed_in_by=by,
        second_factor_at=second_factor_at,
    )
    session.add(opened)
    session.flush()
    return token, opened


def find_member(session: Session, token: str) -> Member | None:
    """None once the session was closed, left idle or is too old, and for somebody who left."""
    row = clock.read_beside(session, _FIND, {"key_hash": hashed(token)})
    if row is None:
        return None
    found, staff = row[0], row[1]
    now = clock.now(session)
    if min(found.expires_at, found.last_seen_at + SESSION_IDLE) <= now:
        return None
    if now - found.last_seen_at >= _SEEN_EVERY:
        found.last_seen_at = now
    return Member(staff, found)


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
    session.execute(delete(StaffSession).where(StaffSession.key_hash == key_hash))


def close_all(session: Session, staff_id: UUID) -> None:
    session.execute(delete(StaffSession).where(StaffSession.staff_id == staff_id))


def close_others(session: Session, staff_id: UUID, kept_key_hash: str) -> None:
    others = (StaffSession.staff_id == staff_id, StaffSession.key_hash != kept_key_hash)
    session.execute(delete(StaffSession).where(*others))


def open_sessions(session: Session, staff_id: UUID) -> list[StaffSession]:
    """The one seen last first."""
    now = clock.now(session)
    return list(
        session.scalars(
            select(StaffSession)
            .where(
                StaffSession.staff_id == staff_id,
                StaffSession.expires_at > now,
                StaffSession.last_seen_at > now - SESSION_IDLE,
            )
            .order_by(StaffSession.last_seen_at.desc())
        )
    )


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
