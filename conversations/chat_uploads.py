"""What the sender of a document reads in the chat, where it was sent there: that it came, and what was found."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from conversations import links, messages, texts
from onboarding.documents import checking
from onboarding.models import Application, Contact, DocumentCheck, DocumentFile, DocumentSubmission
from onboarding.names import Channel
from onboarding.programme import programme

_CHANNEL = "document_notices"
_WARNING = "warn"


def tell_received(session: Session, submission: DocumentSubmission) -> None:
    file = _file_of(session, submission.id)
    _tell(session, submission, file, "received", name=file.name)


def tell_checked(session: Session, submission_id: int) -> None:
    """Nothing where it was sent on the page: the page shows it."""
    file, submission = _file_of(session, submission_id), session.get_one(DocumentSubmission, submission_id)
    check = session.get(DocumentCheck, submission_id)
    if file.channel is not Channel.CHAT or check is None:
        return
    warnings = [found for found in checking.told(check) if found.kind == _WARNING]
    sentences = [f"{found.sentence} {found.what_to_do or ''}".strip() for found in warnings]
    _tell(session, submission, file, "warned" if warnings else "fine", findings=" ".join(sentences))


def _tell(
    session: Session, submission: DocumentSubmission, file: DocumentFile, kind: str, **values: str
) -> None:
    application = session.get_one(Application, submission.application_id)
    contact = session.get_one(Contact, file.sent_by)
    path = links.document_page(session, contact, application.brand_id, submission.document_type)
    text = texts.chat_upload(
        kind,
        document=programme().documents[submission.document_type].label,
        brand=application.brand.name,
        path=path,
        **values,
    )
    messages.tell_contact(session, contact, text, channel=_CHANNEL, told_once=f"{kind} {submission.id}")


def _file_of(session: Session, submission_id: int) -> DocumentFile:
    return session.scalars(select(DocumentFile).where(DocumentFile.submission_id == submission_id)).one()
