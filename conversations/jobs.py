"""Background work, enqueued in the transaction that causes it."""

import math
from uuid import UUID

from procrastinate import App, SyncPsycopgConnector
from sqlalchemy.orm import Session

from conversations import spans

TURNS = "turns"
BACKGROUND = "background"
ANSWER = "turns.answer"
SUGGEST = "turns.suggest"
DELIVER_MAIL = "background.deliver_mail"
TIDY = "background.tidy"
CHECK_DOCUMENT = "background.check_document"
DELIVER_TO_CHANNEL = "background.deliver_to_channel"
SWEEP_CHANNELS = "background.sweep_channels"
POLL_MAILBOXES = "background.poll_mailboxes"
NAME_CHANNEL_USER = "background.name_channel_user"
FETCH_CHANNEL_FILE = "background.fetch_channel_file"
WEBHOOKS = "webhooks"
DELIVER_WEBHOOK = "webhooks.deliver"
# Reading pictures takes memory: one document at a time.
_ONE_CHECK = "check_document"

# Never opened: it only writes jobs on the connection of the caller's transaction.
_defer_only = App(connector=SyncPsycopgConnector())


def defer_turn(session: Session, conversation_id: UUID, seq: int) -> None:
    """One job a message; those of one conversation run one after another."""
    lock = str(conversation_id)
    trace = spans.carrier()
    _defer_only.configure_task(
        ANSWER, queue=TURNS, lock=lock, allow_unknown=True, connection=_driver_connection(session)
    ).defer(conversation_id=lock, seq=seq, **({"trace": trace} if trace else {}))


def defer_suggestion(session: Session, conversation_id: UUID, seq: int) -> None:
    """In the line of the turns, since one worker thinks of one thing at a time."""
    lock = str(conversation_id)
    _defer_only.configure_task(
        SUGGEST, queue=TURNS, lock=lock, allow_unknown=True, connection=_driver_connection(session)
    ).defer(conversation_id=lock, seq=seq)


def defer_mail(session: Session, mail_id: int) -> None:
    _defer_only.configure_task(
        DELIVER_MAIL, queue=BACKGROUND, allow_unknown=True, connection=_driver_connection(session)
    ).defer(mail_id=mail_id)


def defer_check(session: Session, submission_id: int) -> None:
    _defer_only.configure_task(
        CHECK_DOCUMENT,
        queue=BACKGROUND,
        lock=_ONE_CHECK,
        allow_unknown=True,
        connection=_driver_connection(session),
    ).defer(submission_id=submission_id)


def defer_delivery(session: Session, identity_id: int, *, after_seconds: float = 0) -> None:
    _defer_only.configure_task(
        DELIVER_TO_CHANNEL,
        queue=BACKGROUND,
        schedule_in={"seconds": math.ceil(after_seconds)} if after_seconds else None,
        allow_unknown=True,
        connection=_driver_connection(session),
    ).defer(identity_id=identity_id)


def defer_channel_file(session: Session, file_id: int, choice: str | None = None) -> None:
    """`choice` is what its sender says that it is."""
    _defer_only.configure_task(
        FETCH_CHANNEL_FILE, queue=BACKGROUND, allow_unknown=True, connection=_driver_connection(session)
    ).defer(file_id=file_id, choice=choice)


def defer_channel_name(session: Session, identity_id: int) -> None:
    _defer_only.configure_task(
        NAME_CHANNEL_USER, queue=BACKGROUND, allow_unknown=True, connection=_driver_connection(session)
    ).defer(identity_id=identity_id)


def defer_webhook(
    session: Session, delivery_id: int, attempt: int, *, step: int = 0, seconds: float = 0
) -> None:
    """The first attempt is deferred by the database itself (migration 0013), with the same arguments."""
    _defer_only.configure_task(
        DELIVER_WEBHOOK,
        queue=WEBHOOKS,
        allow_unknown=True,
        schedule_in={"seconds": seconds} if seconds else None,
        connection=_driver_connection(session),
    ).defer(delivery_id=delivery_id, attempt=attempt, step=step)


def _driver_connection(session: Session) -> object:
    return session.connection().connection.driver_connection
