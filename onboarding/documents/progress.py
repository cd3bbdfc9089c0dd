"""The stage that follows from the documents: corrections and reviews alternate until all are accepted."""

from sqlalchemy.orm import Session

from onboarding import stages
from onboarding.documents.wording import texts
from onboarding.models import Application
from onboarding.names import DocumentStatus, DocumentType, Stage, Turn
from onboarding.opening import moves
from onboarding.requirements import checklist, newest_submissions

_REFUSED = frozenset((DocumentStatus.REJECTED, DocumentStatus.EXPIRED))
_UNDER_REVIEW = frozenset((Stage.DOCUMENT_REVIEW, Stage.CORRECTION_NEEDED))


def look_again(session: Session, application: Application, document: DocumentType) -> None:
    """What was accepted lies with the reviewers again; what they said of it before stays in its history."""
    newest = newest_submissions(session, application)[document]
    newest.status, newest.decided_at = DocumentStatus.IN_REVIEW, None
    session.flush()


def after_sending(session: Session, application: Application, *, by: str) -> None:
    """Once nothing refused is left, the review goes on; it begins again where an accepted paper was replaced."""
    if application.stage is Stage.APPROVED and not _is_settled(session, application):
        stages.move(session, application, Stage.DOCUMENT_REVIEW, by=by, reason=_reason("replaced"))
    if application.stage is Stage.CORRECTION_NEEDED and not _has_refused(session, application):
        stages.move(session, application, Stage.DOCUMENT_REVIEW, by=by, reason=_reason("corrected"))
    if application.stage is Stage.FINAL_CHECK and not _has_refused(session, application):
        stages.pass_turn(session, application, Turn.PLATFORM, by=by, reason=_reason("corrected"))
    moves.follow(session, application, by=by)


def after_brand_review(session: Session, application: Application, *, by: str) -> None:
    """Where documents were refused or all accepted before their own stage began, it is over at once."""
    refused = [item.label for item in checklist(session, application).items if item.status in _REFUSED]
    if refused:
        said = f"{_reason('refused_before')} {', '.join(refused)}."
        stages.move(session, application, Stage.CORRECTION_NEEDED, by=by, reason=said)
    else:
        after_acceptance(session, application, by=by)


def after_acceptance(session: Session, application: Application, *, by: str) -> None:
    if application.stage not in _UNDER_REVIEW:
        moves.follow(session, application, by=by)
        return
    if _is_settled(session, application):
        stages.move(session, application, Stage.APPROVED, by=by, reason=_reason("all_accepted"))
    elif application.stage is Stage.CORRECTION_NEEDED and not _has_refused(session, application):
        stages.move(session, application, Stage.DOCUMENT_REVIEW, by=by, reason=_reason("corrected"))


def after_rejection(session: Session, application: Application, *, by: str, reason: str) -> None:
    if application.stage is Stage.DOCUMENT_REVIEW:
        stages.move(session, application, Stage.CORRECTION_NEEDED, by=by, reason=reason)
    moves.follow(session, application, by=by)


def after_expiry(session: Session, application: Application) -> None:
    """It is the brand's turn, whatever the stage."""
    by, reason = _reason("clock"), _reason("expired")
    if application.stage in (Stage.DOCUMENT_REVIEW, Stage.APPROVED):
        stages.move(session, application, Stage.CORRECTION_NEEDED, by=by, reason=reason)
    if application.stage is Stage.FINAL_CHECK:
        stages.pass_turn(session, application, Turn.BRAND, by=by, reason=reason)
    moves.follow(session, application, by=by)


def _is_settled(session: Session, application: Application) -> bool:
    return checklist(session, application).is_settled_for(Stage.APPROVED)


def _has_refused(session: Session, application: Application) -> bool:
    return any(item.status in _REFUSED for item in checklist(session, application).items)


def _reason(name: str) -> str:
    reason: str = texts()["stage_reasons"][name]
    return reason
