"""Takes in what a provider delivered, in one transaction: stored once, its turn enqueued, nothing else done here."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain, count

from sqlalchemy import delete, exists, func, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from conversations import jobs, lookup, messages
from conversations.channels import (
    accounts,
    callers,
    captions,
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

# What ends the id of a message of which the one that is answered is another part.
_FURTHER = "#[0-9]+$"
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
        self._further = count(1)

    @property
    def external_id(self) -> str:
        """Unique over all accounts of the channel."""
        return f"{self.account.public_id}:{self.message.external_id}"

    def further_id(self) -> str:
        """For what of it is kept beside the message that is answered."""
        return f"{self.external_id}#{next(self._further)}"


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
    """Receipts are kept for a while, messages for longer."""
    row = select(literal(account.id), literal(external_id), literal(clock.now(session)))
    is_written = exists().where(
        Message.channel == account.kind.value, Message.external_id == f"{account.public_id}:{external_id}"
    )
    receipt = (
        insert(ChannelReceipt)
        .from_select(["account_id", "external_id", "at"], row.where(~is_written))
        .on_conflict_do_nothing()
        .returning(ChannelReceipt.external_id)
    )
    return session.scalar(receipt) is not None


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
        _keep_what_was_refused(session, arrival)
        append_notice(session, conversation, f"{refused} {refused.what_to_do}")
        return False


def _warn_in_shared_places(session: Session, arrival: Arrival) -> None:
    identity = arrival.identity
    if identity.is_shared and identity.contact_id is None and identity.warned_at is None:
        identity.warned_at = clock.now(session)
        append_notice(session, arrival.conversation, words.said("shared_warning"))


def _store(session: Session, arrival: Arrival) -> bool:
    """Whether the assistant answers it."""
    message = arrival.message
    if _writes_like_a_machine(session, arrival):
        _keep_silently(session, arrival)
        return False
    if _is_about_linking(session, arrival) or _is_a_rating(session, arrival):
        _write_beside_the_assistant(session, arrival, _said_of_files(message), is_first=False)
        _store_files(session, arrival)
        return False
    if _is_all_about_files(message):
        _write_beside_the_assistant(session, arrival, _with_files(message))
        _store_files(session, arrival)
        return False
    is_due = _store_words(session, arrival)
    _write_beside_the_assistant(session, arrival, _said_of_files(message), is_first=False)
    _store_files(session, arrival)
    return is_due


def _is_all_about_files(message: InboundMessage) -> bool:
    names = [file.name for file in message.attachments]
    return bool(names) and message.button is None and captions.is_caption(message.text, names)


def _store_words(session: Session, arrival: Arrival) -> bool:
    """What is too long for one message becomes several: of these one is answered, the first that asks something."""
    button = _button(session, arrival)
    portions = _portions(arrival.message.text) if button is None else []
    at = next((at for at, portion in enumerate(portions) if captions.asks(portion)), 0)
    _write(session, arrival, portions[:at])
    receipt = messages.receive_in(
        session,
        arrival.conversation,
        Inbound(
            arrival.conversation.id,
            arrival.channel.kind.value,
            arrival.external_id,
            portions[at] if portions else arrival.message.text,
            button,
            answered_on=arrival.identity.id,
            waits=arrival.account.state is AccountState.PAUSED,
        ),
    )
    _write(session, arrival, portions[at + 1 :])
    return receipt.is_due


def _keep_silently(session: Session, arrival: Arrival) -> None:
    """For people to read; files are named, and stay with the provider."""
    _write_beside_the_assistant(session, arrival, _with_files(arrival.message))


def _keep_what_was_refused(session: Session, arrival: Arrival) -> None:
    if messages.written_before(session, arrival.channel.kind.value, arrival.external_id) is None:
        wordless = words.said("unknown_button" if arrival.message.button else "without_words")
        text = _with_files(arrival.message) or wordless
        _write_beside_the_assistant(session, arrival, text)


def _writes_like_a_machine(session: Session, arrival: Arrival) -> bool:
    most = arrival.channel.traits.most_answered_an_hour
    if most is None:
        return False
    of_this_hour = (
        Message.conversation_id == arrival.conversation.id,
        Message.speaker == Speaker.BRAND.value,
        Message.channel == arrival.channel.kind.value,
        Message.external_id.regexp_match(_FURTHER).is_(False),
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


def _write_beside_the_assistant(
    session: Session, arrival: Arrival, text: str, *, is_first: bool = True
) -> None:
    """Nothing where there are no words."""
    _write(session, arrival, _portions(text), [arrival.external_id] if is_first else [])


def _write(session: Session, arrival: Arrival, portions: Sequence[str], ids: Sequence[str] = ()) -> None:
    channel = arrival.channel.kind.value
    named = zip(portions, chain(ids, iter(arrival.further_id, None)), strict=False)
    written = [Written(Speaker.BRAND, portion, channel, external_id) for portion, external_id in named]
    if written:
        append(session, arrival.conversation, *written)


def _portions(text: str) -> list[str]:
    """Cut between paragraphs, lines or words, in this order; none where there are no words."""
    text, found = text.replace("\x00", "").strip(), []
    while len(text) > messages.LONGEST_TEXT:
        head = text[: messages.LONGEST_TEXT]
        cuts = (head.rfind(mark) for mark in ("\n\n", "\n", " "))
        end = next((cut for cut in cuts if cut > messages.LONGEST_TEXT // 2), messages.LONGEST_TEXT)
        found.append(text[:end].strip())
        text = text[end:].strip()
    return [*found, text] if text else found


def _button(session: Session, arrival: Arrival) -> ButtonRef | None:
    if arrival.message.button is not None:
        return choices.pressed(session, arrival.conversation, arrival.message.button)
    return choices.typed_number(session, arrival.conversation, arrival.channel.traits, arrival.message.text)


def _store_files(session: Session, arrival: Arrival) -> None:
    """What becomes of them is a job's, and not the assistant's."""
    message = arrival.message
    message_id = _id_of(session, arrival) if message.attachments else None
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


def _with_files(message: InboundMessage) -> str:
    return "\n".join(filter(None, (message.text.strip(), _said_of_files(message))))


def _said_of_files(message: InboundMessage) -> str:
    """That they came."""
    return "\n".join(words.said("file_came", name=_named(one.name)) for one in message.attachments)


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
