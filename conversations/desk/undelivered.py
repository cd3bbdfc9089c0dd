"""What did not get to a brand on its channel: shown with its reason, sent again, or sent by mail."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from conversations import lookup, notify, ownership
from conversations.channels import guides, outgoing, steps
from conversations.channels.models import ChannelAccount, ChannelDelivery, ChannelIdentity
from conversations.channels.names import DEAD_LETTERS, DeliveryStatus
from conversations.channels.reach import reach
from conversations.desk import replies
from conversations.models import Message
from onboarding.errors import NotFound
from onboarding.models import Staff

_MAILED = "mailed"


class NothingUndelivered(NotFound):
    code = "nothing_undelivered"


@dataclass(frozen=True)
class SentOn:
    """How far a message got on its channel; `code` is why not further."""

    channel: str
    status: DeliveryStatus
    code: str | None
    is_in_template: bool
    is_mailed: bool

    @property
    def is_lost(self) -> bool:
        return self.status in DEAD_LETTERS


def of_messages(session: Session, message_ids: Collection[int]) -> dict[int, SentOn]:
    """Of each the newest; nothing for what was written for the website alone."""
    rows = session.execute(
        select(ChannelDelivery, ChannelAccount.kind)
        .join(ChannelIdentity, ChannelIdentity.id == ChannelDelivery.identity_id)
        .join(ChannelAccount, ChannelAccount.id == ChannelIdentity.account_id)
        .where(ChannelDelivery.message_id.in_(message_ids))
        .order_by(ChannelDelivery.id)
    )
    return {
        delivery.message_id: SentOn(
            guides.guide(kind).public_name,
            delivery.status,
            delivery.error_code,
            bool(delivery.settings),
            steps.has(delivery, _MAILED),
        )
        for delivery, kind in rows
    }


def resend(session: Session, conversation_id: UUID, seq: int, *, by: Staff) -> None:
    """On the same channel, as it was. Raises NotYours, NothingUndelivered."""
    _, delivery = _lost(session, conversation_id, seq, by)
    outgoing.replay(session, delivery)
    notify.tell_desk(session, "conversation", conversation_id, by=by.id)


def send_by_mail(session: Session, conversation_id: UUID, seq: int, *, by: Staff) -> None:
    """Once. Raises NotYours, NothingUndelivered."""
    message, delivery = _lost(session, conversation_id, seq, by)
    where = reach(session, lookup.conversation(session, conversation_id))
    if where is None or where.mail_to is None:
        raise NothingUndelivered("There is no address to mail it to.")
    if steps.has(delivery, _MAILED):
        return
    replies.mail_answer(session, where, message.text, by=by)
    steps.add(session, delivery, _MAILED)
    notify.tell_desk(session, "conversation", conversation_id, by=by.id)


def _lost(session: Session, conversation_id: UUID, seq: int, by: Staff) -> tuple[Message, ChannelDelivery]:
    conversation = lookup.locked(session, conversation_id)
    ownership.require_own(session, conversation, by)
    found = session.execute(
        select(Message, ChannelDelivery)
        .join(ChannelDelivery, ChannelDelivery.message_id == Message.id)
        .where(
            Message.conversation_id == conversation.id,
            Message.seq == seq,
            ChannelDelivery.status.in_(DEAD_LETTERS),
        )
        .order_by(ChannelDelivery.id.desc())
        .limit(1)
        .with_for_update(of=ChannelDelivery)
    ).one_or_none()
    if found is None:
        raise NothingUndelivered("Everything of it got there.")
    return found[0], found[1]
