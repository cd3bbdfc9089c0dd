"""When people are there, in China, and by when they promise to reply.

programme.yml says it until an operator changes it; a change holds from its day on, for all processes at once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, SessionTransaction

from onboarding import audit, clock
from onboarding.clock import CHINA
from onboarding.models import OfficeHoursChange, Staff
from onboarding.programme import programme
from onboarding.programme_types import Holiday, OfficeHours
from onboarding.yaml_fields import Figure

_SOURCE = "The operator's setting"
_HELD = "office_hours"


@dataclass(frozen=True)
class NewHours:
    """`days` counts Monday as 1; times are China's."""

    valid_from: date
    days: tuple[int, ...]
    opens: time
    closes: time
    first_reply_working_hours: int
    holidays: tuple[Holiday, ...]


def is_open(session: Session, moment: datetime) -> bool:
    day = moment.astimezone(CHINA).date()
    rules = rules_on(session, day)
    opens, closes = _hours_of(rules, day)
    return _is_working_day(rules, day) and opens <= moment < closes


def next_opening(session: Session, moment: datetime) -> datetime:
    """The next start of office hours after the moment, also while they last."""
    return next(opens for opens, _ in _working_hours_from(session, moment) if opens > moment)


def promised_reply_by(session: Session, moment: datetime) -> datetime:
    """So many working hours on, counted while people are there."""
    rules = rules_on(session, moment.astimezone(CHINA).date())
    left = timedelta(hours=rules.first_reply_working_hours.value)
    for opens, closes in _working_hours_from(session, moment):
        start = max(opens, moment)
        if start + left <= closes:
            return start + left
        left -= max(timedelta(0), closes - start)
    raise AssertionError("working days never end")


def is_working_day(session: Session, day: date) -> bool:
    return _is_working_day(rules_on(session, day), day)


def rules_on(session: Session, day: date) -> OfficeHours:
    """Those that hold on that day in China."""
    holding = [change for change in _changes(session) if change.valid_from <= day]
    return _as_rules(holding[-1]) if holding else programme().office_hours


def rules_today(session: Session) -> OfficeHours:
    return rules_on(session, clock.today_in_china(session))


def changes(session: Session) -> list[OfficeHoursChange]:
    """What operators changed, the last first."""
    return list(session.scalars(select(OfficeHoursChange).order_by(OfficeHoursChange.id.desc())))


def change(session: Session, staff: Staff, new: NewHours) -> OfficeHoursChange:
    added = OfficeHoursChange(
        valid_from=new.valid_from,
        days=list(new.days),
        opens=new.opens,
        closes=new.closes,
        first_reply_working_hours=new.first_reply_working_hours,
        holidays=[[one.first.isoformat(), one.last.isoformat(), one.name] for one in new.holidays],
        changed_by=staff.id,
        changed_at=clock.now(session),
    )
    session.add(added)
    session.flush()
    session.info.pop(_HELD, None)
    audit.record(
        session,
        staff,
        "office hours changed",
        "office hours",
        added.id,
        valid_from=new.valid_from.isoformat(),
    )
    return added


def _changes(session: Session) -> Sequence[OfficeHoursChange]:
    """In the order in which they take effect; read once in a transaction, since others may change them after it."""
    held: tuple[SessionTransaction | None, Sequence[OfficeHoursChange]] | None = session.info.get(_HELD)
    transaction = session.get_transaction()
    if held is not None and transaction is not None and held[0] is transaction:
        return held[1]
    in_order = select(OfficeHoursChange).order_by(OfficeHoursChange.valid_from, OfficeHoursChange.id)
    found = session.scalars(in_order).all()
    session.info[_HELD] = (session.get_transaction(), found)
    return found


def _as_rules(found: OfficeHoursChange) -> OfficeHours:
    def figure[T](value: T) -> Figure[T]:
        return Figure(value, found.valid_from, _SOURCE, assumption=True)

    return OfficeHours(
        days=figure(tuple(found.days)),
        opens=figure(found.opens),
        closes=figure(found.closes),
        first_reply_working_hours=figure(found.first_reply_working_hours),
        holidays=figure(
            tuple(
                Holiday(name, date.fromisoformat(first), date.fromisoformat(last))
                for first, last, name in found.holidays
            )
        ),
    )


def _is_working_day(rules: OfficeHours, day: date) -> bool:
    on_holiday = any(holiday.first <= day <= holiday.last for holiday in rules.holidays.value)
    return day.isoweekday() in rules.days.value and not on_holiday


def _working_hours_from(session: Session, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
    day = moment.astimezone(CHINA).date()
    while True:
        rules = rules_on(session, day)
        if _is_working_day(rules, day):
            yield _hours_of(rules, day)
        day += timedelta(days=1)


def _hours_of(rules: OfficeHours, day: date) -> tuple[datetime, datetime]:
    opens = datetime.combine(day, rules.opens.value, CHINA)
    return opens.astimezone(UTC), datetime.combine(day, rules.closes.value, CHINA).astimezone(UTC)
