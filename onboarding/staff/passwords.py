"""The passwords of the staff, for those who want one; the second factor comes on top."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import audit
from onboarding.identity import normal_email
from onboarding.models import Staff
from onboarding.passwords import Stored
from onboarding.staff import sessions


def stored_for(session: Session, email: str) -> Stored | None:
    staff = session.scalar(select(Staff).where(Staff.email == normal_email(email), Staff.left_at.is_(None)))
    return stored_of(staff) if staff else None


def stored_of(staff: Staff) -> Stored | None:
    return Stored(staff.id, staff.password_hash) if staff.password_hash else None


def keep(session: Session, staff_id: UUID, argon2_hash: str | None, kept_session: str) -> None:
    """None removes it. Whoever is signed in elsewhere may be why it is changed."""
    staff = session.get_one(Staff, staff_id, with_for_update=True)
    staff.password_hash = argon2_hash
    sessions.close_others(session, staff_id, kept_session)
    audit.record(session, staff, "password set" if argon2_hash else "password removed", "staff", staff.id)
