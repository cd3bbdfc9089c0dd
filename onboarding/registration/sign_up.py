"""Somebody new: known by the address to which the first sign-in link goes, and a member of nothing yet."""

import re

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from onboarding import identity
from onboarding.countries import UNKNOWN_ZONE
from onboarding.models import Contact, Membership, SignInLink, WebSession


def request_account(session: Session, name: str, email: str) -> str:
    """The token of a sign-in link to mail; the answer is the same for an address that is known already."""
    address = identity.normal_email(email)
    contact = session.scalar(select(Contact).where(Contact.email == address))
    if contact is None:
        session.add(Contact(name=_plain(name), email=address, time_zone=UNKNOWN_ZONE))
        session.flush()
    elif not _was_ever_here(session, contact):
        contact.name = _plain(name)
    token = identity.request_link(session, address)
    assert token is not None
    return token


def _was_ever_here(session: Session, contact: Contact) -> bool:
    """Until the owner of the address has signed in, anybody may have typed it."""
    traces = (
        exists().where(Membership.contact_id == contact.id),
        exists().where(WebSession.contact_id == contact.id),
        exists().where(SignInLink.contact_id == contact.id, SignInLink.used_at.is_not(None)),
    )
    return any(session.scalar(select(trace)) for trace in traces)


def _plain(name: str) -> str:
    return re.sub(r"\s+", " ", name).strip()
