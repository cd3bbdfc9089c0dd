"""What became of what we sent, as providers report it: late, twice, in any order, and before we noted what it is
about.
"""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from conversations import notify
from conversations.channels import steps
from conversations.channels.models import (
    ChannelAccount,
    ChannelDelivery,
    ChannelEarlyReport,
    ChannelIdentity,
)
from conversations.channels.names import DeliveryStatus
from conversations.channels.shapes import ReadReport, StatusReport
from conversations.models import Message
from conversations.names import Speaker
from onboarding import clock

# What arrived has arrived, whatever is reported afterwards.
_RANKS = {DeliveryStatus.FAILED: 1, DeliveryStatus.DELIVERED: 2, DeliveryStatus.READ: 3}
# We note a message as sent when the provider has answered, which can be so long after it took it.
_ANSWERED_WITHIN = timedelta(seconds=10)
_EARLY_KEPT = timedelta(days=1)


def await_turn(session: Session, account_id: int, provider_ids: Iterable[str]) -> None:
    """To be called before anything else is locked: taking a report and noting its message wait for one another, so
    that neither misses the other.
    """
    for provider_id in sorted(set(provider_ids)):
        key = f"report {account_id} {provider_id}"
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))


def take(session: Session, account: ChannelAccount, report: StatusReport) -> None:
    found = session.scalar(
        select(ChannelDelivery)
        .join(ChannelIdentity, ChannelIdentity.id == ChannelDelivery.identity_id)
        .where(
            ChannelIdentity.account_id == account.id,
            ChannelDelivery.provider_ids.contains([report.provider_id]),
        )
        .with_for_update(of=ChannelDelivery)
    )
    if found is None:
        _keep(session, account, report)
    elif _note(found, report):
        follow(session, found)


def take_read(session: Session, account: ChannelAccount, report: ReadReport) -> None:
    """Everything that was sent to this person until then has been read."""
    identity = session.scalar(
        select(ChannelIdentity)
        .where(
            ChannelIdentity.account_id == account.id,
            ChannelIdentity.external_user == report.external_user,
            ChannelIdentity.place == report.place,
            or_(ChannelIdentity.read_until.is_(None), ChannelIdentity.read_until < report.until),
        )
        .with_for_update(key_share=True)
    )
    if identity is None:
        return
    identity.read_until = report.until
    unread = session.scalars(
        select(ChannelDelivery)
        .where(
            ChannelDelivery.identity_id == identity.id,
            ChannelDelivery.status.in_((DeliveryStatus.SENT, DeliveryStatus.DELIVERED)),
            ChannelDelivery.sent_at <= report.until + _ANSWERED_WITHIN,
        )
        .with_for_update()
    )
    for delivery in unread:
        _note_read(delivery)
        follow(session, delivery)


def note_message(
    session: Session, account: ChannelAccount, delivery: ChannelDelivery, provider_id: str
) -> None:
    """The provider took a part of it under this id, of which it may have reported already."""
    delivery.provider_ids = [*delivery.provider_ids, provider_id]
    early = delete(ChannelEarlyReport).where(
        ChannelEarlyReport.account_id == account.id, ChannelEarlyReport.provider_id == provider_id
    )
    for row in session.scalars(early.returning(ChannelEarlyReport)):
        _note(delivery, StatusReport(provider_id, row.status, row.code))


def follow(session: Session, delivery: ChannelDelivery) -> None:
    """What is known of the parts becomes the state of the whole, once all of them were sent."""
    if delivery.sent_at is None:
        return
    identity = session.get_one(ChannelIdentity, delivery.identity_id)
    if identity.read_until is not None and delivery.sent_at <= identity.read_until + _ANSWERED_WITHIN:
        _note_read(delivery)
    before = delivery.status
    delivery.status, delivery.error_code = _whole(delivery)
    if delivery.status is not before:
        steps.add(session, delivery, delivery.status.value, delivery.error_code)
        tell_desk(session, delivery)


def begin_anew(delivery: ChannelDelivery) -> None:
    """From the first part on that was taken and did not arrive; parts before it are not sent again."""
    delivery.sent_at = None
    for place, provider_id in enumerate(delivery.provider_ids):
        if _status(delivery, provider_id) is DeliveryStatus.FAILED:
            delivery.parts_sent, delivery.provider_ids = place, delivery.provider_ids[:place]
            break
    known = set(delivery.provider_ids)
    delivery.reports = {one: report for one, report in delivery.reports.items() if one in known}


def tell_desk(session: Session, delivery: ChannelDelivery) -> None:
    """Of what the team waits for: what a person wrote, and whatever did not get there."""
    message = session.get_one(Message, delivery.message_id)
    if message.speaker == Speaker.PERSON.value or delivery.status is DeliveryStatus.FAILED:
        notify.tell_desk(session, "conversation", message.conversation_id)


def forget_early(session: Session) -> None:
    session.execute(
        delete(ChannelEarlyReport).where(ChannelEarlyReport.at < clock.now(session) - _EARLY_KEPT)
    )


def _keep(session: Session, account: ChannelAccount, report: StatusReport) -> None:
    early = insert(ChannelEarlyReport).values(
        account_id=account.id,
        provider_id=report.provider_id,
        status=report.status,
        code=report.code,
        at=clock.now(session),
    )
    session.execute(early.on_conflict_do_nothing())


def _note(delivery: ChannelDelivery, report: StatusReport) -> bool:
    """False where more is known already."""
    known = _status(delivery, report.provider_id)
    if known is not None and _RANKS[known] >= _RANKS[report.status]:
        return False
    noted = {"status": report.status.value} | ({"code": report.code} if report.code else {})
    delivery.reports = {**delivery.reports, report.provider_id: noted}
    return True


def _note_read(delivery: ChannelDelivery) -> None:
    for provider_id in delivery.provider_ids:
        _note(delivery, StatusReport(provider_id, DeliveryStatus.READ))


def _status(delivery: ChannelDelivery, provider_id: str) -> DeliveryStatus | None:
    noted = delivery.reports.get(provider_id)
    return DeliveryStatus(noted["status"]) if noted else None


def _whole(delivery: ChannelDelivery) -> tuple[DeliveryStatus, str | None]:
    """It got as far as its last part did; with its code where one part failed."""
    for noted in delivery.reports.values():
        if noted["status"] == DeliveryStatus.FAILED.value:
            return DeliveryStatus.FAILED, noted.get("code")
    statuses = [_status(delivery, provider_id) for provider_id in delivery.provider_ids]
    known = [status for status in statuses if status is not None]
    if not known or len(known) < len(statuses):
        return DeliveryStatus.SENT, None
    return min(known, key=lambda status: _RANKS[status]), None
