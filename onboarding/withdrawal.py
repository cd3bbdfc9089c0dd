"""Taking an application back: only by those who act for the brand, and not once its store is open."""

from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.brands import role_of
from onboarding.errors import DomainError
from onboarding.models import Application, Contact, StageChange
from onboarding.names import Role, Stage

_MAY_WITHDRAW = frozenset((Role.OWNER, Role.EDITOR))


class NotYoursToWithdraw(DomainError):
    code = "not_yours_to_withdraw"
    what_to_do = "Ask a colleague who is an owner or editor of the brand."


class NothingToWithdraw(DomainError):
    code = "nothing_to_withdraw"
    what_to_do = "Ask a person if you want to close a store or apply again."


def check_withdrawable(session: Session, contact: Contact, application: Application) -> None:
    """Raises NotYoursToWithdraw, NothingToWithdraw."""
    if application.stage.is_closed:
        raise NothingToWithdraw(f"Application {application.number} is not under way any more.")
    if role_of(session, contact, application.brand) not in _MAY_WITHDRAW:
        raise NotYoursToWithdraw(f"You may see application {application.number}, but not withdraw it.")


def withdraw(session: Session, contact: Contact, application: Application) -> None:
    """Raises NotYoursToWithdraw, NothingToWithdraw."""
    session.refresh(application, with_for_update=True)
    check_withdrawable(session, contact, application)
    now = clock.now(session)
    application.stage = Stage.WITHDRAWN
    application.withdrawn_at = now
    session.add(
        StageChange(
            application_id=application.id,
            stage=Stage.WITHDRAWN,
            started_on=clock.today_in_china(session),
            at=now,
            by=contact.name,
            reason="Withdrawn by the brand",
        )
    )
    session.flush()
