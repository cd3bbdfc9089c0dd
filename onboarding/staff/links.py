"""Links that open an account of the staff once; only their hashes are kept."""

import secrets
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.identity import LINK_LASTS, LinkExpired, LinkUnknown, LinkUsed, hashed, normal_email
from onboarding.models import Staff, StaffLink

INVITATION_LASTS = timedelta(days=7)


def request_link(session: Session, email: str) -> str | None:
    """The token to mail; None for an unknown address, which the caller must not let on."""
    staff = session.scalar(select(Staff).where(Staff.email == normal_email(email), Staff.left_at.is_(None)))
    return make_link(session, staff, LINK_LASTS) if staff else None


def make_link(session: Session, staff: Staff, lasts: timedelta) -> str:
    """The only one that works from now on."""
    now = clock.now(session)
    still_valid = (StaffLink.staff_id == staff.id, StaffLink.expires_at > now)
    session.execute(update(StaffLink).where(*still_valid).values(expires_at=now))
    token = secrets.token_urlsafe(32)
    session.add(
        StaffLink(token_hash=hashed(token), staff_id=staff.id, created_at=now, expires_at=now + lasts)
    )
    session.flush()
    return token


def consume_link(session: Session, token: str) -> Staff:
    """Raises LinkUnknown, LinkUsed or LinkExpired."""
    # Locked, so that of two requests with one link only one signs in.
    link = session.get(StaffLink, hashed(token), with_for_update=True, populate_existing=True)
    staff = session.get_one(Staff, link.staff_id) if link else None
    if link is None or staff is None or staff.left_at is not None:
        raise LinkUnknown("This sign-in link is not known.")
    if link.used_at is not None:
        raise LinkUsed("This sign-in link has been used already.")
    now = clock.now(session)
    if link.expires_at <= now:
        raise LinkExpired("This sign-in link has expired.")
    link.used_at = now
    return staff
