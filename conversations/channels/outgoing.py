"""Sends what is queued for channels: in order for each identity, obeying providers' limits, tried for a day."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from aiohttp import ClientError, ClientSession
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from conversations import jobs
from conversations.channels import (
    accounts,
    choices,
    consents,
    linking,
    markup,
    reports,
    sent_files,
    steps,
    templates,
    windows,
)
from conversations.channels.models import ChannelAccount, ChannelDelivery, ChannelIdentity
from conversations.channels.names import DEAD_LETTERS, AccountState, ChannelKind, DeliveryStatus
from conversations.channels.shapes import (
    Accepted,
    AccountView,
    CarriesFiles,
    Channel,
    OutboundFile,
    OutboundMessage,
    Outcome,
    Refused,
    Traits,
    TryLater,
)
from conversations.models import Message
from conversations.names import Speaker
from onboarding import clock
from onboarding.database import SessionFactory
from onboarding.documents.storage import DocumentStore
from onboarding.vault import Vault

_log = logging.getLogger(__name__)

UNLINKED = "unlinked"
# In a delivery's settings.
_CUT_AT = "cut_at"
TRIED_FOR = timedelta(hours=24)
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=5), timedelta(hours=1)


@dataclass(frozen=True)
class Post:
    """What sending needs: `base_url` is ours, for links, and `server_key` signs those to files."""

    sessions: SessionFactory
    vault: Vault
    http: ClientSession
    base_url: str
    channels: Mapping[ChannelKind, Channel]
    store: DocumentStore
    server_key: bytes


@dataclass(frozen=True)
class Due:
    """A part of a delivery (from 0), to be sent now by whoever holds its identity: nobody else holds it until the very
    same `held_until`.
    """

    delivery_id: int
    identity_id: int
    account: AccountView
    address: Mapping[str, Any]
    message: OutboundMessage
    part: int
    is_last_part: bool
    held_until: datetime


async def deliver(post: Post, identity_id: int) -> None:
    """Everything that is due to one identity, one after another; nothing where somebody else is at it."""
    due = await asyncio.to_thread(_first, post, identity_id)
    while due is not None:
        outcome = await _attempt(post, due)
        due = await asyncio.to_thread(_next, post, due, outcome)


def sweep(session: Session) -> None:
    """Jobs for what is due and has none: after the death of a worker, or when the clock was moved."""
    for identity_id in due_identities(session):
        jobs.defer_delivery(session, identity_id)


def due_identities(session: Session) -> list[int]:
    now = clock.now(session)
    head = (
        select(func.min(ChannelDelivery.id).label("id"))
        .where(ChannelDelivery.status == DeliveryStatus.QUEUED)
        .group_by(ChannelDelivery.identity_id)
        .subquery()
    )
    return list(
        session.scalars(
            select(ChannelIdentity.id)
            .join(ChannelDelivery, ChannelDelivery.identity_id == ChannelIdentity.id)
            .join(head, head.c.id == ChannelDelivery.id)
            .join(ChannelAccount, ChannelAccount.id == ChannelIdentity.account_id)
            .where(
                or_(ChannelDelivery.next_try_at.is_(None), ChannelDelivery.next_try_at <= now),
                or_(
                    ChannelIdentity.sending_until.is_(None),
                    ChannelIdentity.sending_until < func.clock_timestamp(),
                ),
                or_(ChannelAccount.paused_until.is_(None), ChannelAccount.paused_until <= now),
                ChannelAccount.state == AccountState.ACTIVE,
            )
            .order_by(ChannelIdentity.id)
        )
    )


def replay(session: Session, delivery: ChannelDelivery) -> None:
    """A dead letter begins anew, with the part that the provider did not take, or that did not arrive."""
    if delivery.status not in DEAD_LETTERS:
        return
    reports.begin_anew(delivery)
    delivery.status = DeliveryStatus.QUEUED
    delivery.next_try_at = delivery.give_up_at = None
    delivery.attempts = 0
    steps.add(session, delivery, "replayed")
    jobs.defer_delivery(session, delivery.identity_id)


async def _attempt(post: Post, due: Due) -> Outcome:
    channel = post.channels[due.account.kind]
    try:
        return await channel.send(due.account, due.address, due.message, post.http)
    except (ClientError, TimeoutError, OSError):
        return TryLater("network")
    except Exception:
        # Neither the message nor the address is logged.
        _log.exception("delivery %s failed by our own fault", due.delivery_id)
        return TryLater("our_fault")


def _first(post: Post, identity_id: int) -> Due | None:
    with post.sessions.begin() as session:
        identity = linking.locked(session, identity_id)
        if identity is None or _is_held(session, identity):
            return None
        return _hold(session, post, identity)


def _next(post: Post, due: Due, outcome: Outcome) -> Due | None:
    with post.sessions.begin() as session:
        if isinstance(outcome, Accepted) and outcome.provider_id is not None:
            reports.await_turn(session, due.account.id, [outcome.provider_id])
        identity = linking.locked(session, due.identity_id)
        if identity is None:
            return None
        if identity.sending_until != due.held_until:
            # Whoever took over sends on from this part: what became of it here is not known to them any more.
            _log.warning("delivery %s took too long and was taken over", due.delivery_id)
            return None
        _settle(session, identity, due, outcome)
        return _hold(session, post, identity)


def _is_held(session: Session, identity: ChannelIdentity) -> bool:
    return identity.sending_until is not None and identity.sending_until > clock.database_time(session)


def _hold(session: Session, post: Post, identity: ChannelIdentity) -> Due | None:
    """What is to be sent next, the identity held for it; lets go of it where nothing is due."""
    identity.sending_until = None
    account = session.get_one(ChannelAccount, identity.account_id, populate_existing=True)
    channel = post.channels.get(account.kind)
    if account.state is not AccountState.ACTIVE or channel is None:
        return None
    while (delivery := _head(session, identity)) is not None:
        if not _is_time(session, account, delivery):
            return None
        if (why_not := _why_withheld(session, account, identity, delivery)) is not None:
            delivery.error_code = why_not
            _end(session, delivery, DeliveryStatus.FAILED, "withheld", why_not)
            continue
        parts = _parts(session, post, channel, identity, delivery)
        if delivery.parts_sent < len(parts):
            return _held(session, post, account, identity, delivery, parts)
        _end(session, delivery, DeliveryStatus.SENT, "sent")
    return None


def _held(
    session: Session,
    post: Post,
    account: ChannelAccount,
    identity: ChannelIdentity,
    delivery: ChannelDelivery,
    parts: list[OutboundMessage],
) -> Due:
    longest = post.channels[account.kind].traits.longest_send
    held_until = identity.sending_until = clock.database_time(session) + longest
    delivery.attempts += 1
    return Due(
        delivery.id,
        identity.id,
        accounts.view(session, post.vault, account),
        identity.address,
        parts[delivery.parts_sent],
        part=delivery.parts_sent,
        is_last_part=delivery.parts_sent == len(parts) - 1,
        held_until=held_until,
    )


def _is_time(session: Session, account: ChannelAccount, delivery: ChannelDelivery) -> bool:
    """A job comes back where it is too early."""
    now = clock.now(session)
    until = max(filter(None, (delivery.next_try_at, account.paused_until)), default=now)
    if until > now:
        jobs.defer_delivery(session, delivery.identity_id, after_seconds=(until - now).total_seconds())
    return until <= now


def _why_withheld(
    session: Session, account: ChannelAccount, identity: ChannelIdentity, delivery: ChannelDelivery
) -> str | None:
    if not _may_still_be_read(session, account, identity, delivery):
        return UNLINKED
    return consents.ASKED_TO_STOP if identity.stopped_at is not None else None


def _head(session: Session, identity: ChannelIdentity) -> ChannelDelivery | None:
    return session.scalar(
        select(ChannelDelivery)
        .where(ChannelDelivery.identity_id == identity.id, ChannelDelivery.status == DeliveryStatus.QUEUED)
        .order_by(ChannelDelivery.id)
        .limit(1)
        .execution_options(populate_existing=True)
    )


def _may_still_be_read(
    session: Session, account: ChannelAccount, identity: ChannelIdentity, delivery: ChannelDelivery
) -> bool:
    """Not once the identity was unlinked, or could not be linked any more: what waited was for the contact, and a dead
    letter stays theirs.
    """
    if identity.contact_id is not None and not linking.still_holds(session, account, identity):
        return False
    message = session.get_one(Message, delivery.message_id, populate_existing=True)
    return message.conversation_id == identity.conversation_id


def _parts(
    session: Session, post: Post, channel: Channel, identity: ChannelIdentity, delivery: ChannelDelivery
) -> list[OutboundMessage]:
    """The same at each attempt, so that a delivery goes on where it was interrupted."""
    message = session.get_one(Message, delivery.message_id)
    traits = channel.traits
    text, files = _files_of(session, post, traits, message)
    text = markup.with_whole_addresses(text, post.base_url)
    buttons = choices.buttons_of(message)
    if buttons and choices.must_be_numbered(buttons, traits):
        text, buttons = choices.numbered(text, buttons), ()
    # A template says all at once what its approved text has room for.
    in_template = templates.IN_SETTINGS in delivery.settings
    longest = _longest_piece(session, traits, identity, delivery)
    pieces = [text] if in_template else markup.cut(text, traits.render, longest)
    whole = OutboundMessage(
        text="",
        answers=_answered(session, message),
        last_in_at=identity.last_in_at,
        sent_at=message.at,
        now=clock.now(session),
        is_by_person=message.speaker == Speaker.PERSON.value,
        settings=delivery.settings,
    )
    parts = [
        replace(whole, text=traits.render(piece), key=f"{delivery.id}-{number}")
        for number, piece in enumerate(pieces)
    ]
    if parts:
        parts[-1] = replace(parts[-1], buttons=buttons)
    if traits.carries_files is CarriesFiles.WITHIN and parts:
        parts[-1] = replace(parts[-1], attachments=files)
    elif traits.carries_files is CarriesFiles.APART:
        first = len(parts)
        parts += [
            replace(whole, attachments=(file,), key=f"{delivery.id}-{number}")
            for number, file in enumerate(files, start=first)
        ]
    return parts


def _longest_piece(
    session: Session, traits: Traits, identity: ChannelIdentity, delivery: ChannelDelivery
) -> int:
    """As the first piece was cut, also where the provider's window has closed or opened since."""
    if traits.longest_in_template is None:
        return traits.longest_text
    if delivery.parts_sent == 0:
        kind = session.get_one(ChannelAccount, identity.account_id).kind
        window = windows.window(kind, identity.last_in_at)
        is_shut = window is not None and not window.is_open(clock.now(session))
        longest = traits.longest_in_template if is_shut else traits.longest_text
        delivery.settings = {**delivery.settings, _CUT_AT: longest}
    return int(delivery.settings.get(_CUT_AT, traits.longest_text))


def _files_of(
    session: Session, post: Post, traits: Traits, message: Message
) -> tuple[str, tuple[OutboundFile, ...]]:
    """What is said of them, and those that the channel carries."""
    found = sent_files.of(session, message) if message.speaker == Speaker.PERSON.value else []
    now = clock.now(session)
    if traits.carries_files is CarriesFiles.NOT or not found:
        return sent_files.with_signed_links(message.text, found, post.server_key, now), ()
    files = tuple(
        sent_files.outbound(
            file, post.store, f"{post.base_url}{sent_files.path_of(file, post.server_key, now)}"
        )
        for file in found
    )
    text = sent_files.without_links(message.text, found)
    if not text and traits.carries_files is CarriesFiles.WITHIN:
        text = "\n".join(file.name for file in files)
    return text, files


def _answered(session: Session, message: Message) -> str | None:
    """The provider's id of what is answered; the account that it came by stands before it."""
    if message.answers is None:
        return None
    external_id = session.scalar(
        select(Message.external_id).where(
            Message.conversation_id == message.conversation_id,
            Message.seq == message.answers,
            Message.speaker == Speaker.BRAND.value,
        )
    )
    return external_id.partition(":")[2] or None if external_id else None


def _settle(session: Session, identity: ChannelIdentity, due: Due, outcome: Outcome) -> None:
    delivery = session.get(ChannelDelivery, due.delivery_id, with_for_update=True, populate_existing=True)
    if delivery is None:
        return
    account = session.get_one(ChannelAccount, identity.account_id)
    match outcome:
        case Accepted():
            _accepted(session, account, delivery, due, outcome)
        case TryLater():
            _later(session, account, delivery, outcome)
        case Refused():
            delivery.error_code = outcome.code
            accounts.note_error(session, account, outcome.code)
            if outcome.asked_to_stop:
                consents.note_stop(session, identity)
            _end(session, delivery, DeliveryStatus.FAILED, "refused", outcome.code)


def _accepted(
    session: Session, account: ChannelAccount, delivery: ChannelDelivery, due: Due, outcome: Accepted
) -> None:
    delivery.parts_sent = due.part + 1
    if outcome.provider_id is not None:
        reports.note_message(session, account, delivery, outcome.provider_id)
    account.last_out_at = clock.now(session)
    if due.is_last_part:
        delivery.error_code = None
        _end(session, delivery, DeliveryStatus.SENT, "sent")
    else:
        steps.add(session, delivery, "part_sent")


def _later(session: Session, account: ChannelAccount, delivery: ChannelDelivery, outcome: TryLater) -> None:
    now = clock.now(session)
    delivery.error_code = outcome.code
    delivery.give_up_at = delivery.give_up_at or now + TRIED_FOR
    accounts.note_error(session, account, outcome.code)
    if now >= delivery.give_up_at:
        _end(session, delivery, DeliveryStatus.DEAD, "given_up", outcome.code)
        return
    delivery.next_try_at = now + _pause(delivery.attempts, outcome)
    if outcome.seconds is not None:
        account.paused_until = delivery.next_try_at
    steps.add(session, delivery, "try_later", outcome.code, delivery.next_try_at)


def _pause(attempts: int, outcome: TryLater) -> timedelta:
    if outcome.seconds is not None:
        return timedelta(seconds=outcome.seconds)
    return min(_FIRST_PAUSE * float(3 ** min(attempts - 1, 10)), _LONGEST_PAUSE)


def _end(
    session: Session, delivery: ChannelDelivery, status: DeliveryStatus, step: str, code: str | None = None
) -> None:
    delivery.status = status
    steps.add(session, delivery, step, code)
    reports.tell_desk(session, delivery)
    if status is DeliveryStatus.SENT:
        delivery.sent_at = clock.now(session)
        reports.follow(session, delivery)
    session.flush()
