"""A demonstration brand with all that belongs to it, before it becomes rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from onboarding.names import (
    Category,
    Declares,
    DocumentStatus,
    DocumentType,
    ReasonCode,
    Role,
    Stage,
    StoreType,
)


@dataclass(frozen=True)
class Person:
    name: str
    email: str
    zone: str
    role: Role
    agency: str | None = None


@dataclass(frozen=True)
class Change:
    stage: Stage
    at: datetime
    reason: str | None = None


@dataclass(frozen=True)
class Sent:
    document: DocumentType
    status: DocumentStatus
    at: datetime
    decided_at: datetime | None = None
    reason_code: ReasonCode | None = None
    reason_text: str | None = None
    send_instead: str | None = None
    deadline_on: date | None = None


@dataclass(frozen=True)
class DemoBrand:
    """`granted` holds the benefits by tier, None while one is being confirmed."""

    name: str
    category: Category
    company: str
    country: str
    people: tuple[Person, ...]
    number: str
    store_type: StoreType | None
    declares: Declares | None
    created_at: datetime
    changes: tuple[Change, ...]
    documents: tuple[Sent, ...] = ()
    sales: tuple[tuple[date, int], ...] = ()
    granted: Mapping[str, date | None] = field(default_factory=dict)

    @property
    def stage(self) -> Stage:
        return self.changes[-1].stage

    def entered(self, stage: Stage) -> datetime | None:
        return next((change.at for change in self.changes if change.stage is stage), None)
