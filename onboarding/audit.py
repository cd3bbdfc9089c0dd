"""What the staff did and saw: one function writes it, nothing changes it afterwards."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, and_, cast, select
from sqlalchemy.orm import Session, aliased

from onboarding import clock
from onboarding.models import AuditEntry, Staff


def record(
    session: Session,
    staff: Staff | UUID | None,
    action: str,
    subject_type: str,
    subject_id: object,
    **detail: Any,
) -> AuditEntry:
    """In the transaction of what it tells of.

    `action` is a lower-case word or two ("document opened"), `subject_type` a singular noun ("document");
    the detail holds figures, codes and names of ours, never what a brand wrote. None for the staff: the
    command line or the clock.
    """
    entry = AuditEntry(
        at=clock.now(session),
        staff_id=staff.id if isinstance(staff, Staff) else staff,
        action=action,
        subject_type=subject_type,
        subject_id=str(subject_id),
        detail=detail,
    )
    session.add(entry)
    session.flush()
    return entry


@dataclass(frozen=True)
class Wanted:
    """Which entries; `until` is not part of them."""

    staff_id: UUID | None = None
    subject_type: str | None = None
    subject_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Told:
    """`about` is the name of somebody of the staff, where the entry is about one."""

    entry: AuditEntry
    by: str | None
    about: str | None


def entries(session: Session, wanted: Wanted, *, limit: int, before_id: int | None = None) -> list[Told]:
    """The newest first."""
    by, about = aliased(Staff), aliased(Staff)
    query = (
        select(AuditEntry, by.name, about.name)
        .outerjoin(by, by.id == AuditEntry.staff_id)
        .outerjoin(
            about,
            and_(AuditEntry.subject_type == "staff", AuditEntry.subject_id == cast(about.id, Text)),
        )
        .where(*_conditions(wanted))
        .order_by(AuditEntry.id.desc())
        .limit(limit)
    )
    if before_id is not None:
        query = query.where(AuditEntry.id < before_id)
    return [Told(*row) for row in session.execute(query)]


def subject_types(session: Session) -> list[str]:
    """Those that occur, in the order of the alphabet."""
    return list(session.scalars(select(AuditEntry.subject_type).distinct().order_by(AuditEntry.subject_type)))


def _conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.staff_id is not None:
        yield AuditEntry.staff_id == wanted.staff_id
    if wanted.subject_type is not None:
        yield AuditEntry.subject_type == wanted.subject_type
    if wanted.subject_id is not None:
        yield AuditEntry.subject_id == wanted.subject_id
    if wanted.since is not None:
        yield AuditEntry.at >= wanted.since
    if wanted.until is not None:
        yield AuditEntry.at < wanted.until
