"""Made-up people at the desk, from staff.yml."""

from pathlib import Path
from typing import Any
from uuid import NAMESPACE_DNS, uuid5

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.models import Staff
from onboarding.names import StaffRole

_FILE = Path(__file__).with_name("staff.yml")


def add_staff(session: Session) -> None:
    """Where there is nobody at the desk yet."""
    if session.scalar(select(Staff.id).limit(1)) is not None:
        return
    now = clock.now(session)
    entries: list[dict[str, Any]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))["staff"]
    session.add_all(
        Staff(
            id=uuid5(NAMESPACE_DNS, entry["email"]),
            name=entry["name"],
            email=entry["email"],
            role=StaffRole(entry["role"]),
            time_zone=entry["zone"],
            is_demonstration=True,
            created_at=now,
        )
        for entry in entries
    )
    session.flush()
