"""Which documents an application needs, and where each stands: the only place that knows what is missing."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from onboarding import clock, dates
from onboarding.models import Application, DocumentSubmission
from onboarding.names import (
    Category,
    Declares,
    DocumentStatus,
    DocumentType,
    ReasonCode,
    Stage,
    StoreType,
    Turn,
)
from onboarding.programme import programme
from onboarding.programme_types import RequirementRule

Compulsory = Literal["always", "depends", "optional"]

_ORDER = list(Stage)
# Which documents have to be settled to enter a stage, by the stage they are needed by. Those for the contract are sent
# while it is open: that stage is entered without them, and not left.
_NEEDED_TO_ENTER = {stage: stage for stage in Stage} | {Stage.CONTRACT_AND_FEES: Stage.APPROVED}
# What is to be done now: the documents without which this stage cannot be entered.
_AHEAD = {
    Stage.DRAFT: Stage.SUBMITTED,
    Stage.SUBMITTED: Stage.APPROVED,
    Stage.BRAND_REVIEW: Stage.APPROVED,
    Stage.DOCUMENT_REVIEW: Stage.APPROVED,
    Stage.CORRECTION_NEEDED: Stage.APPROVED,
    Stage.APPROVED: Stage.CONTRACT_AND_FEES,
    Stage.CONTRACT_AND_FEES: Stage.STORE_SETUP,
    Stage.STORE_SETUP: Stage.FINAL_CHECK,
    Stage.FINAL_CHECK: Stage.OPEN,
}


@dataclass(frozen=True)
class Requirement:
    """`needed_by` is the stage that cannot be entered, or for contract and fees left, without the document."""

    document: DocumentType
    label: str
    needed_by: Stage | None
    hint: str
    compulsory: Compulsory


@dataclass(frozen=True)
class ChecklistItem:
    """`deadline_at` is the end of the last day in China; `turn` is None where nothing is left to do."""

    document: DocumentType
    label: str
    status: DocumentStatus
    turn: Turn | None
    needed_by: Stage | None
    reason_code: ReasonCode | None
    reason_text: str | None
    send_instead: str | None
    deadline_on: date | None
    deadline_at: datetime | None
    submitted_at: datetime | None
    decided_at: datetime | None
    hint: str


@dataclass(frozen=True)
class Checklist:
    """`items` is everything but what is merely optional and was not sent.

    What is past due is still currently due. Of a closed application nothing is due.
    """

    items: list[ChecklistItem]
    currently_due: list[ChecklistItem]
    eventually_due: list[ChecklistItem]
    past_due: list[ChecklistItem]
    with_platform: list[ChecklistItem]
    accepted: list[ChecklistItem]
    optional: list[ChecklistItem]

    def item(self, document: DocumentType) -> ChecklistItem | None:
        """None if this application does not need the document."""
        return next((item for item in self.items + self.optional if item.document == document), None)

    def is_settled_for(self, stage: Stage) -> bool:
        """Whether nothing that this stage needs is missing, refused or still to be looked at."""
        return not self.unsettled_for(stage)

    def unsettled_for(self, stage: Stage) -> "list[ChecklistItem]":
        return [item for item in self.items if _is_needed_for(item, stage) and item.turn is not None]


def rules_for(
    store_type: StoreType | None,
    category: Category | None,
    country: str | None,
    declares: Declares | None,
) -> list[Requirement]:
    """For an application that may not exist; what is not known yet makes a document depend on it."""
    return [
        _requirement(rule, _compulsory(rule, conditions))
        for rule in programme().requirements.value
        if False not in (conditions := _conditions(rule, store_type, category, country, declares))
    ]


def checklist(session: Session, application: Application) -> Checklist:
    requirements = rules_for(
        application.store_type, application.category, application.company.country, application.declares
    )
    newest = newest_submissions(session, application)
    asked_for = [_item(requirement, newest.get(requirement.document)) for requirement in requirements]
    by_rule = {requirement.document for requirement in requirements}
    sent_besides = [_item(_unasked(document), newest[document]) for document in newest.keys() - by_rule]
    return _sorted_out(asked_for + sent_besides, application.stage, clock.now(session))


def _sorted_out(found: list[ChecklistItem], stage: Stage, now: datetime) -> Checklist:
    optional = [item for item in found if item.needed_by is None and item.submitted_at is None]
    items = [item for item in found if item not in optional]
    unsettled = [] if stage.is_closed else items
    with_brand = [item for item in unsettled if item.turn is Turn.BRAND]
    currently_due = sorted((item for item in with_brand if _is_due(item, stage)), key=_urgency)
    return Checklist(
        items=items,
        currently_due=currently_due,
        eventually_due=[item for item in with_brand if item not in currently_due],
        past_due=[item for item in currently_due if item.deadline_at and item.deadline_at <= now],
        with_platform=[item for item in unsettled if item.turn is Turn.PLATFORM],
        accepted=[item for item in items if item.turn is None],
        optional=optional,
    )


def _is_due(item: ChecklistItem, stage: Stage) -> bool:
    """A document that was refused, expired or asked for by a date is due whatever the rules say."""
    if item.status is not DocumentStatus.MISSING or item.deadline_at is not None:
        return True
    return _is_needed_for(item, _AHEAD[stage])


def _is_needed_for(item: ChecklistItem, stage: Stage) -> bool:
    """To enter the stage."""
    last = _NEEDED_TO_ENTER[stage]
    return item.needed_by is not None and _ORDER.index(item.needed_by) <= _ORDER.index(last)


def _urgency(item: ChecklistItem) -> tuple[bool, datetime, bool]:
    """By deadline; without one, problems before what was never sent."""
    deadline = item.deadline_at or datetime.max.replace(tzinfo=UTC)
    return (item.deadline_at is None, deadline, item.status is DocumentStatus.MISSING)


def newest_submissions(session: Session, application: Application) -> dict[DocumentType, DocumentSubmission]:
    rows = session.scalars(
        select(DocumentSubmission)
        .where(DocumentSubmission.application_id == application.id)
        .order_by(DocumentSubmission.document_type, DocumentSubmission.id.desc())
        .ext(distinct_on(DocumentSubmission.document_type))
    )
    return {row.document_type: row for row in rows}


def _item(requirement: Requirement, submission: DocumentSubmission | None) -> ChecklistItem:
    status = submission.status if submission else DocumentStatus.MISSING
    sent = submission if status is not DocumentStatus.MISSING else None
    deadline_on = submission.deadline_on if submission and status.turn is Turn.BRAND else None
    return ChecklistItem(
        document=requirement.document,
        label=requirement.label,
        status=status,
        turn=status.turn,
        needed_by=requirement.needed_by,
        reason_code=submission.reason_code if submission else None,
        reason_text=submission.reason_text if submission else None,
        send_instead=submission.send_instead if submission else None,
        deadline_on=deadline_on,
        deadline_at=dates.end_of_day_in_china(deadline_on).astimezone(UTC) if deadline_on else None,
        submitted_at=_utc(sent.submitted_at) if sent else None,
        decided_at=_utc(sent.decided_at) if sent else None,
        hint=requirement.hint,
    )


def _utc(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC) if moment else None


def _unasked(document: DocumentType) -> Requirement:
    words = programme().documents[document]
    return Requirement(document, words.label, None, words.hint, "optional")


def _requirement(rule: RequirementRule, compulsory: Compulsory) -> Requirement:
    words = programme().documents[rule.document]
    return Requirement(rule.document, words.label, rule.needed_by, words.hint, compulsory)


def _compulsory(rule: RequirementRule, conditions: list[bool | None]) -> Compulsory:
    if rule.needed_by is None:
        return "optional"
    return "depends" if None in conditions else "always"


def _conditions(
    rule: RequirementRule,
    store_type: StoreType | None,
    category: Category | None,
    country: str | None,
    declares: Declares | None,
) -> list[bool | None]:
    """True or False, or None where the answer is not known yet."""
    return [
        _holds(rule.store_types, store_type),
        _holds(rule.categories, category),
        _holds(rule.countries, country),
        _holds(rule.declares, declares),
    ]


def _holds(allowed: Collection[str] | None, found: str | None) -> bool | None:
    if allowed is None:
        return True
    return None if found is None else found in allowed
