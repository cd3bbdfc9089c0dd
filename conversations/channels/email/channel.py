"""The e-mail channel. Mails come by a signed webhook or are read from a mailbox; ours go out by SMTP."""

import asyncio
import base64
import hashlib
import hmac
import logging
import re
import smtplib
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from typing import Any

from aiohttp import ClientSession

from conversations.channels import calls
from conversations.channels.email import (
    access,
    authentication,
    automatic,
    bounces,
    composing,
    received,
    signs,
    smtp,
)
from conversations.channels.email.automatic import NotAnswered
from conversations.channels.email.composing import Kind, Letter, Sender, Thread
from conversations.channels.email.received import MailMalformed, ReceivedMail
from conversations.channels.email.slow_servers import SECONDS_UNTIL_ASKED_AGAIN, Hands
from conversations.channels.email.token_requests import NoToken
from conversations.channels.markup import as_it_is
from conversations.channels.names import ChannelKind, DeliveryStatus
from conversations.channels.shapes import (
    Accepted,
    AccountView,
    Attachment,
    CarriesFiles,
    FetchRefused,
    Forged,
    InboundMessage,
    Malformed,
    OutboundMessage,
    Outcome,
    Parsed,
    RawRequest,
    Refused,
    Stale,
    StatusReport,
    Traits,
    TryLater,
)
from onboarding.clock import CHINA

LARGEST_MAIL = 30 * 1024 * 1024
TIMESTAMP_HEADER = "x-brand-desk-timestamp"
SIGNATURE_HEADER = "x-brand-desk-signature"
UNPROVEN = "unproven:"
_TIMESTAMP_COUNTS_FOR = timedelta(minutes=5)
_LONGEST_ANSWER = 50_000
_MOST_ANSWERED_AN_HOUR = 30
_SECONDS_FOR_A_TOKEN = timedelta(seconds=60)
_VERSION = "v1="
_UNLINK = "unlink"

_log = logging.getLogger(__name__)


class EmailChannel:
    kind = ChannelKind.EMAIL
    traits = Traits(
        render=as_it_is,
        longest_text=_LONGEST_ANSWER,
        longest_body=LARGEST_MAIL,
        most_answered_an_hour=_MOST_ANSWERED_AN_HOUR,
        carries_files=CarriesFiles.WITHIN,
        longest_send=smtp.LONGEST + _SECONDS_FOR_A_TOKEN,
    )

    def __init__(self) -> None:
        self._hands = Hands()

    async def verify(self, account: AccountView, request: RawRequest, http: ClientSession) -> None:
        if not await asyncio.to_thread(_is_signed, account, request):
            raise Forged("signature_wrong")
        if not _is_recent(request.headers.get(TIMESTAMP_HEADER, ""), request.received_at):
            raise Stale("timestamp_too_old")

    def parse(self, account: AccountView, request: RawRequest) -> Parsed:
        try:
            return Parsed(events=events_of(account, request.body, request.received_at))
        except MailMalformed as refused:
            raise Malformed(refused.code) from refused

    async def send(
        self, account: AccountView, address: Mapping[str, Any], message: OutboundMessage, http: ClientSession
    ) -> Outcome:
        if self._hands.are_full(account.id):
            return TryLater("smtp_slow", SECONDS_UNTIL_ASKED_AGAIN)
        thread = _answering(Thread.of(address), message.answers)
        mail, raw = await asyncio.to_thread(_written, account, thread, message, datetime.now(UTC))
        server = smtp.Server.at(
            account.settings["smtp_url"], account.secrets.get("smtp_password"), access.access(account)
        )
        with self._hands.holding(account.id):
            return await asyncio.to_thread(_hand_over, server, own_address(account), thread.to, mail, raw)

    @asynccontextmanager
    async def fetch(
        self, account: AccountView, attachment: Attachment, http: ClientSession
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        content = attachment.reference.get("content")
        if not isinstance(content, str):
            raise FetchRefused("The attachment is not there any more.")
        yield _pieces(base64.b64decode(content))

    def test_address(self, recipient: str) -> Mapping[str, Any]:
        return Thread(recipient.strip()).as_address()


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """What the sender of the webhook puts into its header."""
    signed = timestamp.encode() + b"." + body
    return _VERSION + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def events_of(account: AccountView, raw: bytes, at: datetime) -> tuple[InboundMessage | StatusReport, ...]:
    """Raises MailMalformed."""
    mail = received.read(raw)
    ignored = automatic.why_not_answered(mail, own_address(account))
    if ignored is NotAnswered.BOUNCE:
        return tuple(_reports(account, mail))
    if ignored is not None:
        _log.info("mail to channel %s not answered: %s", account.public_id, ignored.value)
        return ()
    return (_message(account, mail, at),)


def own_address(account: AccountView) -> str:
    return str(account.settings["address"]).lower()


def is_proven(account: AccountView, mail: ReceivedMail, at: datetime) -> bool:
    """From whom a mail says it comes proves nothing: our mail server or our own reply address has to."""
    if authentication.is_authentic(mail, str(account.settings.get("authserv_id", ""))):
        return True
    return any(
        signs.was_written_by_us(address, own_address(account), mail.sender, secret, _day(at))
        for secret in account.secrets_named("thread_secret")
        for address in mail.recipients
    )


def _message(account: AccountView, mail: ReceivedMail, at: datetime) -> InboundMessage:
    return InboundMessage(
        external_id=mail.message_id,
        external_user=mail.sender if is_proven(account, mail, at) else f"{UNPROVEN}{mail.sender}",
        place=own_address(account),
        address=Thread(mail.sender, mail.subject, mail.message_id, mail.references).as_address(),
        text=_said(mail),
        attachments=tuple(_attachments(mail)),
        display_name=mail.sender_name,
    )


def _said(mail: ReceivedMail) -> str:
    """Mail programs unsubscribe by the subject that our List-Unsubscribe names."""
    return _UNLINK if mail.subject.lower() == composing.UNSUBSCRIBE else mail.text


def _attachments(mail: ReceivedMail) -> Iterator[Attachment]:
    for file in mail.attachments:
        content = base64.b64encode(file.data).decode()
        yield Attachment({"content": content}, file.name, file.media_type, len(file.data))


def _reports(account: AccountView, mail: ReceivedMail) -> Iterator[StatusReport]:
    """Only of mails that we wrote: anybody can write a bounce."""
    bounce = bounces.read(mail.message)
    secrets = account.secrets_named("thread_secret")
    for message_id in bounce.message_ids if bounce.is_final else ():
        if any(signs.delivery_of(message_id, secret) for secret in secrets):
            yield StatusReport(message_id, DeliveryStatus.FAILED, f"bounced_{bounce.status or 'unknown'}")


def _is_signed(account: AccountView, request: RawRequest) -> bool:
    timestamp = request.headers.get(TIMESTAMP_HEADER, "")
    given = request.headers.get(SIGNATURE_HEADER, "")
    if not timestamp.isascii():
        return False
    secrets = account.secrets_named("webhook_secret")
    return any(calls.is_same(given, signature(secret, timestamp, request.body)) for secret in secrets)


def _is_recent(timestamp: str, at: datetime) -> bool:
    if not re.fullmatch(r"\d{1,12}", timestamp):
        return False
    return abs(at - datetime.fromtimestamp(int(timestamp), UTC)) <= _TIMESTAMP_COUNTS_FOR


def _day(at: datetime) -> date:
    return at.astimezone(CHINA).date()


def _answering(thread: Thread, answers: str | None) -> Thread:
    """In the thread of the mail that is answered, which is not always the newest."""
    if answers is None:
        return thread
    before = tuple(dict.fromkeys(filter(None, (*thread.references, thread.in_reply_to))))
    return Thread(thread.to, thread.subject, answers, before)


def _sender(account: AccountView, correspondent: str, at: datetime) -> Sender:
    address, secret = own_address(account), account.secrets["thread_secret"]
    reply_to = signs.reply_address(address, correspondent, secret, _day(at))
    return Sender(address, str(account.settings.get("sender_name") or account.name), reply_to)


def _written(
    account: AccountView, thread: Thread, message: OutboundMessage, at: datetime
) -> tuple[EmailMessage, bytes]:
    letter = _letter(account, message, at)
    mail = composing.compose(_sender(account, thread.to, at), thread, letter)
    key, selector = account.secrets.get("dkim_key"), account.settings.get("dkim_selector")
    return mail, composing.as_bytes(mail, key, selector)


def _letter(account: AccountView, message: OutboundMessage, at: datetime) -> Letter:
    key = message.key if message.sent_at is not None else f"{message.key}-{at:%Y%m%d%H%M%S%f}"
    return Letter(
        message_id=signs.message_id(key, own_address(account), account.secrets["thread_secret"]),
        text=message.text,
        at=at,
        subject=message.settings.get("subject"),
        kind=_kind(message),
        files=[(file.name, file.content_type, file.path.read_bytes()) for file in message.attachments],
    )


def _kind(message: OutboundMessage) -> Kind:
    if message.is_by_person:
        return Kind.OF_A_PERSON
    return Kind.ANSWER if message.answers is not None else Kind.PROACTIVE


def _hand_over(server: smtp.Server, sender: str, recipient: str, mail: EmailMessage, raw: bytes) -> Outcome:
    try:
        smtp.hand_over(server, sender, recipient, raw)
    except NoToken as refused:
        return TryLater(refused.code)
    except smtplib.SMTPAuthenticationError:
        return TryLater("smtp_login_refused")
    except smtplib.SMTPResponseException as refused:
        return _outcome(refused.smtp_code)
    except smtplib.SMTPException as failed:
        return TryLater(f"smtp_{type(failed).__name__}")
    return Accepted(str(mail["Message-ID"]))


def _outcome(code: int) -> Outcome:
    """5xx is for good (RFC 5321, 4.2.1); 521 and 421 are said by a server that takes nothing at the moment."""
    if 500 <= code < 600 and code != 521:
        return Refused(f"smtp_{code}")
    return TryLater(f"smtp_{code}")


async def _pieces(content: bytes) -> AsyncIterator[bytes]:
    yield content
