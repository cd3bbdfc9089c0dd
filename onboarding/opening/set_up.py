"""Setting up the store: each step's answers, handing over, the final check, and the opening."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from onboarding import stages
from onboarding.models import Application, Contact
from onboarding.names import Stage
from onboarding.opening import moves, questions, steps
from onboarding.opening.names import SET_UP, Step, StepStatus
from onboarding.opening.steps import StepState
from onboarding.opening.wording import FieldsRefused, NotNow, reason, texts
from onboarding.permissions import Permission, require


def save(
    session: Session,
    contact: Contact,
    application: Application,
    step: Step,
    typed: Mapping[str, str],
    *,
    version: int | None = None,
) -> StepState:
    """The same answers again change nothing.

    Raises RoleTooLow, NotNow, FieldsRefused, and OpeningRefused where `version` is not the newest.
    """
    require(session, contact, application.brand_id, Permission.EDIT_DRAFT)
    application = stages.locked(session, application.id)
    steps.require_now(application, step)
    answers = questions.tidied(step, typed)
    found = steps.state(session, application, step)
    if found.status is StepStatus.DONE and found.answers == answers:
        return found
    steps.require_unchanged(found, version)
    errors = questions.errors(step, answers)
    if errors:
        raise FieldsRefused(errors)
    steps.change(
        session, application, step, StepStatus.DONE, by=contact.name, contact=contact, answers=answers
    )
    return steps.state(session, application, step)


def hand_over(session: Session, contact: Contact, application: Application) -> None:
    """The brand says that the store is ready. Raises RoleTooLow, or Blocked with what is missing."""
    require(session, contact, application.brand_id, Permission.SUBMIT)
    application = stages.locked(session, application.id)
    if application.stage is Stage.FINAL_CHECK:
        return
    moves.enter(session, application, Stage.FINAL_CHECK, by=contact.name, reason=reason("handed_over"))
    steps.change(session, application, Step.FINAL_CHECK, StepStatus.WITH_US, by=contact.name, contact=contact)


def take_back(session: Session, contact: Contact, application: Application) -> None:
    """The brand ends the final check to change something. Raises RoleTooLow, or NotNow where there is none."""
    require(session, contact, application.brand_id, Permission.SUBMIT)
    application = stages.locked(session, application.id)
    if application.stage is Stage.STORE_SETUP:
        return
    application = _in_final_check(session, application.id)
    said = reason("taken_back")
    steps.change(
        session,
        application,
        Step.FINAL_CHECK,
        StepStatus.TO_DO,
        by=contact.name,
        contact=contact,
        reason=said,
    )
    stages.move(session, application, Stage.STORE_SETUP, by=contact.name, reason=said)


def send_back(session: Session, application_id: int, found: Mapping[Step, str], *, by: str) -> None:
    """Of the staff: the final check found something; `found` says for each step what is to be done."""
    application = _in_final_check(session, application_id)
    if not found or not set(found) <= set(SET_UP):
        raise ValueError("name at least one step of the set-up, and no other")
    for step, what in found.items():
        steps.change(session, application, step, StepStatus.PROBLEM, by=by, reason=what)
    said = "; ".join(f"{texts()['steps'][step]['short']}: {what}" for step, what in found.items())
    told = reason("sent_back", found=said)
    steps.change(session, application, Step.FINAL_CHECK, StepStatus.TO_DO, by=by, reason=told)
    stages.move(session, application, Stage.STORE_SETUP, by=by, reason=told)


def pass_final_check(session: Session, application_id: int, *, by: str) -> None:
    """Of the staff: nothing is in the way of an opening any more. Raises NotNow where the store was not handed over."""
    application = _in_final_check(session, application_id)
    if steps.state(session, application, Step.FINAL_CHECK).status is not StepStatus.DONE:
        steps.change(session, application, Step.FINAL_CHECK, StepStatus.DONE, by=by, reason=reason("passed"))


def open_store(session: Session, application_id: int, *, by: str) -> None:
    """Of the staff: today in China is the first day of the incubation. Raises Blocked."""
    application = stages.locked(session, application_id)
    moves.enter(session, application, Stage.OPEN, by=by, reason=reason("opened"))


def begin(session: Session, application_id: int, *, by: str) -> None:
    """Of the staff, where it did not follow from the last paper or payment. Raises Blocked."""
    application = stages.locked(session, application_id)
    moves.enter(session, application, Stage.STORE_SETUP, by=by, reason=reason("to_set_up"))


def _in_final_check(session: Session, application_id: int) -> Application:
    application = stages.locked(session, application_id)
    if application.stage is not Stage.FINAL_CHECK:
        raise NotNow(
            Step.FINAL_CHECK, "early" if steps.why_not_now(application, Step.ALIPAY) is None else "closed"
        )
    return application
