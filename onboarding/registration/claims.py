"""Two applications that name one brand: recorded as a claim that a person looks at, and no dead end for either."""

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from onboarding import clock, people
from onboarding.models import Application, Brand, BrandClaim, Company, Contact, DraftAnswer
from onboarding.names import ClaimStatus, Stage
from onboarding.registration.validators import normal_name

_NOT_RUNNING = (Stage.REJECTED, Stage.WITHDRAWN)
_BY_ITSELF = "The application names another brand or company now."


@dataclass(frozen=True)
class Claimed:
    """What the page may say: never who the other one is."""

    brand_name: str
    same_company: bool


def look(session: Session, application: Application, contact: Contact) -> None:
    """Records a claim against each other application for the brand, and ends those that no longer hold."""
    others = {other.id: other for other in _others(session, application)}
    for claim in _open(session, application):
        if claim.against_id not in others:
            _end(session, claim, ClaimStatus.DROPPED, contact.name, _BY_ITSELF)
            continue
        claim.same_company = _same_company(application, others[claim.against_id])
        claim.brand_name = application.brand.name
    known = _known(session, application)
    new = (other for other in others.values() if other.id not in known)
    session.add_all(_claim(session, application, other, contact) for other in new)
    session.flush()


def claimed(session: Session, application: Application) -> Claimed | None:
    found = _open(session, application)
    if not found:
        return None
    return Claimed(found[0].brand_name, any(claim.same_company for claim in found))


def is_lost(session: Session, application: Application) -> bool:
    """Whether a claim was decided for the other company."""
    lost = (BrandClaim.application_id == application.id, BrandClaim.status == ClaimStatus.REFUSED)
    return session.scalar(select(BrandClaim.id).where(*lost).limit(1)) is not None


def open_claims(session: Session) -> list[BrandClaim]:
    """For the desk, the oldest first."""
    query = select(BrandClaim).where(BrandClaim.status == ClaimStatus.OPEN)
    return list(session.scalars(query.order_by(BrandClaim.at, BrandClaim.id)))


def waiting(session: Session) -> list[BrandClaim]:
    """The open ones, locked, the oldest first; those that another process has in hand are passed over."""
    query = select(BrandClaim).where(BrandClaim.status == ClaimStatus.OPEN)
    return list(session.scalars(query.order_by(BrandClaim.id).with_for_update(skip_locked=True)))


def to_be_written_to(session: Session, application: Application) -> Contact | None:
    """An owner of the newer brand, else who answered last; None where nobody ever did."""
    owners = people.owners_of(session, application.brand_id)
    if owners:
        return owners[0]
    return session.scalar(
        select(Contact)
        .join(DraftAnswer, DraftAnswer.contact_id == Contact.id)
        .where(DraftAnswer.application_id == application.id)
        .order_by(DraftAnswer.id.desc())
        .limit(1)
    )


def decide(session: Session, claim: BrandClaim, status: ClaimStatus, *, by: str, reason: str) -> None:
    """UPHELD lets the newer application go on, REFUSED is for a person to follow up. Decided once."""
    if claim.status is ClaimStatus.OPEN:
        _end(session, claim, status, by, reason)


def submitted_by_same_company(session: Session, application: Application) -> bool:
    """Whether the same company has applied for the brand already: a second application would be the same one."""
    return any(
        other.stage is not Stage.DRAFT and _same_company(application, other)
        for other in _others(session, application)
    )


def _others(session: Session, application: Application) -> list[Application]:
    """Running applications for another brand of the same name."""
    wanted = normal_name(application.brand.name)
    rows = session.execute(
        select(Application.id, Brand.name)
        .join(Brand, Brand.id == Application.brand_id)
        .where(Application.brand_id != application.brand_id, Application.stage.not_in(_NOT_RUNNING))
    )
    same = [number for number, name in rows if normal_name(name) == wanted]
    return list(session.scalars(select(Application).where(Application.id.in_(same)))) if same else []


def _known(session: Session, application: Application) -> set[int]:
    """The other applications with which there is a claim, open or decided, in either direction."""
    rows = session.execute(
        select(BrandClaim.application_id, BrandClaim.against_id).where(
            or_(BrandClaim.application_id == application.id, BrandClaim.against_id == application.id),
            BrandClaim.status != ClaimStatus.DROPPED,
        )
    )
    return {one if one != application.id else other for one, other in rows}


def _same_company(one: Application, other: Application) -> bool:
    return _company_key(one.company) == _company_key(other.company)


def _company_key(company: Company) -> tuple[str, str]:
    return normal_name(company.name), company.country


def _open(session: Session, application: Application) -> list[BrandClaim]:
    query = select(BrandClaim).where(
        BrandClaim.application_id == application.id, BrandClaim.status == ClaimStatus.OPEN
    )
    return list(session.scalars(query.order_by(BrandClaim.id)))


def _claim(session: Session, application: Application, other: Application, contact: Contact) -> BrandClaim:
    return BrandClaim(
        application_id=application.id,
        against_id=other.id,
        brand_name=application.brand.name,
        same_company=_same_company(application, other),
        at=clock.now(session),
        by=contact.name,
    )


def _end(session: Session, claim: BrandClaim, status: ClaimStatus, by: str, reason: str) -> None:
    claim.status, claim.ended_at, claim.ended_by, claim.reason = status, clock.now(session), by, reason
