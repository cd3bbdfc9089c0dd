"""When an application is refused: the reason, an appeal, and applying again with what was already given."""

import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import brands, clock, stages
from onboarding.documents.storage import DocumentStore
from onboarding.models import Appeal, Application, Contact, DocumentFile, DocumentSubmission, StageChange
from onboarding.names import DocumentStatus, Stage
from onboarding.opening import personal_data
from onboarding.opening.wording import FieldsRefused, OpeningRefused, reason, texts
from onboarding.permissions import Permission, require
from onboarding.registration import answers
from onboarding.requirements import newest_submissions

LONGEST_APPEAL = 4000
_MAY_BE_REFUSED = (
    Stage.SUBMITTED,
    Stage.BRAND_REVIEW,
    Stage.DOCUMENT_REVIEW,
    Stage.CORRECTION_NEEDED,
    Stage.FINAL_CHECK,
)
_GIVEN_STILL = (
    DocumentStatus.APPROVED,
    DocumentStatus.WAIVED,
    DocumentStatus.IN_REVIEW,
    DocumentStatus.CHECKING,
)
_NUMBERS = 1_000_000


def what_blocks(application: Application) -> list[str]:
    return [] if application.stage in _MAY_BE_REFUSED else [texts()["refusals"]["not_refusable"]["sentence"]]


def refuse(session: Session, application_id: int, *, by: str, reason: str) -> None:
    """Of the staff; `reason` is what the brand reads. Raises OpeningRefused where the stage does not allow it."""
    application = stages.locked(session, application_id)
    if what_blocks(application):
        raise OpeningRefused("not_refusable")
    stages.move(session, application, Stage.REJECTED, by=by, reason=reason)


def appeal_of(session: Session, application: Application) -> Appeal | None:
    return session.scalar(select(Appeal).where(Appeal.application_id == application.id))


def appeal(session: Session, contact: Contact, application: Application, text: str) -> Appeal:
    """Once for each refusal. Raises RoleTooLow, FieldsRefused, or OpeningRefused."""
    require(session, contact, application.brand_id, Permission.APPEAL)
    application = _refused(session, application)
    if appeal_of(session, application) is not None:
        raise OpeningRefused("already_appealed")
    said = _tidy(text)
    words = texts()["refusals"]
    if not said:
        raise FieldsRefused({"text": words["appeal_missing"]})
    if len(said) > LONGEST_APPEAL:
        raise FieldsRefused({"text": words["appeal_too_long"].format(longest=f"{LONGEST_APPEAL:,}")})
    made = Appeal(
        application_id=application.id,
        text=said,
        contact_id=contact.id,
        by=contact.name,
        at=clock.now(session),
    )
    session.add(made)
    session.flush()
    return made


def decide_appeal(session: Session, application_id: int, *, granted: bool, answer: str, by: str) -> Appeal:
    """Of the staff: granted, the documents are looked at again. Raises OpeningRefused."""
    application = stages.locked(session, application_id)
    made = appeal_of(session, application)
    if made is None or made.granted is not None or application.stage is not Stage.REJECTED:
        raise OpeningRefused("no_appeal")
    if granted:
        _require_none_running(session, application)
    now = clock.now(session)
    made.granted, made.answer, made.decided_by, made.decided_at = granted, answer, by, now
    personal_data.forget_once_decided(session, made)
    if granted:
        said = reason("appeal_granted", answer=answer)
        stages.move(session, application, Stage.DOCUMENT_REVIEW, by=by, reason=said)
    return made


def apply_again(
    session: Session, contact: Contact, application: Application, store: DocumentStore
) -> Application:
    """A draft with the company, the newest answers and every document that was not refused.

    Raises RoleTooLow, or OpeningRefused where it was not refused or another one runs.
    """
    require(session, contact, application.brand_id, Permission.EDIT_DRAFT)
    before = _refused(session, application)
    _require_none_running(session, before)
    now = clock.now(session)
    again = Application(
        number=_new_number(session, before),
        brand_id=before.brand_id,
        company_id=before.company_id,
        store_type=before.store_type,
        category=before.category,
        declares=before.declares,
        stage=Stage.DRAFT,
        created_at=now,
    )
    session.add(again)
    session.flush()
    said = reason("applied_again", number=before.number)
    stages.move(session, again, Stage.DRAFT, by=contact.name, reason=said)
    answers.give_again(session, contact, before, again)
    for submission in newest_submissions(session, before).values():
        if submission.status in _GIVEN_STILL:
            _give_again(session, again, submission, store)
    return again


def refusal_of(session: Session, application: Application) -> StageChange | None:
    """Who refused it, when and why; None while it is not refused."""
    if application.stage is not Stage.REJECTED:
        return None
    return session.scalars(
        select(StageChange)
        .where(StageChange.application_id == application.id, StageChange.stage == Stage.REJECTED)
        .order_by(StageChange.at.desc(), StageChange.id.desc())
        .limit(1)
    ).one()


def _refused(session: Session, application: Application) -> Application:
    application = stages.locked(session, application.id)
    if application.stage is not Stage.REJECTED:
        raise OpeningRefused("not_rejected")
    return application


def _require_none_running(session: Session, application: Application) -> None:
    newest = brands.application_of(session, application.brand)
    if newest is not None and newest.id != application.id and newest.stage is not Stage.REJECTED:
        raise OpeningRefused("already_running")


def _give_again(
    session: Session, again: Application, given: DocumentSubmission, store: DocumentStore
) -> None:
    """The file is there once more under a name of its own, so that each application can be erased alone."""
    copy = DocumentSubmission(
        application_id=again.id,
        document_type=given.document_type,
        status=DocumentStatus.IN_REVIEW if given.status is DocumentStatus.CHECKING else given.status,
        submitted_at=given.submitted_at,
        decided_at=given.decided_at,
        valid_until=given.valid_until,
    )
    session.add(copy)
    session.flush()
    file = session.scalar(select(DocumentFile).where(DocumentFile.submission_id == given.id))
    if file is None:
        return
    session.add(
        DocumentFile(
            submission_id=copy.id,
            stored_as=store.keep_again(file.stored_as),
            sha256=file.sha256,
            size_bytes=file.size_bytes,
            format=file.format,
            name=file.name,
            sent_by=file.sent_by,
            received_at=file.received_at,
        )
    )
    session.flush()


def _new_number(session: Session, before: Application) -> str:
    year = clock.today_in_china(session).year
    prefix = before.number.partition("-")[0]
    while True:
        number = f"{prefix}-{year}-{secrets.randbelow(_NUMBERS):06}"
        if session.scalar(select(Application.id).where(Application.number == number)) is None:
            return number


def _tidy(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in lines if sign == "\n" or sign.isprintable()).strip()
