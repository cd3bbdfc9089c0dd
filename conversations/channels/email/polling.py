"""Reads the mailboxes of e-mail channels: each mail taken in one transaction with how far the mailbox was read."""

import imaplib
import logging
from collections.abc import Generator
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

from imapclient.exceptions import IMAPClientError, LoginError
from sqlalchemy import select
from sqlalchemy.exc import DataError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from conversations.channels import accounts, incoming
from conversations.channels.email import imap
from conversations.channels.email.access import access
from conversations.channels.email.channel import EmailChannel, events_of
from conversations.channels.email.imap import Fetched, Mailbox, NotEncrypted, Place
from conversations.channels.email.received import MailMalformed
from conversations.channels.email.token_requests import NoToken
from conversations.channels.incoming import Events
from conversations.channels.models import ChannelAccount
from conversations.channels.names import AccountState, ChannelKind
from conversations.channels.shapes import AccountView
from onboarding.database import SessionFactory
from onboarding.vault import SecretsUnreadable, Vault

UNREACHABLE = "imap_unreachable"
LOGIN_REFUSED = "imap_login_refused"
NOT_ENCRYPTED = "imap_not_encrypted"
NOT_READ = "imap_not_read"
TOO_LARGE = "mail_too_large"
NOT_TAKEN = "mail_not_taken"
# One a minute.
_TRIES, _TRIES_WHILE_THE_DATABASE_IS_AWAY = 5, 60

_log = logging.getLogger(__name__)


def poll_all(sessions: SessionFactory, vault: Vault) -> None:
    has_mailbox = (
        ChannelAccount.kind == ChannelKind.EMAIL,
        ChannelAccount.state == AccountState.ACTIVE,
        ChannelAccount.settings["imap_url"].astext != "",
    )
    with sessions() as session:
        found = list(
            session.scalars(select(ChannelAccount.id).where(*has_mailbox).order_by(ChannelAccount.id))
        )
    for account_id in found:
        # One that cannot be asked does not hold up the others.
        try:
            poll(sessions, vault, account_id)
        except Exception as error:
            _log.exception("mailbox of channel account %s not read", account_id)
            _note(sessions, account_id, error.code if isinstance(error, SecretsUnreadable) else NOT_READ)


def poll(sessions: SessionFactory, vault: Vault, account_id: int) -> None:
    """Everything new; a mailbox that cannot be reached is noted with the account, and asked again the next time."""
    try:
        with closing(_new_mails(sessions, vault, account_id)) as mails:
            for account, fetched in mails:
                if not _take(sessions, account, fetched):
                    return
    except (OSError, imaplib.IMAP4.error, IMAPClientError, NotEncrypted, NoToken) as error:
        code = _code(error)
        _log.warning("mailbox of channel account %s: %s, %s", account_id, type(error).__name__, code)
        _note(sessions, account_id, code)


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
) -> Generator[tuple[AccountView, Fetched]]:
    """In portions; the database is not held while the mailbox is asked."""
    while True:
        with sessions() as session:
            row = session.get_one(ChannelAccount, account_id)
            if row.state is not AccountState.ACTIVE:
                return
            account, cursor = accounts.view(session, vault, row), row.cursor
        password = account.secrets.get("imap_password")
        mailbox = Mailbox.at(account.settings["imap_url"], password, access(account))
        place = _place(cursor, mailbox)
        if place is None:
            _keep(sessions, account_id, imap.newest_place(mailbox))
            return
        was_empty = True
        with closing(imap.mails_after(mailbox, place)) as mails:
            for fetched in mails:
                was_empty = False
                yield account, fetched
        if was_empty:
            return


def _take(sessions: SessionFactory, account: AccountView, fetched: Fetched) -> bool:
    """Whether the next one may be taken. What lies in the content of a mail will be so the next time as well: it stays
    in the mailbox and is passed by. Anything else may pass: the mail is tried again, and the others wait, for a while.
    """
    try:
        events = _events(account, fetched)
    except _Unreadable as unreadable:
        _pass_by(sessions, account.id, fetched.place, unreadable.code)
        return True
    try:
        with sessions.begin() as session:
            row = session.get_one(ChannelAccount, account.id)
            incoming.take(session, EmailChannel(), account.id, events)
            _move_on(row, fetched.place)
    except (DataError, UnicodeError):
        _log.exception("mail %s of channel account %s not taken", fetched.place.uid, account.id)
        _pass_by(sessions, account.id, fetched.place, NOT_TAKEN)
    except Exception as error:
        _log.exception("mail %s of channel account %s not taken", fetched.place.uid, account.id)
        return _is_given_up(sessions, account.id, fetched.place, error)
    return True


class _Unreadable(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def _events(account: AccountView, fetched: Fetched) -> Events:
    if fetched.raw is None:
        raise _Unreadable(TOO_LARGE)
    try:
        return events_of(account, fetched.raw, datetime.now(UTC))
    except MailMalformed as refused:
        raise _Unreadable(refused.code) from refused
    except Exception as error:
        _log.exception("mail %s of channel account %s not read", fetched.place.uid, account.id)
        raise _Unreadable(NOT_TAKEN) from error


def _is_given_up(sessions: SessionFactory, account_id: int, place: Place, error: Exception) -> bool:
    most = _TRIES_WHILE_THE_DATABASE_IS_AWAY if _passes(error) else _TRIES
    with sessions.begin() as session:
        row = session.get_one(ChannelAccount, account_id)
        tries = _tries(row, place) + 1
        accounts.note_error(session, row, NOT_TAKEN)
        if tries >= most:
            _move_on(row, place)
            return True
        row.cursor = {**(row.cursor or {}), "tried": place.uid, "tries": tries}
        return False


def _tries(row: ChannelAccount, place: Place) -> int:
    known = row.cursor or {}
    return int(known["tries"]) if known.get("tried") == place.uid else 0


def _passes(error: Exception) -> bool:
    """The connection was lost, somebody else was in the way, or it took too long."""
    return isinstance(error, OperationalError | InterfaceError | InternalError | NoConnectionFree)


def _pass_by(sessions: SessionFactory, account_id: int, place: Place, code: str) -> None:
    with sessions.begin() as session:
        row = session.get_one(ChannelAccount, account_id)
        accounts.note_error(session, row, code)
        _move_on(row, place)


def _note(sessions: SessionFactory, account_id: int, code: str) -> None:
    with sessions.begin() as session:
        accounts.note_error(session, session.get_one(ChannelAccount, account_id), code)


def _keep(sessions: SessionFactory, account_id: int, place: Place) -> None:
    with sessions.begin() as session:
        _move_on(session.get_one(ChannelAccount, account_id), place)


def _move_on(row: ChannelAccount, place: Place) -> None:
    row.cursor = {
        "mailbox": place.mailbox,
        "validity": place.validity,
        "uid": place.uid,
        "arrived": _written(place.arrived),
        "since": _written(place.since),
    }


def _place(cursor: dict[str, Any] | None, mailbox: Mailbox) -> Place | None:
    """None where this mailbox was never read; a cursor of an earlier version names none."""
    if cursor is None or cursor.get("mailbox", mailbox.key) != mailbox.key:
        return None
    arrived, since = _read(cursor.get("arrived")), _read(cursor.get("since"))
    return Place(cursor["validity"], cursor["uid"], mailbox.key, arrived, since)


def _written(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _read(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None
