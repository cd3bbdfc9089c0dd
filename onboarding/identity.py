"""Sign-in by a link sent to a known address, and the browser sessions it opens; tokens are kept as hashes only."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.errors import DomainError
from onboarding.models import Contact, SignInLink, WebSession
from onboarding.names import SignedInBy

LINK_LASTS = timedelta(minutes=15)
SESSION_IDLE = timedelta(days=14)
SESSION_LASTS = timedelta(days=30)

# Not every request of a page needs a write.
_SEEN_EVERY = timedelta(minutes=5)
_USER_AGENT_LENGTH = 120


# For those who read something else in the same round trip; only `still_open` tells whether the session counts.
SESSION_ROW = select(WebSession).select_from(WebSession).where(WebSession.key_hash == bindparam("key_hash"))
_FIND = clock.beside(SESSION_ROW)


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


def request_link(session: Session, email: str) -> str | None:
    """The token to mail; None for an unknown address, which the caller must not let on."""
    address = normal_email(email)
    contact = session.scalar(select(Contact).where(Contact.email == address))
    token = secrets.token_urlsafe(32)
    if contact is None:
        return None
    now = clock.now(session)
    _expire_earlier_links(session, contact, now)
    session.add(
        SignInLink(
            token_hash=hashed(token),
            email=address,
            contact_id=contact.id,
            created_at=now,
            expires_at=now + LINK_LASTS,
        )
    )
    session.flush()
    return token


def consume_link(session: Session, token: str) -> Contact:
    """Raises LinkUnknown, LinkUsed or LinkExpired."""
    # Locked, so that of two requests with one link only one signs in.
    link = session.get(SignInLink, hashed(token), with_for_update=True, populate_existing=True)
    if link is None:
        raise LinkUnknown("This sign-in link is not known.")
    if link.used_at is not None:
        raise LinkUsed("This sign-in link has been used already.")
    now = clock.now(session)
    if link.expires_at <= now:
        raise LinkExpired("This sign-in link has expired.")
    link.used_at = now
    return session.get_one(Contact, link.contact_id)


def open_session(
    session: Session, contact: Contact | None, user_agent: str, signed_in_by: SignedInBy | None = None
) -> tuple[str, WebSession]:
    """The token is for the cookie; without a contact it is a visitor's."""
    token = secrets.token_urlsafe(32)
    now = clock.now(session)
    web_session = WebSession(
        key_hash=hashed(token),
        contact_id=contact.id if contact else None,
        visitor_conversation=None,
        created_at=now,
        last_seen_at=now,
        expires_at=now + SESSION_LASTS,
        user_agent=user_agent[:_USER_AGENT_LENGTH],
        signed_in_by=signed_in_by,
    )
    session.add(web_session)
    session.flush()
    return token, web_session


def find_session(session: Session, token: str) -> WebSession | None:
    """None once it was closed, left idle or is too old."""
    row = clock.read_beside(session, _FIND, named(token))
    return still_open(session, row[0]) if row is not None else None


def named(token: str) -> dict[str, str]:
    """The value of SESSION_ROW."""
    return {"key_hash": hashed(token)}


def still_open(session: Session, web_session: WebSession) -> WebSession | None:
    now = clock.now(session)
    if min(web_session.expires_at, web_session.last_seen_at + SESSION_IDLE) <= now:
        return None
    if now - web_session.last_seen_at >= _SEEN_EVERY:
        web_session.last_seen_at = now
    return web_session


def close_session(session: Session, token: str) -> None:
    session.execute(delete(WebSession).where(WebSession.key_hash == hashed(token)))


def close_all_sessions(session: Session, contact: Contact) -> None:
    session.execute(delete(WebSession).where(WebSession.contact_id == contact.id))


def normal_email(email: str) -> str:
    return email.strip().lower()


def _expire_earlier_links(session: Session, contact: Contact, now: datetime) -> None:
    still_valid = (SignInLink.contact_id == contact.id, SignInLink.expires_at > now)
    session.execute(update(SignInLink).where(*still_valid).values(expires_at=now))


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
