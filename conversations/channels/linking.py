"""Whose identity on a channel is whose: proved by a code that a signed-in contact sends from there, and confirms."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from conversations import joining, lookup
from conversations.channels import guides, own_address, words
from conversations.channels.models import ChannelAccount, ChannelIdentity, ChannelLinkCode
from conversations.messages import append_notice
from conversations.models import Conversation
from onboarding import clock
from onboarding.errors import NotFound
from onboarding.models import Contact
from onboarding.tokens import hashed

CODE_LASTS = timedelta(minutes=10)
TRIES = 5
_DIGITS, _HALF = 6, 3
_LINK = re.compile(rf"(?:/start\s+)?/?link[\s:_-]*(\d{{{_HALF}}})[\s-]?(\d{{{_HALF}}})\.?", re.IGNORECASE)
_UNLINK = re.compile(r"/?unlink\.?", re.IGNORECASE)


class LinkUnknown(NotFound):
    code = "channel_link_unknown"


@dataclass(frozen=True)
class Linked:
    """Somebody on a channel, as a contact sees them on their own page."""

    id: int
    channel: str
    who: str
    is_shared: bool
    since: datetime | None


def offer_code(session: Session, contact: Contact) -> str:
    """A new one, as "123-456"; the one before does not count any more."""
    session.execute(delete(ChannelLinkCode).where(ChannelLinkCode.contact_id == contact.id))
    now = clock.now(session)
    session.execute(delete(ChannelLinkCode).where(ChannelLinkCode.expires_at <= now))
    code = _unused_code(session)
    session.add(
        ChannelLinkCode(
            code_hash=hashed(code), contact_id=contact.id, created_at=now, expires_at=now + CODE_LASTS
        )
    )
    session.flush()
    return f"{code[:_HALF]}-{code[_HALF:]}"


def code_in(text: str) -> str | None:
    found = _LINK.fullmatch(_first_line(text))
    return found[1] + found[2] if found else None


def asks_to_unlink(text: str) -> bool:
    return _UNLINK.fullmatch(_first_line(text)) is not None


def use_code(session: Session, account: ChannelAccount, identity: ChannelIdentity, code: str) -> str:
    """What is answered on the channel: a code that was sent once is used, whatever comes of it."""
    if identity.contact_id is not None:
        return words.said("already_linked")
    if _tries_left(session, identity) <= 0:
        return words.said("too_many_tries", minutes=str(CODE_LASTS.seconds // 60))
    found = session.get(ChannelLinkCode, hashed(code), with_for_update=True, populate_existing=True)
    if found is None or found.sent_at is not None or found.expires_at <= clock.now(session):
        identity.tries += 1
        left = _tries_left(session, identity)
        return words.said("code_wrong", left=str(left)) if left else words.said("no_tries_left")
    if may_not_be_told(account, identity):
        session.delete(found)
        return words.said("link_in_private")
    if not own_address.may_be_linked(session, account, identity, found.contact_id):
        session.delete(found)
        return words.said("link_own_address")
    found.identity_id, found.sent_at = identity.id, clock.now(session)
    return words.said("confirm_on_page")


def waiting(session: Session, contact: Contact) -> list[Linked]:
    """Who sent this contact's code and is not confirmed yet."""
    rows = session.execute(
        select(ChannelIdentity, ChannelAccount)
        .join(ChannelAccount, ChannelAccount.id == ChannelIdentity.account_id)
        .join(ChannelLinkCode, ChannelLinkCode.identity_id == ChannelIdentity.id)
        .where(ChannelLinkCode.contact_id == contact.id, ChannelLinkCode.expires_at > clock.now(session))
    )
    return [_shown(identity, account) for identity, account in rows]


def linked(session: Session, contact: Contact) -> list[Linked]:
    rows = session.execute(
        select(ChannelIdentity, ChannelAccount)
        .join(ChannelAccount, ChannelAccount.id == ChannelIdentity.account_id)
        .where(ChannelIdentity.contact_id == contact.id)
        .order_by(ChannelIdentity.linked_at, ChannelIdentity.id)
    )
    return [_shown(identity, account) for identity, account in rows]


def confirm(session: Session, contact: Contact, identity_id: int) -> None:
    """Both are told; what was written before becomes part of the contact's conversation. Raises LinkUnknown."""
    identity = _waiting_for(session, contact, identity_id)
    session.execute(delete(ChannelLinkCode).where(ChannelLinkCode.contact_id == contact.id))
    own = join(session, identity, contact)
    append_notice(session, own, words.said("linked", name=contact.name, channel=_channel(session, identity)))


def decline(session: Session, contact: Contact, identity_id: int) -> None:
    """Raises LinkUnknown."""
    identity = _waiting_for(session, contact, identity_id)
    session.execute(delete(ChannelLinkCode).where(ChannelLinkCode.contact_id == contact.id))
    conversation = lookup.locked(session, identity.conversation_id)
    conversation.answered_on = identity.id
    append_notice(session, conversation, words.said("declined"))


def join(session: Session, identity: ChannelIdentity, contact: Contact) -> Conversation:
    own = joining.adopt(session, identity.conversation_id, contact.id)
    identity.conversation_id, identity.contact_id = own.id, contact.id
    identity.linked_at, identity.tries = clock.now(session), 0
    own.answered_on = identity.id
    session.flush()
    return own


def unlink(session: Session, contact: Contact, identity_id: int) -> None:
    """With all places of the same person there; both sides are told. Raises LinkUnknown."""
    identity = locked(session, identity_id)
    if identity is None or identity.contact_id != contact.id:
        raise LinkUnknown("There is no such link.")
    unlink_all(session, identity)


def unlink_all(session: Session, identity: ChannelIdentity) -> None:
    """Each place begins anew as a stranger's, and hears nothing more of what is the contact's."""
    own = lookup.locked(session, identity.conversation_id)
    for place in _places(session, identity):
        begun = _begin_anew(session, own, place)
        append_notice(session, begun, words.said("unlinked"))
    append_notice(session, own, words.said("unlinked_here", channel=_channel(session, identity)))


def forget(session: Session, conversation_id: UUID) -> None:
    """Who wrote there on channels, with what was on its way to them and what they sent; for an erasure."""
    session.execute(delete(ChannelIdentity).where(ChannelIdentity.conversation_id == conversation_id))


def forget_codes(session: Session, contact: Contact) -> None:
    session.execute(delete(ChannelLinkCode).where(ChannelLinkCode.contact_id == contact.id))


def end_where_it_does_not_hold(session: Session, account: ChannelAccount, identity: ChannelIdentity) -> None:
    """An operator may take a workspace from the list again, and a contact may have another address by now."""
    if identity.contact_id is not None and not still_holds(session, account, identity):
        own = lookup.locked(session, identity.conversation_id)
        _begin_anew(session, own, identity)


def still_holds(session: Session, account: ChannelAccount, identity: ChannelIdentity) -> bool:
    """Whether who is linked may be told here what is theirs."""
    if identity.contact_id is None or may_not_be_told(account, identity):
        return False
    return own_address.may_be_linked(session, account, identity, identity.contact_id)


def may_not_be_told(account: ChannelAccount, identity: ChannelIdentity) -> bool:
    """What is private, in this place."""
    return identity.is_shared and not is_private_enough(account, identity)


def contact_in_private(
    session: Session, account: ChannelAccount, identity: ChannelIdentity
) -> Contact | None:
    """Whose this person is, where they are linked already and this shared place may show private data."""
    if not identity.is_shared or may_not_be_told(account, identity):
        return None
    return session.scalar(
        select(Contact)
        .join(ChannelIdentity, ChannelIdentity.contact_id == Contact.id)
        .where(
            ChannelIdentity.account_id == account.id,
            ChannelIdentity.external_user == identity.external_user,
            ChannelIdentity.is_shared.is_(False),
        )
        .limit(1)
    )


def is_private_enough(account: ChannelAccount, identity: ChannelIdentity) -> bool:
    """An operator names the workspaces whose shared channels only the brand's own people read."""
    return bool(identity.workspace) and identity.workspace in account.settings.get("private_workspaces", ())


def locked(session: Session, identity_id: int) -> ChannelIdentity | None:
    return session.get(
        ChannelIdentity, identity_id, with_for_update={"key_share": True}, populate_existing=True
    )


def _waiting_for(session: Session, contact: Contact, identity_id: int) -> ChannelIdentity:
    now = clock.now(session)
    code = session.scalar(
        select(ChannelLinkCode)
        .where(
            ChannelLinkCode.contact_id == contact.id,
            ChannelLinkCode.identity_id == identity_id,
            ChannelLinkCode.expires_at > now,
        )
        .with_for_update()
    )
    identity = locked(session, identity_id) if code else None
    if identity is None or identity.contact_id is not None:
        raise LinkUnknown("This code has expired. Get a new one and send it again.")
    return identity


def _places(session: Session, identity: ChannelIdentity) -> list[ChannelIdentity]:
    return list(
        session.scalars(
            select(ChannelIdentity)
            .where(
                ChannelIdentity.account_id == identity.account_id,
                ChannelIdentity.external_user == identity.external_user,
                ChannelIdentity.contact_id == identity.contact_id,
            )
            .order_by(ChannelIdentity.id)
            .with_for_update(key_share=True)
        )
    )


def _begin_anew(session: Session, own: Conversation, place: ChannelIdentity) -> Conversation:
    if own.answered_on == place.id:
        own.answered_on = None
    begun = lookup.open_for_visitor(session)
    place.conversation_id, place.contact_id, place.linked_at = begun.id, None, None
    begun.answered_on = place.id
    session.flush()
    return begun


def _tries_left(session: Session, identity: ChannelIdentity) -> int:
    now = clock.now(session)
    if identity.tries_since is None or now - identity.tries_since >= CODE_LASTS:
        identity.tries, identity.tries_since = 0, now
    return TRIES - identity.tries


def _unused_code(session: Session) -> str:
    while True:
        code = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}}"
        if session.get(ChannelLinkCode, hashed(code)) is None:
            return code


def _shown(identity: ChannelIdentity, account: ChannelAccount) -> Linked:
    return Linked(
        identity.id,
        guides.guide(account.kind).public_name,
        _named(identity),
        identity.is_shared,
        identity.linked_at,
    )


def _named(identity: ChannelIdentity) -> str:
    """A name alone could be anybody's."""
    handle = identity.external_user
    return f"{identity.display_name} ({handle})" if identity.display_name else handle


def _channel(session: Session, identity: ChannelIdentity) -> str:
    return guides.guide(session.get_one(ChannelAccount, identity.account_id).kind).public_name


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0].strip()
