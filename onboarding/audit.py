"""What the staff did and saw: one function writes it, nothing changes it afterwards."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

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
