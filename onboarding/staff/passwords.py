"""The passwords of the staff, for those who want one; the second factor comes on top."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import audit
from onboarding.identity import normal_email
from onboarding.models import Staff
from onboarding.passwords import Stored
from onboarding.staff import sessions


def stored_for(session: Session, email: str) -> Stored | None:
    staff = session.scalar(select(Staff).where(Staff.email == normal_email(email), Staff.left_at.is_(None)))
    return _stored(staff) if staff else None


def stored_of(session: Session, staff: Staff) -> Stored | None:
    return _stored(session.get_one(Staff, staff.id))


def confirm(session: Session, stored: Stored, newer: str | None) -> Staff | None:
    """Whose it is; `newer` takes its place. None where it was changed or removed while it was being compared."""
    staff = session.get_one(Staff, stored.owner_id, with_for_update=True)
    if staff.left_at is not None or staff.password_hash != stored.argon2_hash:
        return None
    staff.password_hash = newer or stored.argon2_hash
    return staff


def change(session: Session, staff: Staff, argon2_hash: str | None, kept_session: str) -> None:
    """None removes it. Whoever is signed in elsewhere may be why it is changed."""
    held = session.get_one(Staff, staff.id, with_for_update=True)
    held.password_hash = argon2_hash
    sessions.close_others(session, held.id, kept_session)
    audit.record(session, held, "password set" if argon2_hash else "password removed", "staff", held.id)


def _stored(staff: Staff) -> Stored | None:
    return Stored(staff.id, staff.password_hash) if staff.password_hash else None
