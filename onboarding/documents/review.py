"""What reviewers decide: accept, or refuse with a reason, what to send instead, and a deadline."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock, office_hours, stages
from onboarding.documents import progress
from onboarding.errors import DomainError
from onboarding.models import DocumentReview, DocumentSubmission
from onboarding.names import DocumentStatus, ReasonCode, Verdict
from onboarding.programme import programme

SHORTEST_SENTENCE, LONGEST_SENTENCE = 10, 500
_TO_REVIEW = frozenset((DocumentStatus.CHECKING, DocumentStatus.IN_REVIEW))


class NotToReview(DomainError):
    code = "not_to_review"
    what_to_do = "Load the page again: the brand sent a newer file, or a colleague has decided."


class WordsRefused(DomainError):
    """What is wrong with the reviewer's own words, by the name of the field."""

    code = "words_refused"

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = errors


class SecondPersonNeeded(DomainError):
    code = "second_person_needed"
    what_to_do = "Ask a colleague to look at the document and to refuse or accept it."


def accept(
    session: Session,
    submission_id: int,
    *,
    by: str,
    staff_id: UUID | None = None,
    valid_until: date | None = None,
) -> DocumentReview:
    """`valid_until` is the last day of the paper, where the reviewer read another one than the first check.

    Raises NotToReview where it is not the newest or was decided already.
    """
    submission = _to_review(session, submission_id)
    submission.valid_until = valid_until or submission.valid_until
    now = clock.now(session)
    submission.status, submission.decided_at = DocumentStatus.APPROVED, now
    review = DocumentReview(
        submission_id=submission.id, verdict=Verdict.ACCEPTED, by=by, staff_id=staff_id, at=now
    )
    session.add(review)
    session.flush()
    progress.after_acceptance(session, stages.locked(session, submission.application_id), by=by)
    return review


def reject(
    session: Session,
    submission_id: int,
    reason: ReasonCode,
    *,
    by: str,
    staff_id: UUID | None = None,
    sentence: str | None = None,
    send_instead: str | None = None,
) -> DocumentReview:
    """The reason's ready words are used where none are given.

    A document that was refused before is only put up for a second look, and refused once somebody else refuses it
    too: see the verdict of the answer. Raises NotToReview, WordsRefused, and SecondPersonNeeded to the person who asked
    for the look.
    """
    sentence, send_instead = words_for(reason, sentence, send_instead)
    submission = _to_review(session, submission_id)
    first_look = _second_look_asked(session, submission)
    if first_look is not None and is_same_person(first_look, by, staff_id):
        raise SecondPersonNeeded("You have refused this document already; somebody else has to look at it.")
    needs_second = first_look is None and _was_refused_before(session, submission)
    review = DocumentReview(
        submission_id=submission.id,
        verdict=Verdict.SECOND_LOOK if needs_second else Verdict.REJECTED,
        by=by,
        staff_id=staff_id,
        at=clock.now(session),
        reason_code=reason,
        reason_text=sentence,
        send_instead=send_instead,
        deadline_on=correction_deadline(session, clock.today_in_china(session)),
    )
    session.add(review)
    session.flush()
    if review.verdict is Verdict.REJECTED:
        _refuse(session, submission, review)
    return review


def is_same_person(look: DocumentReview, by: str, staff_id: UUID | None) -> bool:
    """By account, since names can be shared; by name where one of the two has no account."""
    if look.staff_id is None or staff_id is None:
        return look.by == by
    return look.staff_id == staff_id


def words_for(reason: ReasonCode, sentence: str | None, send_instead: str | None) -> tuple[str, str]:
    """What the brand reads: the reviewer's own words, else the ready ones of the reason. Raises WordsRefused."""
    ready = programme().reasons[reason]
    said = " ".join((sentence or "").split()) or ready.sentence
    instead = " ".join((send_instead or "").split()).rstrip(".") or ready.send_instead
    errors = {
        name: error for name, own in (("sentence", said), ("instead", instead)) if (error := _too_long(own))
    }
    if len(said) < SHORTEST_SENTENCE:
        errors["sentence"] = f"Enter a whole sentence of at least {SHORTEST_SENTENCE} characters"
    if errors:
        raise WordsRefused(errors)
    return said, instead


def _too_long(words: str) -> str | None:
    return f"Enter at most {LONGEST_SENTENCE} characters" if len(words) > LONGEST_SENTENCE else None


def correction_deadline(session: Session, today: date) -> date:
    """So many working days in China after today."""
    day, left = today, programme().files.correction_working_days.value
    while left:
        day += timedelta(days=1)
        left -= office_hours.is_working_day(session, day)
    return day


def reviews_of(session: Session, submission: DocumentSubmission) -> list[DocumentReview]:
    return list(
        session.scalars(
            select(DocumentReview)
            .where(DocumentReview.submission_id == submission.id)
            .order_by(DocumentReview.id)
        )
    )


def _refuse(session: Session, submission: DocumentSubmission, review: DocumentReview) -> None:
    submission.status, submission.decided_at = DocumentStatus.REJECTED, review.at
    submission.reason_code, submission.reason_text = review.reason_code, review.reason_text
    submission.send_instead, submission.deadline_on = review.send_instead, review.deadline_on
    session.flush()
    label = programme().documents[submission.document_type].label
    progress.after_rejection(
        session,
        stages.locked(session, submission.application_id),
        by=review.by,
        reason=f"{label}: {review.reason_text}",
    )


def _to_review(session: Session, submission_id: int) -> DocumentSubmission:
    submission = session.get(DocumentSubmission, submission_id)
    if submission is None:
        raise NotToReview("There is no such document.")
    stages.locked(session, submission.application_id)
    session.refresh(submission)
    newest = session.scalar(
        select(DocumentSubmission.id)
        .where(
            DocumentSubmission.application_id == submission.application_id,
            DocumentSubmission.document_type == submission.document_type,
        )
        .order_by(DocumentSubmission.id.desc())
        .limit(1)
    )
    if submission.id != newest or submission.status not in _TO_REVIEW:
        raise NotToReview("This document has been decided, or a newer one was sent.")
    return submission


def _was_refused_before(session: Session, submission: DocumentSubmission) -> bool:
    earlier = select(DocumentSubmission.id).where(
        DocumentSubmission.application_id == submission.application_id,
        DocumentSubmission.document_type == submission.document_type,
        DocumentSubmission.id < submission.id,
        DocumentSubmission.status == DocumentStatus.REJECTED,
    )
    return session.scalar(earlier.limit(1)) is not None


def _second_look_asked(session: Session, submission: DocumentSubmission) -> DocumentReview | None:
    return session.scalar(
        select(DocumentReview).where(
            DocumentReview.submission_id == submission.id, DocumentReview.verdict == Verdict.SECOND_LOOK
        )
    )
