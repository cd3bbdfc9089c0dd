"""Sign-in by a link sent to a known address, and browser sessions; tokens are kept as hashes only."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.errors import DomainError, NotFound
from onboarding.models import Contact, SignInLink, StaffSession, WebSession
from onboarding.names import SignedInBy

LINK_LASTS = timedelta(minutes=15)
SESSION_IDLE = timedelta(days=14)
SESSION_LASTS = timedelta(days=30)
# So long a sign-in by link proves afterwards that the mailbox is theirs.
LINK_PROVES_FOR = timedelta(minutes=30)

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


class DeviceNotFound(NotFound):
    code = "device_not_found"


@dataclass(frozen=True)
class Device:
    """A browser that is signed in; `handle` names it on pages and opens nothing."""

    handle: str
    key_hash: str
    user_agent: str
    signed_in_at: datetime
    last_seen_at: datetime
    signed_in_by: SignedInBy | None
    is_this: bool


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


def close_other_sessions(session: Session, contact: Contact, kept_key_hash: str) -> None:
    others = (WebSession.contact_id == contact.id, WebSession.key_hash != kept_key_hash)
    session.execute(delete(WebSession).where(*others))


def devices_of(session: Session, contact: Contact, this_key_hash: str) -> list[Device]:
    """This one first, then the one seen last."""
    now = clock.now(session)
    found = session.scalars(
        select(WebSession).where(
            WebSession.contact_id == contact.id,
            WebSession.expires_at > now,
            WebSession.last_seen_at > now - SESSION_IDLE,
        )
    )
    devices = [
        Device(
            handle=hashed(f"device:{one.key_hash}"),
            key_hash=one.key_hash,
            user_agent=one.user_agent,
            signed_in_at=one.created_at,
            last_seen_at=one.last_seen_at,
            signed_in_by=one.signed_in_by,
            is_this=one.key_hash == this_key_hash,
        )
        for one in found
    ]
    return sorted(devices, key=lambda device: (device.is_this, device.last_seen_at), reverse=True)


def close_device(session: Session, contact: Contact, handle: str) -> Device:
    """One of the contact's own; raises DeviceNotFound for any other."""
    for device in devices_of(session, contact, this_key_hash=""):
        if device.handle == handle:
            session.execute(delete(WebSession).where(WebSession.key_hash == device.key_hash))
            return device
    raise DeviceNotFound("There is no such device among yours.")


def link_proves(session: Session, web_session: WebSession | StaffSession) -> bool:
    """Whether this session was opened by a link a short while ago."""
    is_fresh = web_session.created_at > clock.now(session) - LINK_PROVES_FOR
    return web_session.signed_in_by is SignedInBy.LINK and is_fresh


def normal_email(email: str) -> str:
    return email.strip().lower()


def _expire_earlier_links(session: Session, contact: Contact, now: datetime) -> None:
    still_valid = (SignInLink.contact_id == contact.id, SignInLink.expires_at > now)
    session.execute(update(SignInLink).where(*still_valid).values(expires_at=now))


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
