"""Reads the mailboxes of e-mail channels: each mail taken in one transaction with how far the mailbox was read."""

import imaplib
import logging
from collections.abc import Iterator
from datetime import UTC, datetime

from imapclient.exceptions import IMAPClientError, LoginError
from sqlalchemy import select
from sqlalchemy.orm import Session

from conversations.channels import accounts, incoming
from conversations.channels.email import imap
from conversations.channels.email.access import access
from conversations.channels.email.channel import EmailChannel, events_of
from conversations.channels.email.imap import Fetched, Mailbox, NotEncrypted, Place
from conversations.channels.email.received import MailMalformed
from conversations.channels.email.token_requests import NoToken
from conversations.channels.models import ChannelAccount
from conversations.channels.names import AccountState, ChannelKind
from conversations.channels.shapes import AccountView
from onboarding.database import SessionFactory
from onboarding.vault import Vault

UNREACHABLE = "imap_unreachable"
LOGIN_REFUSED = "imap_login_refused"
NOT_ENCRYPTED = "imap_not_encrypted"
TOO_LARGE = "mail_too_large"
NOT_TAKEN = "mail_not_taken"

_log = logging.getLogger(__name__)


def poll_all(sessions: SessionFactory, vault: Vault) -> None:
    has_mailbox = (
        ChannelAccount.kind == ChannelKind.EMAIL,
        ChannelAccount.state == AccountState.ACTIVE,
        ChannelAccount.settings["imap_url"].astext != "",
    )
    with sessions() as session:
        found = list(session.scalars(select(ChannelAccount.id).where(*has_mailbox)))
    for account_id in found:
        poll(sessions, vault, account_id)


def poll(sessions: SessionFactory, vault: Vault, account_id: int) -> None:
    """Everything new; a mailbox that cannot be reached is noted with the account, and asked again the next time."""
    try:
        for account, fetched in _new_mails(sessions, vault, account_id):
            _take(sessions, account, fetched)
    except (OSError, imaplib.IMAP4.error, IMAPClientError, NotEncrypted, NoToken) as error:
        code = _code(error)
        _log.warning("mailbox of channel account %s: %s, %s", account_id, type(error).__name__, code)
        with sessions.begin() as session:
            accounts.note_error(session, session.get_one(ChannelAccount, account_id), code)


def _code(error: Exception) -> str:
    match error:
        case NoToken():
            return error.code
        case LoginError():
            return LOGIN_REFUSED
        case NotEncrypted():
            return NOT_ENCRYPTED
        case _:
            return UNREACHABLE


def _new_mails(
    sessions: SessionFactory, vault: Vault, account_id: int
) -> Iterator[tuple[AccountView, Fetched]]:
    """In portions; the database is not held while the mailbox is asked."""
    while True:
        with sessions() as session:
            row = session.get_one(ChannelAccount, account_id)
            account, place = accounts.view(session, vault, row), _place(row)
        password = account.secrets.get("imap_password")
        mailbox = Mailbox.at(account.settings["imap_url"], password, access(account))
        if place is None:
            _keep(sessions, account_id, imap.newest_place(mailbox))
            return
        portion = imap.mails_after(mailbox, place)
        if not portion:
            return
        yield from ((account, fetched) for fetched in portion)


def _take(sessions: SessionFactory, account: AccountView, fetched: Fetched) -> None:
    """A mail that cannot be taken stays in the mailbox and is passed by: it must not hold up the others."""
    try:
        with sessions.begin() as session:
            row = session.get_one(ChannelAccount, account.id)
            _take_in(session, row, account, fetched)
            _move_on(row, fetched.place)
    except Exception:
        _log.exception("mail %s of channel account %s not taken", fetched.place.uid, account.id)
        with sessions.begin() as session:
            row = session.get_one(ChannelAccount, account.id)
            accounts.note_error(session, row, NOT_TAKEN)
            _move_on(row, fetched.place)


def _take_in(session: Session, row: ChannelAccount, account: AccountView, fetched: Fetched) -> None:
    if fetched.raw is None:
        accounts.note_error(session, row, TOO_LARGE)
        return
    try:
        events = events_of(account, fetched.raw, datetime.now(UTC))
    except MailMalformed as refused:
        accounts.note_error(session, row, refused.code)
        return
    incoming.take(session, EmailChannel(), account.id, events)


def _keep(sessions: SessionFactory, account_id: int, place: Place) -> None:
    with sessions.begin() as session:
        _move_on(session.get_one(ChannelAccount, account_id), place)


def _move_on(row: ChannelAccount, place: Place) -> None:
    row.cursor = {"validity": place.validity, "uid": place.uid}


def _place(row: ChannelAccount) -> Place | None:
    return Place(row.cursor["validity"], row.cursor["uid"]) if row.cursor else None
