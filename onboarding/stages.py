"""Moves an application from stage to stage; each move is a row that says who, when and why."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.clock import CHINA
from onboarding.models import Application, StageChange
from onboarding.names import Stage


def locked(session: Session, application_id: int) -> Application:
    """Whoever changes an application holds its row until the end of the transaction."""
    return session.scalars(
        select(Application)
        .where(Application.id == application_id)
        .with_for_update(of=Application)
        .execution_options(populate_existing=True)
    ).one()


def move(session: Session, application: Application, stage: Stage, *, by: str, reason: str) -> None:
    now = clock.now(session)
    application.stage = stage
    session.add(
        StageChange(
            application_id=application.id,
            stage=stage,
            started_on=now.astimezone(CHINA).date(),
            at=now,
            by=by,
            reason=reason,
        )
    )
    session.flush()
