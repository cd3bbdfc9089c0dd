"""What the programme's clock tells a brand: papers that expired, deadlines, drafts that were left.

Each is told by mail and in the chat, in the transaction that notes it.
"""

from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from conversations import links, mail, messages, texts
from onboarding import clock, dates, reminders
from onboarding.documents import expiry
from onboarding.models import Application, Contact, DocumentSubmission
from onboarding.names import ReminderKind
from onboarding.programme import programme
from onboarding.reminders import Due

_CHANNEL = "clock_notices"


def expire_next(session: Session, base_url: str) -> bool:
    """False where no paper has expired any more."""
    expired = expiry.expire_next(session)
    if expired is None:
        return False
    _tell(session, "document_expired", expired, f"expired {expired.id}", base_url)
    return True


def remind_next(session: Session, base_url: str) -> bool:
    """False where nothing is left to be told."""
    now = clock.now(session)
    found = next(reminders.due(session, now), None)
    if found is None:
        return False
    if reminders.note(session, found, now):
        _remind(session, found, base_url)
    return True


def _remind(session: Session, found: Due, base_url: str) -> None:
    told_once = f"{found.kind} {found.application_id} {found.about}"
    if found.submission is None:
        _tell_draft(session, found, told_once, base_url)
    else:
        _tell(session, found.kind.lower(), found.submission, told_once, base_url)


def _tell(session: Session, kind: str, submission: DocumentSubmission, told_once: str, base_url: str) -> None:
    application = session.get_one(Application, submission.application_id)
    for contact in reminders.to_be_reminded(session, application):
        path = links.document_page(session, contact, application.brand_id, submission.document_type)
        values = _values(submission, application, contact)
        _write(session, contact, kind, told_once, path, base_url, values)


def _tell_draft(session: Session, found: Due, told_once: str, base_url: str) -> None:
    application = session.get_one(Application, found.application_id)
    path = f"/registration/{application.number}"
    values = {
        "brand": application.brand.name,
        "number": application.number,
        "stop": f"{base_url}{path}/reminders",
    }
    kind = ReminderKind.DRAFT_LEFT.lower()
    for contact in reminders.to_be_reminded(session, application):
        _write(session, contact, kind, told_once, path, base_url, values)


def _write(
    session: Session,
    contact: Contact,
    kind: str,
    told_once: str,
    path: str,
    base_url: str,
    values: dict[str, str],
) -> None:
    named = values | {"name": contact.name, "path": path, "link": f"{base_url}{path}"}
    subject, body, notice = texts.reminder(kind, **named)
    mail.send_mail(session, contact.email, subject, body)
    messages.tell_contact(session, contact, notice, channel=_CHANNEL, told_once=f"{told_once} {contact.id}")


def _values(submission: DocumentSubmission, application: Application, contact: Contact) -> dict[str, str]:
    assert submission.deadline_on is not None
    label = programme().documents[submission.document_type].label
    expired_on = submission.valid_until
    return {
        "brand": application.brand.name,
        "number": application.number,
        "document": label,
        "send_instead": submission.send_instead or label,
        "expired_on": dates.day(expired_on) if expired_on else "",
        "deadline": dates.moment(
            dates.end_of_day_in_china(submission.deadline_on), ZoneInfo(contact.time_zone)
        ),
    }
