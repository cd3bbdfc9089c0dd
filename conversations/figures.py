"""How well people answer: first replies, promises, ends, ratings and reasons, by day in China and by person."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from conversations.models import Handoff
from conversations.names import HandoffOutcome, HandoffReason
from onboarding import clock
from onboarding.clock import CHINA
from onboarding.models import Staff

LONGEST_DAYS = 366
_NOBODY = "Nobody yet"


@dataclass(frozen=True)
class Figures:
    """Of some calls for a person. `kept` and `broken` are promises that are decided; those still open are neither.

    A call that the brand took back, or that ended, before its time was up is no promise. Times are medians in minutes.
    """

    calls: int
    kept: int
    broken: int
    first_reply_minutes: int | None
    resolution_minutes: int | None
    resolved: int
    handed_back: int
    rated: int
    stars: float | None

    @property
    def kept_percent(self) -> int | None:
        decided = self.kept + self.broken
        return round(100 * self.kept / decided) if decided else None


@dataclass(frozen=True)
class Report:
    """`by_day` has every day of the period; `by_staff` those who took something on, and who has not been found yet."""

    total: Figures
    by_day: list[tuple[date, Figures]]
    by_staff: list[tuple[str, Figures]]
    by_reason: list[tuple[HandoffReason, int]]


def report(session: Session, first: date, last: date) -> Report:
    """Of the calls that were asked for on these days in China, the last one included."""
    now, names = clock.now(session), _names(session)
    calls = list(_calls(session, first, last))

    def grouped[Key](key: Callable[[Handoff], Key]) -> dict[Key, list[Handoff]]:
        groups: dict[Key, list[Handoff]] = {}
        for call in calls:
            groups.setdefault(key(call), []).append(call)
        return groups

    of_day = grouped(lambda call: call.asked_at.astimezone(CHINA).date())
    of_staff = grouped(lambda call: call.claimed_by)
    return Report(
        total=_figures(calls, now),
        by_day=[(day, _figures(of_day.get(day, []), now)) for day in _days(first, last)],
        by_staff=sorted(
            ((names[staff] if staff else _NOBODY, _figures(found, now)) for staff, found in of_staff.items()),
            key=lambda row: (row[0] == _NOBODY, row[0]),
        ),
        by_reason=Counter(HandoffReason(call.reason) for call in calls).most_common(),
    )


def _calls(session: Session, first: date, last: date) -> Iterable[Handoff]:
    begin = datetime.combine(first, datetime.min.time(), CHINA)
    end = datetime.combine(last + timedelta(days=1), datetime.min.time(), CHINA)
    return session.scalars(
        select(Handoff)
        # A visitor's call that was joined with the contact's own is counted there.
        .where(
            Handoff.asked_at >= begin,
            Handoff.asked_at < end,
            Handoff.outcome.is_distinct_from(HandoffOutcome.JOINED),
        )
        .order_by(Handoff.asked_at)
    )


def _names(session: Session) -> dict[UUID, str]:
    return {staff.id: staff.name for staff in session.scalars(select(Staff))}


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=place) for place in range((last - first).days + 1)]


def _figures(calls: Sequence[Handoff], now: datetime) -> Figures:
    decided = [kept for kept in (_is_kept(call, now) for call in calls) if kept is not None]
    stars = [call.stars for call in calls if call.stars is not None]
    ended = [call for call in calls if call.claimed_at is not None and call.ended_at is not None]
    return Figures(
        calls=len(calls),
        kept=sum(decided),
        broken=len(decided) - sum(decided),
        first_reply_minutes=_minutes(
            call.first_reply_at - call.asked_at for call in calls if call.first_reply_at
        ),
        resolution_minutes=_minutes(call.ended_at - call.asked_at for call in ended if call.ended_at),
        resolved=sum(call.outcome == HandoffOutcome.RESOLVED for call in ended),
        handed_back=sum(call.outcome == HandoffOutcome.HANDED_BACK for call in ended),
        rated=len(stars),
        stars=round(sum(stars) / len(stars), 1) if stars else None,
    )


def _is_kept(call: Handoff, now: datetime) -> bool | None:
    """None where nothing was promised, or where it is not decided."""
    if call.promised_by is None:
        return None
    if call.promise_broken_at is not None:
        return False
    if call.first_reply_at is not None:
        return call.first_reply_at <= call.promised_by
    if call.ended_at is not None and call.ended_at <= call.promised_by:
        return None
    return False if call.promised_by <= now else None


def _minutes(spans: Iterable[timedelta]) -> int | None:
    found = [span.total_seconds() / 60 for span in spans]
    return round(median(found)) if found else None
