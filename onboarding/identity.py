"""How people of brands sign in: by a link sent to a known address, into a session of their browser."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.browser_sessions import BrowserSessions, device_named
from onboarding.errors import NotFound
from onboarding.mailed_links import LinkUnknown, MailedLinks, sign_in_with
from onboarding.models import Contact, SignInLink, StaffSession, WebSession
from onboarding.names import SignedInBy
from onboarding.tokens import hashed

LINK_LASTS = timedelta(minutes=15)
SESSION_LASTS = timedelta(days=30)
# So long a sign-in by link proves afterwards that the mailbox is theirs.
LINK_PROVES_FOR = timedelta(minutes=30)
SIGN_IN_LINKS = MailedLinks(SignInLink, SignInLink.contact_id)
_SESSIONS = BrowserSessions(
    WebSession,
    WebSession.contact_id,
    idle=timedelta(days=14),
    lasts=SESSION_LASTS,
    seen_every=timedelta(minutes=5),
)

# For those who read something else in the same round trip; only `still_open` tells whether the session counts.
SESSION_ROW = select(WebSession).select_from(WebSession).where(WebSession.key_hash == bindparam("key_hash"))
_FIND = clock.beside(SESSION_ROW)


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
    contact = session.scalar(select(Contact).where(Contact.email == normal_email(email)))
    return SIGN_IN_LINKS.make(session, contact.id, LINK_LASTS, email=contact.email) if contact else None


def consume_link(session: Session, token: str) -> Contact:
    """Raises LinkUnknown, LinkUsed or LinkExpired."""
    link = SIGN_IN_LINKS.find(session, token)
    if link is None:
        raise LinkUnknown("This sign-in link is not known.")
    sign_in_with(session, link)
    return session.get_one(Contact, link.contact_id)


def open_session(
    session: Session, contact: Contact | None, user_agent: str, signed_in_by: SignedInBy | None = None
) -> tuple[str, WebSession]:
    """The token is for the cookie; without a contact it is a visitor's."""
    return _SESSIONS.open(
        session,
        contact_id=contact.id if contact else None,
        user_agent=device_named(user_agent),
        signed_in_by=signed_in_by,
    )


def find_session(session: Session, token: str) -> WebSession | None:
    """None once it was closed, left idle or is too old."""
    row = clock.read_beside(session, _FIND, named(token))
    return still_open(session, row[0]) if row is not None else None


def named(token: str) -> dict[str, str]:
    """The value of SESSION_ROW."""
    return {"key_hash": hashed(token)}


def still_open(session: Session, web_session: WebSession) -> WebSession | None:
    return _SESSIONS.still_open(session, web_session)


def close_session(session: Session, token: str) -> None:
    _SESSIONS.close(session, hashed(token))


def close_all_sessions(session: Session, contact: Contact) -> None:
    _SESSIONS.close_all(session, contact.id)


def close_other_sessions(session: Session, contact: Contact, kept_key_hash: str) -> None:
    _SESSIONS.close_others(session, contact.id, kept_key_hash)


def forget_ended_sessions(session: Session) -> None:
    _SESSIONS.forget_ended(session)


def devices_of(session: Session, contact: Contact, this_key_hash: str) -> list[Device]:
    """This one first, then the one seen last."""
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
        for one in _SESSIONS.open_ones(session, contact.id)
    ]
    return sorted(devices, key=lambda device: not device.is_this)


def close_device(session: Session, contact: Contact, handle: str) -> Device:
    """One of the contact's own; raises DeviceNotFound for any other."""
    for device in devices_of(session, contact, this_key_hash=""):
        if device.handle == handle:
            _SESSIONS.close(session, device.key_hash)
            return device
    raise DeviceNotFound("There is no such device among yours.")


def link_proves(session: Session, web_session: WebSession | StaffSession) -> bool:
    """Whether this session was opened by a link a short while ago."""
    is_fresh = web_session.created_at > clock.now(session) - LINK_PROVES_FOR
    return web_session.signed_in_by is SignedInBy.LINK and is_fresh


def normal_email(email: str) -> str:
    return email.strip().lower()
