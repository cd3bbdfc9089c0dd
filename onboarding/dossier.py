"""One application with everything the team needs to decide on it: timeline, changes, papers, contract, fees, claims."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from onboarding import access_requests, assignments, promise, requirements
from onboarding.errors import NotFound
from onboarding.models import (
    Appeal,
    Application,
    BrandClaim,
    Contact,
    ContractAcceptance,
    DraftAnswer,
    Invoice,
    Membership,
    PaymentProof,
    Staff,
    StageChange,
)
from onboarding.money import Money
from onboarding.names import ClaimStatus, DocumentType, Role, Turn
from onboarding.opening import contract, fees, refusal, steps, team
from onboarding.opening.names import Step
from onboarding.opening.steps import StepState
from onboarding.opening.team import Possible
from onboarding.opening.wording import short_title, status_label
from onboarding.programme import programme
from onboarding.promise import OpeningClock
from onboarding.registration import answers, questions
from onboarding.requirements import Checklist, newest_submissions


class ApplicationUnknown(NotFound):
    code = "application_unknown"


@dataclass(frozen=True)
class Change:
    """One line of the log: what happened, who did it, and why."""

    at: datetime
    what: str
    by: str
    why: str | None = None


@dataclass(frozen=True)
class Dossier:
    """`submissions` names the newest file of each document; `clock` is missing for a draft."""

    application: Application
    clock: OpeningClock | None
    assigned_to: Staff | None
    moves: list[Possible]
    checklist: Checklist
    submissions: dict[DocumentType, int]
    steps: dict[Step, StepState]
    acceptance: ContractAcceptance | None
    invoice: Invoice | None
    proofs: list[PaymentProof]
    appeal: Appeal | None
    claims: list[BrandClaim]
    people: list[tuple[Contact, Role]]
    changes: list[Change]
    answered: list[DraftAnswer]
    registered: dict[str, str]

    @property
    def total(self) -> Money | None:
        return fees.amounts_of(self.invoice).total if self.invoice else None


def application_numbered(session: Session, number: str) -> Application:
    """Raises ApplicationUnknown."""
    # PostgreSQL takes no text with NUL in it.
    found = (
        session.scalar(select(Application).where(Application.number == number))
        if number.isprintable()
        else None
    )
    if found is None:
        raise ApplicationUnknown("There is no such application.")
    return found


def open_dossier(session: Session, number: str) -> Dossier:
    """Raises ApplicationUnknown."""
    application = application_numbered(session, number)
    invoice = fees.invoice_of(session, application)
    newest = newest_submissions(session, application)
    given = answers.values_of(answers.answers_of(session, application))
    asked = questions.questions()
    return Dossier(
        application=application,
        clock=promise.opening_clock(session, application) if application.submitted_at else None,
        assigned_to=assignments.assigned(session, [application.id]).get(application.id),
        moves=team.possible(session, application),
        checklist=requirements.checklist(session, application),
        submissions={document: one.id for document, one in newest.items()},
        steps=steps.states(session, application),
        acceptance=contract.acceptance(session, application),
        invoice=invoice,
        proofs=fees.proofs(session, application),
        appeal=refusal.appeal_of(session, application),
        claims=_claims(session, application),
        people=_people(session, application),
        changes=_changes(session, application),
        answered=answers.history_of(session, application),
        registered={one.label: one.shown(given[field]) for field, one in asked.items() if given.get(field)},
    )


def decisions_waiting(session: Session) -> int:
    """Claims of two companies, and requests for access that are ours to answer."""
    claimed = select(func.count()).where(BrandClaim.status == ClaimStatus.OPEN)
    return (session.scalar(claimed) or 0) + len(access_requests.for_programme(session))


def _claims(session: Session, application: Application) -> list[BrandClaim]:
    """Also those of others against it."""
    mine = or_(BrandClaim.application_id == application.id, BrandClaim.against_id == application.id)
    return list(session.scalars(select(BrandClaim).where(mine).order_by(BrandClaim.id)))


def _people(session: Session, application: Application) -> list[tuple[Contact, Role]]:
    rows = session.execute(
        select(Contact, Membership.role)
        .join(Membership, Membership.contact_id == Contact.id)
        .where(Membership.brand_id == application.brand_id)
        .order_by(Contact.name)
    )
    return list(rows.tuples())


def _stages(session: Session, application: Application) -> list[Change]:
    """One that stays at its stage passes the turn on."""
    names = programme().stages
    rows = session.scalars(
        select(StageChange)
        .where(StageChange.application_id == application.id)
        .order_by(StageChange.at, StageChange.id)
    ).all()
    found, before = [], None
    for row in rows:
        turn = "the brand’s turn" if row.whose_turn is Turn.BRAND else "our turn"
        what = f"{names[row.stage]}: {turn}" if row.stage is before else names[row.stage]
        found.append(Change(row.at, what, row.by, row.reason))
        before = row.stage
    return found


def _changes(session: Session, application: Application) -> list[Change]:
    """Stages, steps and who looks after it, the newest first."""
    found = _stages(session, application)
    for step in Step:
        found += [
            Change(one.at, f"{short_title(step)}: {status_label(one.status)}", one.by, one.reason)
            for one in steps.history(session, application, step)
        ]
    for assignment, to, by in assignments.history(session, application.id):
        found.append(Change(assignment.at, f"Assigned to {to}" if to else "Assigned to nobody", by))
    return sorted(found, key=lambda change: change.at, reverse=True)
