"""What waits for a reviewer: by the day of 30 of its application, and those that a second person has to look at."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Exists, Select, select
from sqlalchemy.orm import Session, aliased

from onboarding import promise
from onboarding.models import (
    Application,
    DocumentCheck,
    DocumentFile,
    DocumentReview,
    DocumentSubmission,
)
from onboarding.names import DocumentStatus, Stage, Verdict
from onboarding.programme import programme
from onboarding.promise import OpeningClock

_NOT_REVIEWED = (Stage.DRAFT, Stage.OPEN, Stage.REJECTED, Stage.WITHDRAWN)


@dataclass(frozen=True)
class ToReview:
    """`first_look` is the refusal that somebody else has to agree with; `check` is missing for made-up ones."""

    submission: DocumentSubmission
    application: Application
    clock: OpeningClock
    check: DocumentCheck | None
    file: DocumentFile | None
    times_refused: int
    first_look: DocumentReview | None

    @property
    def label(self) -> str:
        return programme().documents[self.submission.document_type].label


def to_review(session: Session) -> list[ToReview]:
    """The application with the fewest days left first, of one application what came first."""
    query = (
        _ordered(select(DocumentSubmission, Application, DocumentCheck, DocumentFile))
        .outerjoin(DocumentCheck, DocumentCheck.submission_id == DocumentSubmission.id)
        .outerjoin(DocumentFile, DocumentFile.submission_id == DocumentSubmission.id)
    )
    rows = session.execute(query).tuples().all()
    clocks = promise.opening_clocks(session, list({row[1].id: row[1] for row in rows}.values()))
    looks = _first_looks(session, [row[0].id for row in rows])
    refused = _times_refused(session, [row[1].id for row in rows])
    return [
        ToReview(
            submission=submission,
            application=application,
            clock=clocks[application.id],
            check=check,
            file=file,
            times_refused=refused.count((application.id, submission.document_type)),
            first_look=looks.get(submission.id),
        )
        for submission, application, check, file in rows
    ]


def in_order(session: Session) -> list[int]:
    """The numbers of what waits, in the same order."""
    return list(session.scalars(_ordered(select(DocumentSubmission.id))))


def next_after(order: Sequence[int], submission_id: int) -> int | None:
    """The one that follows in the queue, or the first where this one is not in it any more."""
    if submission_id not in order:
        return order[0] if order else None
    place = order.index(submission_id) + 1
    return order[place] if place < len(order) else None


def before(order: Sequence[int], submission_id: int) -> int | None:
    place = order.index(submission_id) if submission_id in order else 0
    return order[place - 1] if place else None


def _ordered[*Ts](query: Select[*Ts]) -> Select[*Ts]:
    return (
        query.join(Application, Application.id == DocumentSubmission.application_id)
        .where(
            DocumentSubmission.status == DocumentStatus.IN_REVIEW,
            Application.stage.not_in(_NOT_REVIEWED),
            ~_newer_exists(),
        )
        .order_by(Application.submitted_at, DocumentSubmission.id)
    )


def _newer_exists() -> Exists:
    newer = aliased(DocumentSubmission)
    return (
        select(newer.id)
        .where(
            newer.application_id == DocumentSubmission.application_id,
            newer.document_type == DocumentSubmission.document_type,
            newer.id > DocumentSubmission.id,
        )
        .exists()
    )


def _first_looks(session: Session, submissions: Sequence[int]) -> dict[int, DocumentReview]:
    query = select(DocumentReview).where(
        DocumentReview.submission_id.in_(submissions), DocumentReview.verdict == Verdict.SECOND_LOOK
    )
    return {look.submission_id: look for look in session.scalars(query)}


def _times_refused(session: Session, applications: Sequence[int]) -> list[tuple[int, str]]:
    """One pair of application and document for each refusal."""
    query = select(DocumentSubmission.application_id, DocumentSubmission.document_type).where(
        DocumentSubmission.application_id.in_(applications),
        DocumentSubmission.status == DocumentStatus.REJECTED,
    )
    return list(session.execute(query).tuples())
