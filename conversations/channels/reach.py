"""Where a reply goes, whether it gets there, and what does where it would not."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from conversations import handoff_history
from conversations.channels import guides, templates, windows
from conversations.channels.models import ChannelAccount, ChannelIdentity, ChannelTemplate
from conversations.channels.names import AccountState
from conversations.channels.whatsapp import LONGEST_VARIABLE
from conversations.models import Conversation
from onboarding import clock
from onboarding.models import Contact


class ReachState(StrEnum):
    """By person: what the assistant writes would not get there any more, and what a person writes does."""

    OPEN = "open"
    BY_PERSON = "by_person"
    CLOSED = "closed"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Reach:
    """`changes_at` is when the window closes, or closed, or when they asked to stop; None where there is no window.

    `says_in_template` is whether what is typed goes out inside a template once the window is closed. `on_website` is
    whether the brand can read it there.
    """

    channel: str
    account_id: int
    state: ReachState
    changes_at: datetime | None
    is_paused: bool
    says_in_template: bool
    templates: list[ChannelTemplate]
    on_website: bool
    mail_to: str | None

    @property
    def is_shut(self) -> bool:
        return self.state in (ReachState.CLOSED, ReachState.STOPPED)

    @property
    def longest_in_template(self) -> int:
        return LONGEST_VARIABLE

    @property
    def is_elsewhere(self) -> bool:
        """Whether there is another way than the channel."""
        return self.on_website or self.mail_to is not None


def reach(session: Session, conversation: Conversation) -> Reach | None:
    """None where the brand wrote on the website last."""
    identity = _wrote_last(session, conversation)
    if identity is None:
        return None
    account = session.get_one(ChannelAccount, identity.account_id)
    state, changes_at = _state(session, identity, account)
    is_closed = state is ReachState.CLOSED
    return Reach(
        channel=guides.guide(account.kind).public_name,
        account_id=account.id,
        state=state,
        changes_at=changes_at,
        is_paused=account.state is AccountState.PAUSED,
        says_in_template=is_closed and bool(account.settings.get("window_template")),
        templates=templates.of_account(session, account.id) if is_closed else [],
        on_website=conversation.contact_id is not None,
        mail_to=_mail_to(session, conversation),
    )


def takes_notices(session: Session, conversation: Conversation) -> bool:
    """Without a template, and without a person who writes them; always where the brand wrote on the website last."""
    identity = _wrote_last(session, conversation)
    if identity is None:
        return True
    state, _ = _state(session, identity, session.get_one(ChannelAccount, identity.account_id))
    return state is ReachState.OPEN


def _wrote_last(session: Session, conversation: Conversation) -> ChannelIdentity | None:
    return session.get(ChannelIdentity, conversation.answered_on) if conversation.answered_on else None


def _state(
    session: Session, identity: ChannelIdentity, account: ChannelAccount
) -> tuple[ReachState, datetime | None]:
    if identity.stopped_at is not None:
        return ReachState.STOPPED, identity.stopped_at
    window, now = windows.window(account.kind, identity.last_in_at, account.settings), clock.now(session)
    if window is None:
        return ReachState.OPEN, None
    if window.is_open(now):
        return ReachState.OPEN, window.closes_at
    if window.is_open_for_people(now):
        return ReachState.BY_PERSON, window.closes_for_people_at
    return ReachState.CLOSED, window.closes_for_people_at or window.closes_at


def _mail_to(session: Session, conversation: Conversation) -> str | None:
    """The address by which the contact signs in, or the one that a visitor left to be answered at."""
    contact = session.get(Contact, conversation.contact_id) if conversation.contact_id else None
    if contact is not None:
        return None if contact.erased_at else contact.email
    handoff = handoff_history.open_handoff(session, conversation)
    return handoff.email if handoff else None
