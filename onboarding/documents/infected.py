"""A file that was kept before it could be looked at, and then was found to have a virus: refused, and removed."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock, stages
from onboarding.documents import progress
from onboarding.documents.review import correction_deadline
from onboarding.documents.wording import texts
from onboarding.models import DocumentCheck, DocumentFile, DocumentReview, DocumentSubmission
from onboarding.names import DocumentStatus, ReasonCode, Verdict
from onboarding.programme import programme

_OPEN = frozenset((DocumentStatus.CHECKING, DocumentStatus.IN_REVIEW))


def refuse(session: Session, submission_id: int, virus: str) -> DocumentReview | None:
    """None where it was found before, or a newer file took its place. The file itself is the caller's to remove."""
    submission = session.get_one(DocumentSubmission, submission_id)
    application = stages.locked(session, submission.application_id)
    session.refresh(submission)
    file = session.scalars(select(DocumentFile).where(DocumentFile.submission_id == submission_id)).one()
    if file.virus is not None:
        return None
    file.virus, now, words = virus, clock.now(session), texts()["infected"]
    if session.get(DocumentCheck, submission_id) is None:
        session.add(DocumentCheck(submission_id=submission_id, findings=[], facts={}, finished_at=now))
    review = DocumentReview(
        submission_id=submission_id,
        verdict=Verdict.REJECTED,
        by=words["by"],
        at=now,
        reason_code=ReasonCode.UNREADABLE,
        reason_text=words["sentence"],
        send_instead=words["send_instead"],
        deadline_on=correction_deadline(session, clock.today_in_china(session)),
    )
    session.add(review)
    is_open = submission.status in _OPEN
    if is_open:
        submission.status, submission.decided_at = DocumentStatus.REJECTED, now
        submission.reason_code, submission.reason_text = review.reason_code, review.reason_text
        submission.send_instead, submission.deadline_on = review.send_instead, review.deadline_on
    session.flush()
    if is_open:
        label = programme().documents[submission.document_type].label
        progress.after_rejection(session, application, by=review.by, reason=f"{label}: {review.reason_text}")
    return review
