"""Links that open an account of the staff once."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.identity import LINK_LASTS, normal_email
from onboarding.mailed_links import LinkUnknown, MailedLinks, sign_in_with
from onboarding.models import Staff, StaffLink

INVITATION_LASTS = timedelta(days=7)
_LINKS = MailedLinks(StaffLink, StaffLink.staff_id)


def request_link(session: Session, email: str) -> str | None:
    """The token to mail; None for an unknown address, which the caller must not let on."""
    staff = session.scalar(select(Staff).where(Staff.email == normal_email(email), Staff.left_at.is_(None)))
    return make_link(session, staff, LINK_LASTS) if staff else None


def make_link(session: Session, staff: Staff, lasts: timedelta) -> str:
    """The only one that works from now on."""
    return _LINKS.make(session, staff.id, lasts)


def consume_link(session: Session, token: str) -> Staff:
    """Raises LinkUnknown, LinkUsed or LinkExpired."""
    link = _LINKS.find(session, token)
    staff = session.get_one(Staff, link.staff_id) if link else None
    if link is None or staff is None or staff.left_at is not None:
        raise LinkUnknown("This sign-in link is not known.")
    sign_in_with(session, link)
    return staff
