"""The outbox of mails: written in the transaction that causes them, delivered afterwards."""

import smtplib
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from conversations import jobs
from conversations.models import Mail
from onboarding import clock

_SECONDS_TO_CONNECT = 20


def send_mail(session: Session, to: str, subject: str, body: str) -> Mail:
    mail = Mail(recipient=to, subject=subject, body=body, created_at=clock.now(session))
    session.add(mail)
    session.flush()
    jobs.defer_mail(session, mail.id)
    return mail


def demonstration_mails(session: Session, limit: int = 20) -> list[Mail]:
    """The newest mails, for the page that stands in for everybody's mailbox in a demonstration."""
    return list(session.scalars(select(Mail).order_by(Mail.id.desc()).limit(limit)))


def deliver(session: Session, mail_id: int, smtp_url: str) -> None:
    """Sends a mail once; a mail already sent is left alone. Raises smtplib and OS errors, to be retried."""
    mail = session.get(Mail, mail_id, with_for_update=True)
    if mail is None or mail.sent_at is not None:
        return
    _transmit(_composed(mail, smtp_url), smtp_url)
    mail.sent_at = clock.now(session)


def _composed(mail: Mail, smtp_url: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = f"Brand Desk <no-reply@{urlsplit(smtp_url).hostname}>"
    message["To"] = mail.recipient
    message["Subject"] = mail.subject
    message["Message-ID"] = f"<mail-{mail.id}@{urlsplit(smtp_url).hostname}>"
    message.set_content(mail.body)
    return message


def _transmit(message: EmailMessage, smtp_url: str) -> None:
    server = urlsplit(smtp_url)
    connect = smtplib.SMTP_SSL if server.scheme == "smtps" else smtplib.SMTP
    with connect(server.hostname or "", server.port or 0, timeout=_SECONDS_TO_CONNECT) as connection:
        if server.username:
            connection.login(unquote(server.username), unquote(server.password or ""))
        connection.send_message(message)
