"""Takes in what a provider delivered, in one transaction: stored once, its turn enqueued, nothing else done here."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from conversations import jobs, lookup, messages
from conversations.channels import (
    accounts,
    callers,
    choices,
    consents,
    linking,
    own_address,
    ratings,
    reports,
    switching,
    words,
)
from conversations.channels.models import ChannelAccount, ChannelFile, ChannelIdentity, ChannelReceipt
from conversations.channels.names import AccountState
from conversations.channels.shapes import (
    Channel,
    Consent,
    Event,
    InboundMessage,
    ReadReport,
    StatusReport,
)
from conversations.messages import ButtonRef, Inbound, Written, append, append_notice
from conversations.models import Conversation, Message
from conversations.names import Speaker
from onboarding import clock
from onboarding.errors import DomainError

_EARLIEST = datetime.min.replace(tzinfo=UTC)

type Events = Sequence[Event]


class Arrival:
    """One message, where it belongs: its identity and conversation are locked."""

    def __init__(
        self,
        channel: Channel,
        account: ChannelAccount,
        identity: ChannelIdentity,
        conversation: Conversation,
        message: InboundMessage,
    ) -> None:
        self.channel = channel
        self.account = account
        self.identity = identity
        self.conversation = conversation
        self.message = message

    @property
    def external_id(self) -> str:
        """Unique over all accounts of the channel."""
        return f"{self.account.public_id}:{self.message.external_id}"


def take(session: Session, channel: Channel, account_id: int, events: Events) -> bool:
    """Everything of one delivery; what came before is left out. Whether the assistant answers something of it now."""
    account = session.get_one(ChannelAccount, account_id)
    is_off = switching.is_off(session, account)
    reported = [event for event in events if isinstance(event, StatusReport)]
    reports.await_turn(session, account_id, [report.provider_id for report in reported])
    is_due = False
    for event in _in_order(events):
        match event:
            case ReadReport():
                reports.take_read(session, account, event)
            case Consent():
                consents.take(session, account, event)
            case InboundMessage():
                if _concerns_us(session, account, event) and _is_new(session, account, event.external_id):
                    is_due = _take_message(session, channel, account, event) or is_due
    # Who writes is locked before what was sent to them, as in sending.
    for report in sorted(reported, key=lambda report: report.provider_id):
        reports.take(session, account, report)
    accounts.note_in(session, account)
    return is_due and not is_off


def forget_receipts(session: Session, before: datetime) -> None:
    session.execute(delete(ChannelReceipt).where(ChannelReceipt.at < before))


def _in_order(events: Events) -> Sequence[Event]:
    """A batch is not always sorted; messages without a time stay where they are."""
    found = list(events)
    sent = [event.sent_at for event in found if isinstance(event, InboundMessage)]
    if len(sent) < len(found) or None in sent:
        return found
    return sorted(found, key=lambda event: getattr(event, "sent_at", None) or _EARLIEST)


def _concerns_us(session: Session, account: ChannelAccount, message: InboundMessage) -> bool:
    return not message.only_if_known or _known(session, account, message) is not None


def _is_new(session: Session, account: ChannelAccount, external_id: str) -> bool:
    receipt = insert(ChannelReceipt).values(
        account_id=account.id, external_id=external_id, at=clock.now(session)
    )
    stored = receipt.on_conflict_do_nothing().returning(ChannelReceipt.external_id)
    return session.scalar(stored) is not None


def _take_message(
    session: Session, channel: Channel, account: ChannelAccount, message: InboundMessage
) -> bool:
    identity = _identity(session, account, message)
    if callers.must_be_asked(channel, identity, clock.now(session)):
        jobs.defer_channel_name(session, identity.id)
    conversation = lookup.locked(session, identity.conversation_id)
    conversation.answered_on = identity.id
    arrival = Arrival(channel, account, identity, conversation, message)
    _warn_in_shared_places(session, arrival)
    try:
        return _store(session, arrival)
    except DomainError as refused:
        append_notice(session, conversation, f"{refused} {refused.what_to_do}")
        return False


def _warn_in_shared_places(session: Session, arrival: Arrival) -> None:
    identity = arrival.identity
    if identity.is_shared and identity.contact_id is None and identity.warned_at is None:
        identity.warned_at = clock.now(session)
        append_notice(session, arrival.conversation, words.said("shared_warning"))


def _store(session: Session, arrival: Arrival) -> bool:
    """Whether the assistant answers it."""
    if _is_about_linking(session, arrival) or _is_a_rating(session, arrival):
        return False
    if arrival.message.attachments:
        _store_files(session, arrival)
        return False
    if _writes_like_a_machine(session, arrival):
        _write_beside_the_assistant(session, arrival, arrival.message.text)
        return False
    receipt = messages.receive_in(
        session,
        arrival.conversation,
        Inbound(
            arrival.conversation.id,
            arrival.channel.kind.value,
            arrival.external_id,
            arrival.message.text,
            _button(session, arrival),
            answered_on=arrival.identity.id,
            waits=arrival.account.state is AccountState.PAUSED,
        ),
    )
    return receipt.is_due


def _writes_like_a_machine(session: Session, arrival: Arrival) -> bool:
    most = arrival.channel.traits.most_answered_an_hour
    if most is None:
        return False
    of_this_hour = (
        Message.conversation_id == arrival.conversation.id,
        Message.speaker == Speaker.BRAND.value,
        Message.channel == arrival.channel.kind.value,
        Message.at > clock.now(session) - timedelta(hours=1),
    )
    written: int = session.scalars(select(func.count()).select_from(Message).where(*of_this_hour)).one()
    return written >= most


def _is_about_linking(session: Session, arrival: Arrival) -> bool:
    """A code is not kept in the conversation, and neither command is the assistant's."""
    text, identity = arrival.message.text, arrival.identity
    code = linking.code_in(text)
    if code is None and not linking.asks_to_unlink(text):
        return False
    _write_beside_the_assistant(session, arrival, words.said("sent_code") if code else text)
    if code is not None:
        answer = linking.use_code(session, arrival.account, identity, code)
        append_notice(session, arrival.conversation, answer)
    elif identity.contact_id is not None:
        linking.unlink_all(session, identity)
    else:
        append_notice(session, arrival.conversation, words.said("not_linked"))
    return True


def _is_a_rating(session: Session, arrival: Arrival) -> bool:
    """It neither opens the conversation again nor is it the assistant's."""
    said = ratings.said(session, arrival.conversation, arrival.message)
    if said is None:
        return False
    _write_beside_the_assistant(session, arrival, said.text)
    append_notice(session, arrival.conversation, ratings.take(session, arrival.conversation, said))
    return True


def _write_beside_the_assistant(session: Session, arrival: Arrival, text: str) -> None:
    written = Written(Speaker.BRAND, messages.checked(text), arrival.channel.kind.value, arrival.external_id)
    append(session, arrival.conversation, written)


def _button(session: Session, arrival: Arrival) -> ButtonRef | None:
    if arrival.message.button is not None:
        return choices.pressed(session, arrival.conversation, arrival.message.button)
    return choices.typed_number(session, arrival.conversation, arrival.channel.traits, arrival.message.text)


def _store_files(session: Session, arrival: Arrival) -> None:
    """The message says that they came; what becomes of them is a job's, and not the assistant's."""
    message = arrival.message
    said = [message.text, *(words.said("file_came", name=_named(one.name)) for one in message.attachments)]
    _write_beside_the_assistant(session, arrival, "\n".join(filter(None, said)))
    message_id = _id_of(session, arrival)
    for attachment in message.attachments:
        file = ChannelFile(
            identity_id=arrival.identity.id,
            message_id=message_id,
            reference={**attachment.reference},
            name=attachment.name,
            caption=message.text,
            size_bytes=attachment.size_bytes,
            created_at=clock.now(session),
        )
        session.add(file)
        session.flush()
        jobs.defer_channel_file(session, file.id)


def _id_of(session: Session, arrival: Arrival) -> int:
    named = (Message.channel == arrival.channel.kind.value, Message.external_id == arrival.external_id)
    return session.scalars(select(Message.id).where(*named)).one()


def _named(name: str) -> str:
    return name or words.said("file_without_name")


def _identity(session: Session, account: ChannelAccount, message: InboundMessage) -> ChannelIdentity:
    """Found or begun, and locked: two messages of one person are taken in one after the other."""
    key = (account.id, message.external_user, message.place)
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"channel {key}", 0))))
    found = _known(session, account, message)
    now = clock.now(session)
    is_new = found is None
    if found is None:
        found = ChannelIdentity(
            account_id=account.id,
            external_user=message.external_user,
            place=message.place,
            conversation_id=lookup.open_for_visitor(session).id,
            display_name="",
            workspace="",
            created_at=now,
        )
        session.add(found)
    found.address = dict(message.address)
    if message.workspace is not None:
        found.workspace = message.workspace
    found.is_shared = message.is_shared
    if message.display_name and found.named_at is None:
        found.display_name = callers.cleaned(message.display_name)
    found.last_in_at = now
    session.flush()
    linking.end_where_it_does_not_hold(session, account, found)
    contact = linking.contact_in_private(session, account, found) if found.contact_id is None else None
    if is_new:
        contact = own_address.contact(session, account, found) or contact
    if contact is not None:
        linking.join(session, found, contact)
    return found


def _known(session: Session, account: ChannelAccount, message: InboundMessage) -> ChannelIdentity | None:
    return session.scalar(
        select(ChannelIdentity)
        .where(
            ChannelIdentity.account_id == account.id,
            ChannelIdentity.external_user == message.external_user,
            ChannelIdentity.place == message.place,
        )
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
