"""What was sent on a channel, for operators: states and counts, never words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from conversations.channels import outgoing, windows
from conversations.channels.models import ChannelAccount, ChannelDelivery, ChannelIdentity
from conversations.channels.names import DEAD_LETTERS, DeliveryStatus
from onboarding import clock
from onboarding.errors import NotFound

_REPLAYED_AT_ONCE = 500
REPLAYED_FOR = timedelta(days=7)


class DeliveryUnknown(NotFound):
    code = "channel_delivery_unknown"


@dataclass(frozen=True)
class Standing:
    account: ChannelAccount
    waiting: int
    dead: int


@dataclass(frozen=True)
class Logged:
    delivery: ChannelDelivery
    to: str

    @property
    def is_dead(self) -> bool:
        return self.delivery.status in DEAD_LETTERS


def standings(session: Session) -> list[Standing]:
    counts = {
        (account_id, status): count
        for account_id, status, count in session.execute(
            select(ChannelIdentity.account_id, ChannelDelivery.status, func.count())
            .join(ChannelIdentity, ChannelIdentity.id == ChannelDelivery.identity_id)
            .where(ChannelDelivery.status.in_([DeliveryStatus.QUEUED, *DEAD_LETTERS]))
            .group_by(ChannelIdentity.account_id, ChannelDelivery.status)
        )
    }
    accounts = session.scalars(select(ChannelAccount).order_by(ChannelAccount.name, ChannelAccount.id))
    return [
        Standing(
            account,
            counts.get((account.id, DeliveryStatus.QUEUED), 0),
            sum(counts.get((account.id, status), 0) for status in DEAD_LETTERS),
        )
        for account in accounts
    ]


def deliveries(
    session: Session,
    account: ChannelAccount,
    statuses: Iterable[DeliveryStatus],
    *,
    limit: int,
    before_id: int | None = None,
) -> list[Logged]:
    """The newest first."""
    query = (
        select(ChannelDelivery, ChannelIdentity)
        .join(ChannelIdentity, ChannelIdentity.id == ChannelDelivery.identity_id)
        .where(ChannelIdentity.account_id == account.id, ChannelDelivery.status.in_(list(statuses)))
        .order_by(ChannelDelivery.id.desc())
        .limit(limit)
    )
    if before_id is not None:
        query = query.where(ChannelDelivery.id < before_id)
    return [
        Logged(delivery, identity.display_name or identity.external_user)
        for delivery, identity in session.execute(query)
    ]


def replay(session: Session, account: ChannelAccount, delivery_id: int) -> None:
    """Raises DeliveryUnknown."""
    delivery = session.scalar(
        _of(account).where(ChannelDelivery.id == delivery_id).with_for_update(of=ChannelDelivery)
    )
    if delivery is None:
        raise DeliveryUnknown("There is no such delivery.")
    outgoing.replay(session, delivery)


def replay_all(session: Session, account: ChannelAccount) -> int:
    """The dead letters that can go and are not too old to be of use, oldest first; returns how many."""
    dead = session.scalars(
        _replayable(session, account)
        .order_by(ChannelDelivery.id)
        .limit(_REPLAYED_AT_ONCE)
        .with_for_update(of=ChannelDelivery)
    ).all()
    for delivery in dead:
        outgoing.replay(session, delivery)
    return len(dead)


def replayable_count(session: Session, account: ChannelAccount) -> int:
    """How many `replay_all` would take."""
    dead = _replayable(session, account).limit(_REPLAYED_AT_ONCE).subquery()
    return session.scalars(select(func.count()).select_from(dead)).one()


def _replayable(session: Session, account: ChannelAccount) -> Select[ChannelDelivery]:
    now = clock.now(session)
    code = func.coalesce(ChannelDelivery.error_code, "")
    found = _of(account).where(
        ChannelDelivery.status.in_(DEAD_LETTERS),
        ChannelDelivery.created_at > now - REPLAYED_FOR,
        ChannelIdentity.stopped_at.is_(None),
        code != outgoing.UNLINKED,
    )
    window = windows.lasts(account.kind, account.settings)
    if window is None:
        return found
    return found.where(or_(code != windows.CLOSED, ChannelIdentity.last_in_at > now - window))


def _of(account: ChannelAccount) -> Select[ChannelDelivery]:
    return (
        select(ChannelDelivery)
        .join(ChannelIdentity, ChannelIdentity.id == ChannelDelivery.identity_id)
        .where(ChannelIdentity.account_id == account.id)
    )
