"""Another email address: asked for in the account, valid once a link that was mailed to it is used."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock, identity
from onboarding.errors import DomainError
from onboarding.mailed_links import MailedLinks
from onboarding.models import Contact, EmailChange

LINK_LASTS = timedelta(hours=1)
_LINKS = MailedLinks(EmailChange, EmailChange.contact_id)


class ChangeRefused(DomainError):
    code = "email_change_refused"
    what_to_do = "Ask for a new link on your account page, and use the newest one."


class ChangeUnknown(ChangeRefused):
    code = "email_change_unknown"


class ChangeUsed(ChangeRefused):
    code = "email_change_used"
    what_to_do = "Look at your account page: the address may be changed already."


class ChangeExpired(ChangeRefused):
    code = "email_change_expired"


class AddressTaken(ChangeRefused):
    code = "email_taken"
    what_to_do = "Sign in with that address instead, or name another one."


class AddressUnchanged(ChangeRefused):
    code = "email_unchanged"
    what_to_do = "Enter the new address."


def ask(session: Session, contact: Contact, email: str) -> str | None:
    """The token to mail to the new address, in place of any before; raises AddressUnchanged.

    None where the address is somebody else's, which only the mail to it may say.
    """
    address = identity.normal_email(email)
    if address == contact.email:
        raise AddressUnchanged("This is your address already.")
    token = _LINKS.make(session, contact.id, LINK_LASTS, email=address, old_email=contact.email)
    return None if _is_taken(session, contact, address) else token


def pending(session: Session, contact: Contact) -> EmailChange | None:
    """The one whose link still works."""
    return session.scalar(
        select(EmailChange).where(
            EmailChange.contact_id == contact.id,
            EmailChange.used_at.is_(None),
            EmailChange.expires_at > clock.now(session),
        )
    )


def confirm(session: Session, contact: Contact, token: str, *, kept_key_hash: str) -> EmailChange:
    """Sessions elsewhere end, and links that were mailed to the old address work no more.

    Raises ChangeUnknown, also for a link of somebody else, ChangeUsed, ChangeExpired or AddressTaken.
    """
    change = _LINKS.find(session, token)
    if change is None or change.contact_id != contact.id:
        raise ChangeUnknown("This link does not belong to your account.")
    if change.used_at is not None:
        raise ChangeUsed("This link has been used already.")
    now = clock.now(session)
    if change.expires_at <= now:
        raise ChangeExpired("This link has expired, or you asked for a newer one.")
    contact = session.get_one(Contact, contact.id, with_for_update=True, populate_existing=True)
    if _is_taken(session, contact, change.email):
        raise AddressTaken("There is another account with this address.")
    change.used_at, contact.email = now, change.email
    identity.SIGN_IN_LINKS.end_all(session, contact.id)
    identity.close_other_sessions(session, contact, kept_key_hash)
    session.flush()
    return change


def addresses_of(session: Session, contact: Contact) -> list[str]:
    """The one of today and those before it: to all of them mails may have gone."""
    used = (EmailChange.contact_id == contact.id, EmailChange.used_at.is_not(None))
    return [contact.email, *session.scalars(select(EmailChange.old_email).where(*used))]


def _is_taken(session: Session, contact: Contact, address: str) -> bool:
    taken = select(Contact.id).where(Contact.email == address, Contact.id != contact.id)
    return session.scalar(taken) is not None
