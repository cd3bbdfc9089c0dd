"""A channel that is switched off: what comes is kept and waits for its answer, until it is on again."""

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from conversations import jobs
from conversations.channels.models import ChannelAccount, ChannelIdentity
from conversations.channels.names import AccountState
from conversations.models import Conversation, Message


def is_off(session: Session, account: ChannelAccount) -> bool:
    """If so it stays so until the transaction ends: who switches it on then sees what was kept."""
    if account.state is AccountState.PAUSED:
        session.execute(select(func.pg_advisory_xact_lock_shared(_lock(account))))
        session.refresh(account)
    return account.state is AccountState.PAUSED


def switch(session: Session, account: ChannelAccount, state: AccountState) -> bool:
    """Whether it was in the other state. Once it is on, what waited is answered; what was to be sent is swept up."""
    session.execute(select(func.pg_advisory_xact_lock(_lock(account))))
    session.refresh(account, with_for_update={"key_share": True})
    if account.state is state:
        return False
    account.state = state
    if state is AccountState.ACTIVE:
        for message in session.scalars(_unanswered(account).order_by(Message.id)):
            jobs.defer_turn(session, message.conversation_id, message.seq)
    return True


def waiting_count(session: Session, account: ChannelAccount) -> int:
    """How many messages the assistant has to answer."""
    waiting = _unanswered(account).subquery()
    return session.scalars(select(func.count()).select_from(waiting)).one()


def _unanswered(account: ChannelAccount) -> Select[Message]:
    return (
        select(Message)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .join(ChannelIdentity, ChannelIdentity.id == Conversation.answered_on)
        .where(ChannelIdentity.account_id == account.id, Message.due)
    )


def _lock(account: ChannelAccount) -> ColumnElement[int]:
    return func.hashtextextended(f"switch of channel {account.id}", 0)
