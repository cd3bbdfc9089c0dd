"""What people on channels call themselves. Anybody can choose any name: it is shown as theirs, and proves nothing.

Where messages carry no name, the provider is asked for it, at most once a day.
"""

import asyncio
import logging
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import ClientError
from sqlalchemy import select
from sqlalchemy.orm import Session

from conversations.channels import accounts, guides
from conversations.channels.models import ChannelAccount, ChannelIdentity
from conversations.channels.outgoing import Post
from conversations.channels.shapes import AccountView, Channel, NamesUsers
from conversations.models import Conversation
from onboarding import clock

_log = logging.getLogger(__name__)
_LONGEST = 80
_ASKED_AGAIN_AFTER = timedelta(days=1)
_PREFIX_OF_TEAMS = re.compile(r"^\d+:([a-z]+:)?")
# What is not shown, or turns around what stands beside it.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]+")


@dataclass(frozen=True)
class Caller:
    """`handle` is the provider's own for them, such as a number; an address says more than a name, above all that
    nothing proves it.
    """

    name: str
    handle: str
    channel: str

    @property
    def has_address(self) -> bool:
        return "@" in self.handle


def cleaned(name: str) -> str:
    return " ".join(_UNSEEN.sub(" ", name).split())[:_LONGEST]


def caller(session: Session, conversation: Conversation) -> Caller | None:
    """Who wrote last; None on the website."""
    if conversation.answered_on is None:
        return None
    identity = session.get_one(ChannelIdentity, conversation.answered_on)
    kind = session.get_one(ChannelAccount, identity.account_id).kind
    handle = _PREFIX_OF_TEAMS.sub("", identity.external_user)
    return Caller(identity.display_name, handle, guides.guide(kind).public_name)


def must_be_asked(channel: Channel, identity: ChannelIdentity, now: datetime) -> bool:
    if not isinstance(channel, NamesUsers):
        return False
    return identity.named_at is None or now - identity.named_at >= _ASKED_AGAIN_AFTER


async def ask(post: Post, identity_id: int) -> None:
    """Who may not be told is not asked again today; where the provider is away, the next message asks again."""
    asked = await asyncio.to_thread(_whom, post, identity_id)
    if asked is None:
        return
    account, user = asked
    channel = post.channels[account.kind]
    assert isinstance(channel, NamesUsers)
    try:
        name = await channel.name_of(account, user, post.http)
    except (ClientError, TimeoutError, OSError) as error:
        _log.info("the name of identity %s was not told (%s)", identity_id, type(error).__name__)
        return
    await asyncio.to_thread(_keep, post, account, user, name)


def _whom(post: Post, identity_id: int) -> tuple[AccountView, str] | None:
    """None where it was just asked: several messages come at once."""
    with post.sessions() as session:
        identity = session.get(ChannelIdentity, identity_id)
        if identity is None:
            return None
        account = session.get_one(ChannelAccount, identity.account_id)
        channel = post.channels.get(account.kind)
        if channel is None or not must_be_asked(channel, identity, clock.now(session)):
            return None
        return accounts.view(session, post.vault, account), identity.external_user


def _keep(post: Post, account: AccountView, user: str, name: str | None) -> None:
    """In all places where this user writes."""
    with post.sessions.begin() as session:
        places = select(ChannelIdentity).where(
            ChannelIdentity.account_id == account.id, ChannelIdentity.external_user == user
        )
        for identity in session.scalars(places.order_by(ChannelIdentity.id).with_for_update(key_share=True)):
            identity.named_at = clock.now(session)
            identity.display_name = cleaned(name or "") or identity.display_name
