"""Who of the staff looks after an application."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from onboarding import audit, clock, stages
from onboarding.errors import NotFound
from onboarding.models import Assignment, Staff


class StaffUnknown(NotFound):
    code = "staff_unknown"


def assign(session: Session, application_id: int, to: UUID | None, *, by: Staff) -> Staff | None:
    """Without `to` nobody does; the same again changes nothing. Raises StaffUnknown, also for one who left."""
    application = stages.locked(session, application_id)
    whom = _at_the_desk(session, to) if to else None
    before = assigned(session, [application_id]).get(application_id)
    if (before.id if before else None) == to:
        return whom
    session.add(Assignment(application_id=application_id, staff_id=to, by_id=by.id, at=clock.now(session)))
    audit.record(
        session,
        by,
        "application assigned",
        "application",
        application.number,
        to=whom.name if whom else None,
    )
    return whom


def assigned(session: Session, applications: Collection[int]) -> dict[int, Staff]:
    """By application, those that somebody looks after who still is at the desk."""
    newest = (
        select(Assignment.application_id, Assignment.staff_id)
        .where(Assignment.application_id.in_(applications))
        .order_by(Assignment.application_id, Assignment.id.desc())
        .ext(distinct_on(Assignment.application_id))
        .subquery()
    )
    rows = session.execute(
        select(newest.c.application_id, Staff)
        .join(Staff, Staff.id == newest.c.staff_id)
        .where(Staff.left_at.is_(None))
    )
    return dict(rows.tuples().all())


def history(session: Session, application_id: int) -> list[tuple[Assignment, str | None, str]]:
    """Each change with who got it and who did it, the oldest first."""
    names = dict(session.execute(select(Staff.id, Staff.name)).tuples().all())
    changes = session.scalars(
        select(Assignment).where(Assignment.application_id == application_id).order_by(Assignment.id)
    )
    return [(one, names[one.staff_id] if one.staff_id else None, names[one.by_id]) for one in changes]


def may_be_assigned(session: Session) -> list[Staff]:
    return list(session.scalars(select(Staff).where(Staff.left_at.is_(None)).order_by(Staff.name)))


def _at_the_desk(session: Session, staff_id: UUID) -> Staff:
    found = session.get(Staff, staff_id)
    if found is None or found.left_at is not None:
        raise StaffUnknown("There is nobody of that account at the desk.")
    return found
