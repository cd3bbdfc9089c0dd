"""The one clock of all processes: real time plus an offset kept in the database, or a frozen moment."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import DateTime, Interval, Row, Select, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from onboarding.database import Base
from onboarding.errors import DomainError

CHINA = ZoneInfo("Asia/Shanghai")
_THE_CLOCK = 1
_THE_CLOCK_HELD = "clock"


class ClockIsReal(DomainError):
    code = "clock_is_real"
    what_to_do = "Run in demonstration mode to set the clock: unset BRANDDESK_MODE."


class Clock(Base):
    __tablename__ = "clock"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=_THE_CLOCK)
    ahead_by: Mapped[timedelta] = mapped_column(Interval, default=timedelta(0))
    frozen_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


def now(session: Session) -> datetime:
    clock = _read(session)
    if clock is None:
        return datetime.now(UTC)
    if clock.frozen_at is not None:
        return clock.frozen_at.astimezone(UTC)
    return datetime.now(UTC) + clock.ahead_by


def database_time(session: Session) -> datetime:
    """Not our own clock, which can be moved: for telling who is alive, also within one transaction."""
    now: datetime = session.execute(select(func.clock_timestamp())).scalar_one()
    return now


def today_in_china(session: Session) -> date:
    return now(session).astimezone(CHINA).date()


def beside[*Ts](statement: Select[*Ts]) -> Select[*Ts, Clock]:
    """The statement with the clock in its last column, to be read in one round trip."""
    return statement.outerjoin(Clock, Clock.id == _THE_CLOCK).add_columns(Clock)


def read_beside[*Ts](
    session: Session, statement: Select[*Ts, Clock], values: dict[str, Any]
) -> Row[*Ts, Clock] | None:
    """The only row, if any, of a statement that `beside` made."""
    row = session.execute(statement, values).one_or_none()
    if row is not None:
        session.info[_THE_CLOCK_HELD] = row[-1]
    return row


def set_now(session: Session, moment: datetime, *, production: bool = False) -> None:
    """Let the clock run on from `moment` (aware); raises ClockIsReal in production."""
    clock = _adjustable(session, production)
    clock.frozen_at, clock.ahead_by = None, moment - datetime.now(UTC)


def freeze(session: Session, moment: datetime, *, production: bool = False) -> None:
    clock = _adjustable(session, production)
    clock.frozen_at = moment


def advance(session: Session, by: timedelta, *, production: bool = False) -> None:
    clock = _adjustable(session, production)
    if clock.frozen_at is not None:
        clock.frozen_at += by
    else:
        clock.ahead_by += by


def return_to_real_time(session: Session) -> None:
    clock = _adjustable(session, production=False)
    clock.frozen_at, clock.ahead_by = None, timedelta(0)


def _read(session: Session) -> Clock | None:
    """Once a session, and again after a rollback: held on to, since SQLAlchemy forgets what nobody holds."""
    clock = session.get(Clock, _THE_CLOCK)
    session.info[_THE_CLOCK_HELD] = clock
    return clock


def _adjustable(session: Session, production: bool) -> Clock:
    if production:
        raise ClockIsReal("The clock cannot be set in production.")
    clock = session.get(Clock, _THE_CLOCK)
    if clock is None:
        clock = Clock(id=_THE_CLOCK, ahead_by=timedelta(0))
        session.add(clock)
    return clock
