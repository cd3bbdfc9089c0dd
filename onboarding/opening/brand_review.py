"""From submitted to approved, as far as people decide it: the rest follows from the documents."""

from sqlalchemy.orm import Session

from onboarding import stages
from onboarding.documents import progress
from onboarding.models import Application
from onboarding.names import Stage
from onboarding.opening.wording import Blocked, reason, texts
from onboarding.programme import programme
from onboarding.registration import claims
from onboarding.requirements import checklist

_UNDER_REVIEW = (Stage.DOCUMENT_REVIEW, Stage.CORRECTION_NEEDED)


def blocks_beginning(application: Application) -> list[str]:
    return _unless_in(application, Stage.SUBMITTED)


def blocks_passing(session: Session, application: Application) -> list[str]:
    """What stands against the end of the brand's review: a claim of another company is decided first."""
    found = _unless_in(application, Stage.BRAND_REVIEW)
    if claims.claimed(session, application) is not None:
        found.append(texts()["blockers"]["claim"])
    if claims.is_lost(session, application):
        found.append(texts()["blockers"]["claim_lost"])
    return found


def blocks_approval(session: Session, application: Application) -> list[str]:
    words = texts()["blockers"]
    unsettled = checklist(session, application).unsettled_for(Stage.APPROVED)
    return _unless_in(application, *_UNDER_REVIEW) + [
        words["documents"].format(label=item.label) for item in unsettled
    ]


def begin(session: Session, application_id: int, *, by: str) -> None:
    """Raises Blocked."""
    application = stages.locked(session, application_id)
    _require(blocks_beginning(application))
    stages.move(session, application, Stage.BRAND_REVIEW, by=by, reason=reason("brand_looked_at"))


def pass_on(session: Session, application_id: int, *, by: str) -> None:
    """The documents come next, which may all be accepted, or one refused, by now. Raises Blocked."""
    application = stages.locked(session, application_id)
    _require(blocks_passing(session, application))
    stages.move(session, application, Stage.DOCUMENT_REVIEW, by=by, reason=reason("brand_fine"))
    progress.after_brand_review(session, application, by=by)


def approve(session: Session, application_id: int, *, by: str) -> None:
    """By hand, where it did not follow from the last document. Raises Blocked."""
    application = stages.locked(session, application_id)
    _require(blocks_approval(session, application))
    stages.move(session, application, Stage.APPROVED, by=by, reason=reason("approved"))


def _unless_in(application: Application, *needed: Stage) -> list[str]:
    if application.stage in needed:
        return []
    names = programme().stages
    return [texts()["blockers"]["stage"].format(needed=names[needed[0]], stage=names[application.stage])]


def _require(blockers: list[str]) -> None:
    if blockers:
        raise Blocked(blockers)
