"""Whose a mailbox is: a mail is a contact's only while it comes, proven, from the address of their account.

Who can read mails to that address can sign in with it, so that a proven mail from it is as good as a sign-in.
"""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from conversations.channels.models import ChannelAccount, ChannelIdentity
from conversations.channels.names import ChannelKind
from onboarding.models import Contact


def contact(session: Session, account: ChannelAccount, identity: ChannelIdentity) -> Contact | None:
    """Who has this address; what is not proven has none that is anybody's."""
    if account.kind is not ChannelKind.EMAIL:
        return None
    own = (Contact.email == identity.external_user, Contact.erased_at.is_(None))
    return session.scalar(select(Contact).where(*own))


def may_be_linked(
    session: Session, account: ChannelAccount, identity: ChannelIdentity, contact_id: UUID
) -> bool:
    """On other channels anybody's chat may be."""
    if account.kind is not ChannelKind.EMAIL:
        return True
    owner = contact(session, account, identity)
    return owner is not None and owner.id == contact_id
