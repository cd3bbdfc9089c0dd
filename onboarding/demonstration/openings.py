"""What made-up brands agreed, paid and set up, as far as each has come."""

import hashlib
from collections.abc import Iterator
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from onboarding.clock import CHINA
from onboarding.models import (
    Application,
    Contact,
    ContractAcceptance,
    Invoice,
    Membership,
    StageChange,
    StepChange,
)
from onboarding.names import Role, Stage
from onboarding.opening import contract, fees
from onboarding.opening.names import BEFORE_SETUP, SET_UP, Step, StepStatus

_TEAM = "Review team"
_OWNER = "Owner (made up)"

Row = dict[str, Any]
Entered = dict[Stage, StageChange]


def write_openings(session: Session) -> None:
    """The stages must be there already."""
    applications = session.scalars(select(Application)).all()
    entered = _entered(session)
    owners = _owners(session)
    offered = [one for one in applications if Stage.CONTRACT_AND_FEES in entered.get(one.id, {})]
    _insert(session, Invoice, [_invoice(session, one, entered[one.id]) for one in offered])
    agreed = [one for one in offered if Stage.STORE_SETUP in entered[one.id]]
    _insert(
        session,
        ContractAcceptance,
        [_acceptance(session, one, entered[one.id], owners[one.brand_id]) for one in agreed],
    )
    _insert(session, StepChange, [row for one in offered for row in _steps(one, entered[one.id])])


def _entered(session: Session) -> dict[int, Entered]:
    """The first time that each stage was entered, by application."""
    found: dict[int, Entered] = {}
    for change in session.scalars(select(StageChange).order_by(StageChange.at, StageChange.id)):
        found.setdefault(change.application_id, {}).setdefault(change.stage, change)
    return found


def _owners(session: Session) -> dict[int, Contact]:
    rows = session.execute(
        select(Membership.brand_id, Contact)
        .join(Contact, Contact.id == Membership.contact_id)
        .where(Membership.role == Role.OWNER)
        .order_by(Contact.email)
    )
    return {row.brand_id: row.Contact for row in rows}


def _invoice(session: Session, application: Application, entered: Entered) -> Row:
    due = fees.amounts(application)
    issued_on = entered[Stage.CONTRACT_AND_FEES].started_on
    paid = entered.get(Stage.STORE_SETUP)
    return {
        "application_id": application.id,
        "number": fees.invoice_number(application),
        "deposit_fen": due.deposit.minor,
        "annual_fen": due.annual.minor,
        "issued_on": issued_on,
        "due_on": fees.due_on(session, issued_on),
        "received_on": paid.at.astimezone(CHINA).date() if paid else None,
        "received_by": _TEAM if paid else None,
        "confirmed_at": paid.at if paid else None,
    }


def _acceptance(session: Session, application: Application, entered: Entered, owner: Contact) -> Row:
    found = contract.current(session, application)
    return {
        "application_id": application.id,
        "version": found.version,
        "text": found.text,
        "sha256": hashlib.sha256(found.text.encode()).hexdigest(),
        "name": owner.name,
        "position": "Director",
        "contact_id": owner.id,
        "at": entered[Stage.CONTRACT_AND_FEES].at,
    }


def _steps(application: Application, entered: Entered) -> Iterator[Row]:
    for stage, steps in (
        (Stage.STORE_SETUP, BEFORE_SETUP),
        (Stage.FINAL_CHECK, SET_UP),
        (Stage.OPEN, (Step.FINAL_CHECK,)),
    ):
        if stage in entered:
            for step in steps:
                yield _step(application, step, StepStatus.DONE, entered[stage])
    if Stage.FINAL_CHECK in entered and Stage.OPEN not in entered:
        yield _step(application, Step.FINAL_CHECK, StepStatus.WITH_US, entered[Stage.FINAL_CHECK])


def _step(application: Application, step: Step, status: StepStatus, at: StageChange) -> Row:
    by = _OWNER if step in SET_UP or step is Step.CONTRACT else _TEAM
    return {
        "application_id": application.id,
        "step": step,
        "status": status,
        "answers": {},
        "by": by,
        "at": at.at,
    }


def _insert(session: Session, table: type[Any], rows: list[Row]) -> None:
    if rows:
        session.execute(insert(table), rows)
