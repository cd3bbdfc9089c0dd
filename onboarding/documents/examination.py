"""One document as a reviewer sees it: the paper, what was registered, what was found, and who decided what before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from onboarding import clock, promise, requirements
from onboarding.documents import comparison, review, submissions
from onboarding.documents.comparison import Compared
from onboarding.documents.submissions import HistoryEntry
from onboarding.errors import NotFound
from onboarding.models import (
    Application,
    DocumentFile,
    DocumentOpening,
    DocumentReview,
    DocumentSubmission,
)
from onboarding.names import DocumentStatus, DocumentType, ReasonCode, Verdict
from onboarding.programme import programme
from onboarding.promise import OpeningClock
from onboarding.registration import answers, questions
from onboarding.registration.fields import Field
from onboarding.requirements import Checklist

# Whoever opened it so short a time ago may still be looking.
_MINUTES_OF_LOOKING = 10
_REGISTERED = (
    Field.COMPANY_NAME,
    Field.COUNTRY,
    Field.COMPANY_NUMBER,
    Field.COMPANY_SINCE,
    Field.COMPANY_ADDRESS,
    Field.BRAND_NAME,
    Field.DECLARES,
    Field.TRADEMARK_OWNER,
    Field.TRADEMARK_NUMBER,
    Field.TRADEMARK_COUNTRY,
    Field.TRADEMARK_CLASSES,
    Field.TRADEMARK_UNTIL,
    Field.CATEGORY,
    Field.STORE_TYPE,
    Field.REPRESENTATIVE,
)


class DocumentUnknown(NotFound):
    code = "document_unknown"


@dataclass(frozen=True)
class Version:
    """One submission with every look that was taken at it."""

    entry: HistoryEntry
    reviews: list[DocumentReview]


@dataclass(frozen=True)
class Examination:
    """`versions` begins with the newest; `looking` are colleagues who opened it minutes ago; `registered` is what was
    answered in words, by what was asked.
    """

    submission: DocumentSubmission
    application: Application
    clock: OpeningClock | None
    checklist: Checklist
    compared: list[Compared] | None
    registered: dict[str, str]
    versions: list[Version]
    looking: list[str]
    suggested: ReasonCode | None
    now: datetime
    today: date

    @property
    def label(self) -> str:
        return programme().documents[self.submission.document_type].label

    @property
    def hint(self) -> str:
        return programme().documents[self.submission.document_type].hint

    @property
    def current(self) -> Version:
        return next(one for one in self.versions if one.entry.submission.id == self.submission.id)

    @property
    def file(self) -> DocumentFile | None:
        return self.current.entry.file

    @property
    def pages(self) -> int:
        check = self.current.entry.check
        return int(check.facts.get("pages") or 1) if check else 1

    @property
    def newest_id(self) -> int:
        return self.versions[0].entry.submission.id

    @property
    def first_look(self) -> DocumentReview | None:
        return next((look for look in self.current.reviews if look.verdict is Verdict.SECOND_LOOK), None)

    @property
    def decided(self) -> DocumentReview | None:
        """The look that settled it; made-up documents were decided without one."""
        settled = (look for look in reversed(self.current.reviews) if look.verdict is not Verdict.SECOND_LOOK)
        return next(settled, None)

    @property
    def can_be_decided(self) -> bool:
        waits = self.submission.status in (DocumentStatus.CHECKING, DocumentStatus.IN_REVIEW)
        return waits and self.submission.id == self.newest_id

    @property
    def was_refused_before(self) -> bool:
        return any(
            version.entry.submission.status is DocumentStatus.REJECTED
            for version in self.versions
            if version.entry.submission.id < self.submission.id
        )


def examine(session: Session, submission_id: int, *, by: str) -> Examination:
    """`by` is whoever looks. Raises DocumentUnknown."""
    submission = _sent(session, submission_id)
    application = session.get_one(Application, submission.application_id)
    entries = submissions.history(session, application, submission.document_type)
    check = next(entry.check for entry in entries if entry.submission.id == submission_id)
    now = clock.now(session)
    given = answers.values_of(answers.answers_of(session, application))
    return Examination(
        submission=submission,
        application=application,
        clock=promise.opening_clock(session, application) if application.submitted_at else None,
        checklist=requirements.checklist(session, application),
        compared=comparison.compared(application, check) if check else None,
        registered=_in_words(given),
        versions=[Version(entry, review.reviews_of(session, entry.submission)) for entry in entries],
        looking=_looking(session, submission_id, now, by),
        suggested=comparison.suggested_reason(check) if check else None,
        now=now,
        today=clock.today_in_china(session),
    )


def open_file(session: Session, submission_id: int, *, by: str) -> DocumentFile:
    """The file, and a row that says which of the staff opened it. Raises DocumentUnknown where there is none."""
    file = _file_of(session, submission_id)
    submissions.note_opening(session, file, who=by)
    return file


def look_at_page(session: Session, submission_id: int, *, by: str) -> tuple[DocumentFile, bool]:
    """As `open_file`, and whether it is a new opening: turning and enlarging pages is the same one for some minutes."""
    file = _file_of(session, submission_id)
    is_new = by not in _opened_since(session, file, clock.now(session))
    if is_new:
        submissions.note_opening(session, file, who=by)
    return file, is_new


def _in_words(given: dict[Field, str]) -> dict[str, str]:
    asked = questions.questions()
    return {asked[one].label: asked[one].shown(given[one]) for one in _REGISTERED if given.get(one)}


def has_no_file(session: Session, submission_id: int) -> bool:
    """As the documents of the demonstration have none. Raises DocumentUnknown."""
    _sent(session, submission_id)
    return session.scalar(_files(submission_id)) is None


def made_up(session: Session, submission_id: int) -> tuple[DocumentType, date]:
    """Which document a made-up paper stands in for, and the day on which it is shown."""
    return _sent(session, submission_id).document_type, clock.today_in_china(session)


def _sent(session: Session, submission_id: int) -> DocumentSubmission:
    submission = session.get(DocumentSubmission, submission_id)
    if submission is None or submission.status is DocumentStatus.MISSING:
        raise DocumentUnknown("There is no such document.")
    return submission


def _file_of(session: Session, submission_id: int) -> DocumentFile:
    file = session.scalar(_files(submission_id))
    if file is None or file.virus is not None:
        raise DocumentUnknown("This document has no file, or not any more.")
    return file


def _files(submission_id: int) -> Select[DocumentFile]:
    return select(DocumentFile).where(DocumentFile.submission_id == submission_id)


def _looking(session: Session, submission_id: int, now: datetime, by: str) -> list[str]:
    file = session.scalar(_files(submission_id))
    return [who for who in _opened_since(session, file, now) if who != by] if file else []


def _opened_since(session: Session, file: DocumentFile, now: datetime) -> Sequence[str]:
    """The staff alone."""
    return session.scalars(
        select(DocumentOpening.who)
        .where(
            DocumentOpening.file_id == file.id,
            DocumentOpening.contact_id.is_(None),
            DocumentOpening.at > now - timedelta(minutes=_MINUTES_OF_LOOKING),
        )
        .distinct()
        .order_by(DocumentOpening.who)
    ).all()
