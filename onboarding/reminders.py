"""What a brand is reminded of, each once: a draft that was left, a deadline that is near or has passed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Text, and_, case, cast, exists, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from onboarding import clock, people, permissions
from onboarding.clock import CHINA
from onboarding.models import (
    Application,
    Contact,
    DocumentSubmission,
    DraftAnswer,
    Reminder,
    ReminderStop,
)
from onboarding.names import DocumentStatus, ReminderKind, Stage, Turn
from onboarding.permissions import Permission
from onboarding.programme import programme

_CLOSED = [stage for stage in Stage if stage.is_closed]
_WITH_THE_BRAND = [status for status in DocumentStatus if status.turn is Turn.BRAND]


@dataclass(frozen=True)
class Due:
    """`about` makes it this one and no other; `submission` is the document with the deadline."""

    kind: ReminderKind
    application_id: int
    about: str
    submission: DocumentSubmission | None = None


def due(session: Session, now: datetime) -> Iterator[Due]:
    """All that was not told yet. Deadlines first, since drafts can wait."""
    yield from _deadlines(session, now)
    yield from _drafts(session, now)


def note(session: Session, found: Due, now: datetime) -> bool:
    """Whether nobody noted it before: of two processes only one tells it."""
    row = {"application_id": found.application_id, "kind": found.kind, "about": found.about, "at": now}
    written = session.execute(insert(Reminder).values(row).on_conflict_do_nothing().returning(Reminder.id))
    return written.scalar() is not None


def note_all_due(session: Session, now: datetime) -> None:
    """As if all had been told: for data that was made up with its past."""
    for found in list(due(session, now)):
        note(session, found, now)


def to_be_reminded(session: Session, application: Application) -> list[Contact]:
    """Owners and editors who did not stop it, by address; a stop counts for drafts alone."""
    found = people.editors_of(session, application.brand_id)
    if application.stage is not Stage.DRAFT:
        return found
    stops = select(ReminderStop.contact_id).where(ReminderStop.application_id == application.id)
    stopped = set(session.scalars(stops))
    return [contact for contact in found if contact.id not in stopped]


def stop(session: Session, contact: Contact, application: Application) -> None:
    """Raises what permissions.require does."""
    permissions.require(session, contact, application.brand_id, Permission.VIEW)
    if not is_stopped(session, contact.id, application):
        session.add(ReminderStop(application_id=application.id, contact_id=contact.id, at=clock.now(session)))
        session.flush()


def is_stopped(session: Session, contact_id: UUID, application: Application) -> bool:
    return session.get(ReminderStop, (application.id, contact_id)) is not None


def _deadlines(session: Session, now: datetime) -> Iterator[Due]:
    today = now.astimezone(CHINA).date()
    first_day = today + timedelta(days=programme().reminders.deadline_days_before.value)
    newest = (
        select(func.max(DocumentSubmission.id))
        .group_by(DocumentSubmission.application_id, DocumentSubmission.document_type)
        .scalar_subquery()
    )
    kind = case(
        (DocumentSubmission.deadline_on < today, ReminderKind.DEADLINE_PASSED.value),
        else_=ReminderKind.DEADLINE_NEAR.value,
    )
    noted = exists().where(
        Reminder.application_id == DocumentSubmission.application_id,
        Reminder.kind == kind,
        Reminder.about == cast(DocumentSubmission.id, Text),
    )
    rows = session.execute(
        select(DocumentSubmission, kind)
        .join(Application, Application.id == DocumentSubmission.application_id)
        .where(
            Application.stage.not_in(_CLOSED),
            DocumentSubmission.status.in_(_WITH_THE_BRAND),
            DocumentSubmission.deadline_on <= first_day,
            DocumentSubmission.id.in_(newest),
            ~noted,
        )
        .order_by(DocumentSubmission.deadline_on, DocumentSubmission.id)
    )
    for submission, name in rows.tuples().all():
        yield Due(ReminderKind(name), submission.application_id, str(submission.id), submission)


def _drafts(session: Session, now: datetime) -> Iterator[Due]:
    """Each reminder waits for its days since the last answer, and as long after the one before as those lie apart."""
    days = programme().reminders.draft_days.value
    for application_id, last_done, told, last_told in session.execute(_LEFT):
        if told >= len(days) or now < last_done + timedelta(days=days[told]):
            continue
        if told and now < last_told + timedelta(days=days[told] - days[told - 1]):
            continue
        yield Due(ReminderKind.DRAFT_LEFT, application_id, str(told + 1))


def _last(column: Any, table: Any) -> Any:
    return select(func.max(column)).where(table.application_id == Application.id).scalar_subquery()


_OF_DRAFT = and_(Reminder.application_id == Application.id, Reminder.kind == ReminderKind.DRAFT_LEFT)
_LEFT = (
    select(
        Application.id,
        func.greatest(
            Application.created_at,
            _last(DraftAnswer.at, DraftAnswer),
            _last(DocumentSubmission.submitted_at, DocumentSubmission),
        ),
        func.count(Reminder.id),
        func.max(Reminder.at),
    )
    .outerjoin(Reminder, _OF_DRAFT)
    .where(Application.stage == Stage.DRAFT)
    .group_by(Application.id)
    .order_by(Application.id)
)
