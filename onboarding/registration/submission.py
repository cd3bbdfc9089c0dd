"""Submitting a draft: refused with the list of what blocks it; then the days of the promise begin."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from onboarding import clock, permissions, promise, stages
from onboarding.models import Application, Contact
from onboarding.names import Stage
from onboarding.permissions import Permission
from onboarding.registration import claims
from onboarding.registration.claims import Claimed
from onboarding.registration.errors import AlreadySubmitted, NotADraft, NotDeclared, SubmitBlocked
from onboarding.registration.progress import progress_of

_DECLARED = "Declared correct and submitted."


@dataclass(frozen=True)
class Receipt:
    """`target_on` is the day in China by which the store opens, by the programme's rule."""

    application: Application
    submitted_on: date
    target_on: date
    claim: Claimed | None


def submit(session: Session, contact: Contact, application: Application, *, declared: bool) -> Receipt:
    """Raises AlreadySubmitted, NotADraft, SubmitBlocked, NotDeclared and what permissions.require does."""
    permissions.require(session, contact, application.brand_id, Permission.SUBMIT)
    application = stages.locked(session, application.id)
    if application.stage is Stage.WITHDRAWN:
        raise NotADraft("This registration was withdrawn.")
    if application.stage is not Stage.DRAFT:
        raise AlreadySubmitted("This registration has been submitted already.")
    claims.look(session, application, contact)
    blockers = progress_of(session, application).blockers
    if blockers:
        raise SubmitBlocked(blockers)
    if not declared:
        raise NotDeclared("The answers were not confirmed.")
    _move_on(session, application, contact)
    return receipt_of(session, application)


def receipt_of(session: Session, application: Application) -> Receipt:
    """Raises promise.NotSubmitted for a draft."""
    opening = promise.opening_clock(session, application)
    return Receipt(application, opening.submitted_on, opening.target_on, claims.claimed(session, application))


def _move_on(session: Session, application: Application, contact: Contact) -> None:
    # Both at once: the database wants them together.
    application.stage, application.submitted_at = Stage.SUBMITTED, clock.now(session)
    stages.move(session, application, Stage.SUBMITTED, by=contact.name, reason=_DECLARED)
