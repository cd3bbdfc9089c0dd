"""Taking an application back: only by those who may for the brand, and not once its store is open."""

from sqlalchemy.orm import Session

from onboarding import clock, permissions, stages
from onboarding.errors import DomainError
from onboarding.models import Application, Contact
from onboarding.names import Stage
from onboarding.permissions import Permission


class NothingToWithdraw(DomainError):
    code = "nothing_to_withdraw"
    what_to_do = "Ask a person if you want to close a store or apply again."


def check_withdrawable(session: Session, contact: Contact, application: Application) -> None:
    """Raises NothingToWithdraw and what permissions.require does."""
    permissions.require(session, contact, application.brand_id, Permission.WITHDRAW)
    if application.stage.is_closed:
        raise NothingToWithdraw(f"Application {application.number} is not under way any more.")


def withdraw(session: Session, contact: Contact, application: Application) -> None:
    """Raises what check_withdrawable does."""
    application = stages.locked(session, application.id)
    check_withdrawable(session, contact, application)
    # Both at once: the database wants them together.
    application.stage, application.withdrawn_at = Stage.WITHDRAWN, clock.now(session)
    stages.move(session, application, Stage.WITHDRAWN, by=contact.name, reason="Withdrawn by the brand")
