"""What may still change after a submission, what a change re-opens, and what was changed by whom."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy.orm import Session

from onboarding import permissions, requirements, stages
from onboarding.documents import progress as document_progress
from onboarding.errors import DomainError
from onboarding.models import Application, Contact
from onboarding.names import Category, Declares, DocumentStatus, DocumentType, Stage, StoreType
from onboarding.permissions import Permission
from onboarding.programme import programme
from onboarding.registration import drafts
from onboarding.registration.answers import answers_of, history_of, values_of
from onboarding.registration.errors import AlreadyBegun, AnswerRefused, AnswersRefused, NotADraft
from onboarding.registration.fields import Field
from onboarding.registration.progress import misfits
from onboarding.registration.questions import Question, questions

_FILE = Path(__file__).with_name("changes.yml")
_ORDER = list(Stage)
_REVIEWED_BEFORE = (Stage.DOCUMENT_REVIEW, Stage.CORRECTION_NEEDED, Stage.APPROVED)


class ConsequencesChanged(DomainError):
    """What the change re-opens was not told, or is not what was told; `plan` has it as it is now."""

    code = "consequences_changed"
    what_to_do = "Read what the change re-opens, and save it if you agree."

    def __init__(self, plan: "Plan") -> None:
        super().__init__("The change re-opens something.")
        self.plan = plan


@dataclass(frozen=True)
class Group:
    """Questions that are changed on one page."""

    name: str
    title: str
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Change:
    question: Question
    before: str
    after: str


@dataclass(frozen=True)
class Made:
    """One change after the submission, as it was recorded."""

    question: Question
    before: str
    after: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Plan:
    """What would be saved, and `reopens`: what it brings about, as the brand reads it before saying yes."""

    changes: list[Change]
    reopens: list[str]
    documents: list[DocumentType]
    stage: Stage | None


@dataclass(frozen=True)
class _Rule:
    until: Stage
    company: bool
    fees: bool
    documents: tuple[DocumentType, ...]


def groups() -> tuple[Group, ...]:
    return tuple(_group(found) for found in _texts()["groups"])


def group_named(name: str) -> Group | None:
    return next((group for group in groups() if group.name == name), None)


def why_fixed(application: Application, field: Field) -> str | None:
    """A sentence, or None where it may be changed now."""
    if application.stage.is_closed:
        return str(_texts()["why_fixed"]["closed"])
    if _ORDER.index(application.stage) > _ORDER.index(_rule(field).until):
        return str(_texts()["why_fixed"]["contract"])
    return None


def changeable(application: Application, group: Group) -> list[Question]:
    return [question for question in group.questions if why_fixed(application, question.field) is None]


def plan(session: Session, application: Application, typed: Mapping[Field, str]) -> Plan:
    """What saving these answers would change; raises AnswersRefused."""
    before = values_of(answers_of(session, application))
    judged = _judged(session, application, before, typed)
    changed = {field: value for field, value in judged.items() if value != before.get(field, "")}
    after = before | changed
    refused = _incomplete(changed, after)
    if refused:
        raise AnswersRefused(refused)
    asked = questions()
    return Plan(
        [Change(asked[field], before.get(field, ""), value) for field, value in changed.items()],
        *_consequences(session, application, list(changed), after),
    )


def save(
    session: Session,
    contact: Contact,
    application: Application,
    typed: Mapping[Field, str],
    versions: Mapping[Field, int],
    *,
    agreed: list[str],
) -> Plan:
    """`agreed` are the consequences that the person read and said yes to.

    Raises AnswersRefused, ConsequencesChanged, NotADraft and what permissions.require does; nothing is changed then.
    """
    permissions.require(session, contact, application.brand_id, Permission.EDIT_DRAFT)
    application = stages.locked(session, application.id)
    if application.stage is Stage.DRAFT:
        raise NotADraft("This registration is still a draft.", what_to_do="Change its answers there.")
    found = plan(session, application, typed)
    if found.reopens != agreed:
        raise ConsequencesChanged(found)
    for change in found.changes:
        _write(session, contact, application, change, versions)
    _reopen(session, application, found, by=contact.name)
    return found


def made(session: Session, application: Application) -> list[Made]:
    """The newest first."""
    since, values, found = application.submitted_at, dict[str, str](), list[Made]()
    for row in history_of(session, application):
        if since is not None and row.at > since:
            question = questions()[Field(row.field)]
            found.append(Made(question, values.get(row.field, ""), row.value, row.by, row.at))
        values[row.field] = row.value
    return found[::-1]


def _judged(
    session: Session, application: Application, before: Mapping[Field, str], typed: Mapping[Field, str]
) -> dict[Field, str]:
    """What would be stored. What stays as it was is not judged anew: it may be older than its rule."""
    moved = {field: value for field, value in typed.items() if value.strip() != before.get(field, "")}
    fixed = {field: why for field in moved if (why := why_fixed(application, field))}
    refused = {field: AnswerRefused(field, "answer_fixed", why) for field, why in fixed.items()}
    refused |= drafts.refusals(session, {field: moved[field] for field in moved if field not in fixed})
    if refused:
        raise AnswersRefused(refused)
    return {field: drafts.accepted_answer(session, field, value) for field, value in moved.items()}


def _incomplete(changed: Mapping[Field, str], after: Mapping[Field, str]) -> dict[Field, AnswerRefused]:
    """Questions that the change opens, and answers that do not go together after it."""
    refused = {
        field: AnswerRefused(field, "answer_missing", question.missing)
        for field, question in questions().items()
        if _is_opened_by(question, changed) and question.is_asked(after) and not after.get(field)
    }
    found = misfits(after) if changed.keys() & {Field.DECLARES, Field.STORE_TYPE} else []
    for blocker in found:
        refused[Field.STORE_TYPE] = AnswerRefused(Field.STORE_TYPE, blocker.code, blocker.sentence)
    return refused


def _is_opened_by(question: Question, changed: Mapping[Field, str]) -> bool:
    return not question.optional and any(Field(name) in changed for name in question.only_for or {})


def _consequences(
    session: Session, application: Application, changed: list[Field], after: Mapping[Field, str]
) -> tuple[list[str], list[DocumentType], Stage | None]:
    words, rules = _texts()["told"], [_rule(field) for field in changed]
    shown_on = {document for rule in rules for document in rule.documents}
    checklist = requirements.checklist(session, application)
    accepted = [
        item
        for item in checklist.items
        if item.document in shown_on and item.status is DocumentStatus.APPROVED
    ]
    company = any(rule.company for rule in rules)
    stage = _stage_after(application, company, [item.needed_by for item in accepted])
    told = [words["company"]] if company and application.stage is not Stage.SUBMITTED else []
    if stage is not None:
        told.append(words["stage"].format(stage=programme().stages[stage]))
    told += [words["document"].format(label=item.label) for item in accepted]
    told += [words["needed"].format(label=label) for label in _newly_needed(application, after)]
    if any(rule.fees for rule in rules):
        told.append(words["fees"])
    return told, [item.document for item in accepted], stage


def _stage_after(application: Application, company: bool, needed_by: list[Stage | None]) -> Stage | None:
    if company and application.stage in _REVIEWED_BEFORE:
        return Stage.BRAND_REVIEW
    before_approval = any(one and _ORDER.index(one) <= _ORDER.index(Stage.APPROVED) for one in needed_by)
    return Stage.DOCUMENT_REVIEW if application.stage is Stage.APPROVED and before_approval else None


def _newly_needed(application: Application, after: Mapping[Field, str]) -> Iterator[str]:
    before = requirements.rules_for(
        application.store_type, application.category, application.company.country, application.declares
    )
    known = {one.document for one in before if one.compulsory == "always"}
    for one in requirements.rules_for(
        StoreType(after[Field.STORE_TYPE]),
        Category(after[Field.CATEGORY]),
        after[Field.COUNTRY],
        Declares(after[Field.DECLARES]),
    ):
        if one.compulsory == "always" and one.document not in known:
            yield one.label


def _write(
    session: Session,
    contact: Contact,
    application: Application,
    change: Change,
    versions: Mapping[Field, int],
) -> None:
    field = change.question.field
    try:
        drafts.change_answer(session, contact, application, field, change.after, version=versions.get(field))
    except AnswerRefused as refused:
        raise AnswersRefused({field: refused}) from None
    except AlreadyBegun as begun:
        refusal = AnswerRefused(field, begun.code, f"{begun} {begun.what_to_do}")
        raise AnswersRefused({field: refusal}) from None


def _reopen(session: Session, application: Application, found: Plan, *, by: str) -> None:
    changed = ", ".join(change.question.label.lower() for change in found.changes)
    reason = str(_texts()["stage_reason"]).format(fields=changed)
    for document in found.documents:
        document_progress.look_again(session, application, document)
    if found.stage is not None:
        stages.move(session, application, found.stage, by=by, reason=reason)
    if found.documents:
        document_progress.after_sending(session, application, by=by)


@cache
def _texts() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return found


@cache
def _rule(field: Field) -> _Rule:
    found = _texts()["rules"][field.value]
    return _Rule(
        until=Stage(found["until"]),
        company=found.get("company", False),
        fees=found.get("fees", False),
        documents=tuple(DocumentType(name) for name in found.get("documents", ())),
    )


def _group(found: dict[str, Any]) -> Group:
    asked = questions()
    return Group(found["name"], found["title"], tuple(asked[Field(name)] for name in found["fields"]))
