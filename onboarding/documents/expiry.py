"""Accepted papers whose last day has passed: they are asked for again, each once."""

from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from onboarding import clock, stages
from onboarding.documents import progress
from onboarding.documents.review import correction_deadline
from onboarding.documents.wording import texts
from onboarding.models import Application, DocumentSubmission
from onboarding.names import DocumentStatus, Stage

_CLOSED = [stage for stage in Stage if stage.is_closed]


def expire_next(session: Session) -> DocumentSubmission | None:
    """The one that expired first; None where none is left. Whoever comes second finds it expired already."""
    today = clock.today_in_china(session)
    wanted = session.scalar(_accepted_before(today).limit(1))
    if wanted is None:
        return None
    application = stages.locked(session, wanted.application_id)
    session.refresh(wanted)
    if wanted.status is DocumentStatus.APPROVED:
        _expire(session, application, wanted, today)
    return wanted


def _accepted_before(today: date) -> Select[DocumentSubmission]:
    newest = (
        select(func.max(DocumentSubmission.id))
        .group_by(DocumentSubmission.application_id, DocumentSubmission.document_type)
        .scalar_subquery()
    )
    return (
        select(DocumentSubmission)
        .join(Application, Application.id == DocumentSubmission.application_id)
        .where(
            DocumentSubmission.status == DocumentStatus.APPROVED,
            DocumentSubmission.valid_until < today,
            DocumentSubmission.id.in_(newest),
            Application.stage.not_in(_CLOSED),
        )
        .order_by(DocumentSubmission.valid_until, DocumentSubmission.id)
    )


def _expire(session: Session, application: Application, submission: DocumentSubmission, today: date) -> None:
    submission.status = DocumentStatus.EXPIRED
    submission.send_instead = texts()["expired"]["send_instead"]
    submission.deadline_on = correction_deadline(session, today)
    session.flush()
    progress.after_expiry(session, application)
