"""Moves an application from stage to stage; each move is a row that says who, when and why."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.clock import CHINA
from onboarding.models import Application, StageChange
from onboarding.names import Stage, Turn


def locked(session: Session, application_id: int) -> Application:
    """Whoever changes an application holds its row until the end of the transaction."""
    return session.scalars(
        select(Application)
        .where(Application.id == application_id)
        .with_for_update(of=Application)
        .execution_options(populate_existing=True)
    ).one()


def move(
    session: Session,
    application: Application,
    stage: Stage,
    *,
    by: str,
    reason: str | None = None,
    turn: Turn | None = None,
) -> None:
    """`turn` is given where it is not the stage's own."""
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
            turn=turn,
        )
    )
    session.flush()


def pass_turn(session: Session, application: Application, turn: Turn, *, by: str, reason: str) -> None:
    """The days that follow go by with the other side; nothing is written where they do already."""
    if turn_of(session, application) is not turn:
        move(session, application, application.stage, by=by, reason=reason, turn=turn)


def turn_of(session: Session, application: Application) -> Turn:
    newest = session.scalars(
        select(StageChange)
        .where(StageChange.application_id == application.id)
        .order_by(StageChange.at.desc(), StageChange.id.desc())
        .limit(1)
    ).one()
    return newest.whose_turn
