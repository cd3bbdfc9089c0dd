"""The contract: a versioned text filled in for an application, offered by us and accepted by an owner."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock, stages
from onboarding.models import Application, Contact, ContractAcceptance
from onboarding.names import Stage
from onboarding.opening import fees, moves, steps
from onboarding.opening.names import Step, StepStatus
from onboarding.opening.wording import FieldsRefused, OpeningRefused, reason, texts
from onboarding.permissions import Permission, require
from onboarding.programme import programme
from onboarding.wording import in_words

_FOLDER = Path(__file__).with_name("contracts")
_LONGEST = 120


@dataclass(frozen=True)
class Clause:
    heading: str
    text: str


@dataclass(frozen=True)
class Contract:
    version: str
    valid_from: date
    title: str
    note: str
    clauses: tuple[Clause, ...]

    @property
    def text(self) -> str:
        """All of it, as it is kept when it is accepted."""
        parts = [self.title, f"Version {self.version}", self.note]
        parts += [f"{number}. {one.heading}\n{one.text}" for number, one in enumerate(self.clauses, start=1)]
        return "\n\n".join(parts)


def offer(session: Session, application_id: int, *, by: str) -> None:
    """Of the staff: contract and invoice are ready, and it is the brand's turn. Raises Blocked."""
    application = stages.locked(session, application_id)
    contract = current(session, application)
    blockers = moves.what_blocks(session, application, Stage.CONTRACT_AND_FEES)
    number = "" if blockers else fees.issue(session, application).number
    moves.enter(
        session,
        application,
        Stage.CONTRACT_AND_FEES,
        by=by,
        reason=reason("offered", version=contract.version, number=number),
    )


def current(session: Session, application: Application) -> Contract:
    """The newest version that is in force, filled in for this application."""
    today = clock.today_in_china(session)
    in_force = [found for found in _versions() if found["valid_from"] <= today]
    newest = max(in_force or _versions(), key=lambda found: (found["valid_from"], str(found["version"])))
    values = _values(application)
    return Contract(
        version=str(newest["version"]),
        valid_from=newest["valid_from"],
        title=newest["title"],
        note=newest["note"],
        clauses=tuple(
            Clause(clause["heading"], clause["text"].format(**values)) for clause in newest["clauses"]
        ),
    )


def acceptance(session: Session, application: Application) -> ContractAcceptance | None:
    return session.scalar(
        select(ContractAcceptance).where(ContractAcceptance.application_id == application.id)
    )


def accept(
    session: Session,
    contact: Contact,
    application: Application,
    *,
    version: str,
    name: str,
    position: str,
    agreed: bool,
) -> ContractAcceptance:
    """Accepted once: a second time changes nothing.

    Raises RoleTooLow, NotNow, or FieldsRefused, also where `version` is not the one in force any more.
    """
    require(session, contact, application.brand_id, Permission.ACCEPT_CONTRACT)
    application = stages.locked(session, application.id)
    before = acceptance(session, application)
    if before is not None:
        return before
    steps.require_now(application, Step.CONTRACT)
    contract = current(session, application)
    errors = _errors(contract, version, name, position, agreed)
    if errors:
        raise FieldsRefused(errors)
    accepted = ContractAcceptance(
        application_id=application.id,
        version=contract.version,
        text=contract.text,
        sha256=hashlib.sha256(contract.text.encode()).hexdigest(),
        name=_tidy(name),
        position=_tidy(position),
        contact_id=contact.id,
        at=clock.now(session),
    )
    session.add(accepted)
    said = reason("accepted", version=contract.version)
    steps.change(
        session,
        application,
        Step.CONTRACT,
        StepStatus.DONE,
        by=contact.name,
        contact=contact,
        reason=said,
    )
    moves.follow(session, application, by=contact.name)
    return accepted


def _errors(contract: Contract, version: str, name: str, position: str, agreed: bool) -> dict[str, str]:
    words = texts()["contract"]
    errors = {}
    if version != contract.version:
        errors["agreed"] = words["other_version"]
    for field, typed in (("name", name), ("position", position)):
        if not _tidy(typed):
            errors[field] = words[f"no_{field}"]
        elif len(_tidy(typed)) > _LONGEST:
            errors[field] = words["too_long"]
    if not agreed:
        errors.setdefault("agreed", words["not_agreed"])
    return errors


def _tidy(typed: str) -> str:
    return " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", typed).split())


@cache
def _versions() -> list[dict[str, Any]]:
    return [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(_FOLDER.glob("*.yml"))]


def _values(application: Application) -> Mapping[str, str]:
    rules, operations = programme().fees, programme().operations
    category, store_type = application.category, application.store_type
    if category is None or store_type is None:
        raise OpeningRefused("blocked")
    due = fees.amounts(application)
    return {
        "programme": programme().name,
        "company": application.company.name,
        "brand": application.brand.name,
        "number": application.number,
        "store_type": programme().store_types[store_type].label.lower(),
        "category": programme().categories[category],
        "deposit": in_words(due.deposit),
        "annual": in_words(due.annual),
        "commission": in_words(rules.commission.value[category]),
        "alipay": in_words(rules.alipay_percent.value),
        "top_up_days": in_words(rules.deposit_top_up_days.value),
        "ship_hours": in_words(operations.ship_within_hours.value),
        "return_days": in_words(operations.no_reason_return_days.value),
    }
