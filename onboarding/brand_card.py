"""What an agent needs to know of a brand at a glance, from the same functions as the brand's own pages."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from onboarding import brands, clock, incubation, promise, requirements
from onboarding.clock import CHINA
from onboarding.incubation import Incubation
from onboarding.models import Application, Brand, Contact, Membership
from onboarding.names import DocumentType, Role, Stage
from onboarding.programme import programme
from onboarding.promise import OpeningClock
from onboarding.requirements import Checklist

_OVER = (Stage.OPEN, Stage.REJECTED, Stage.WITHDRAWN)


@dataclass(frozen=True)
class Colleague:
    name: str
    email: str
    role: Role


@dataclass(frozen=True)
class BrandCard:
    """`own` are all brands of the contact; `submissions` the newest one of each document that was sent.

    `clock` is missing for a draft, `sales` for a store that is not open.
    """

    brand: Brand
    own: list[Brand]
    application: Application | None
    clock: OpeningClock | None
    checklist: Checklist | None
    submissions: dict[DocumentType, int]
    sales: Incubation | None
    colleagues: list[Colleague]


def brand_card(session: Session, contact: Contact, brand_id: int | None = None) -> BrandCard | None:
    """The brand asked for where it is one of the contact's, else the one whose opening is due next."""
    own = brands.brands_of(session, contact)
    if not own:
        return None
    brand = next((one for one in own if one.id == brand_id), None) or _most_pressing(session, own)
    application = brands.application_of(session, brand)
    return BrandCard(
        brand=brand,
        own=own,
        application=application,
        clock=clock_of(session, application),
        checklist=requirements.checklist(session, application) if application else None,
        submissions=_submissions(session, application) if application else {},
        sales=incubation.incubation(session, brand),
        colleagues=_colleagues(session, brand, contact),
    )


def clock_of(session: Session, application: Application | None) -> OpeningClock | None:
    """None where no days are counted yet."""
    if application is None or application.submitted_at is None:
        return None
    return promise.opening_clock(session, application)


@dataclass(frozen=True)
class Standing:
    """Where a contact's most pressing brand stands; `day` is missing where no days are counted.

    `others` is how many brands the contact has besides.
    """

    brand: str
    stage: Stage | None
    day: int | None
    others: int

    @property
    def days_total(self) -> int:
        return programme().opening.days.value

    @property
    def days_left(self) -> int | None:
        """Negative for one that is overdue."""
        return None if self.day is None else self.days_total - self.day


def standings(session: Session, contact_ids: Collection[UUID]) -> dict[UUID, Standing]:
    """Of many contacts in one question; those without a brand are left out."""
    today = clock.today_in_china(session)
    rows = session.execute(
        select(Membership.contact_id, Brand.name, Application.stage, Application.submitted_at)
        .join(Brand, Brand.id == Membership.brand_id)
        .outerjoin(Application, and_(Application.brand_id == Brand.id, Application.stage != Stage.WITHDRAWN))
        .where(Membership.contact_id.in_(contact_ids))
        .order_by(Brand.name, Application.id)
    )
    of_contact: defaultdict[UUID, dict[str, Standing]] = defaultdict(dict)
    for contact_id, brand, stage, submitted_at in rows:
        submitted_on = submitted_at.astimezone(CHINA).date() if submitted_at else None
        # Of several applications of a brand the newest counts, which comes last.
        of_contact[contact_id][brand] = Standing(brand, stage, _day(stage, submitted_on, today), 0)
    return {contact_id: _first(list(found.values())) for contact_id, found in of_contact.items()}


def _day(stage: Stage | None, submitted_on: date | None, today: date) -> int | None:
    if submitted_on is None or stage is None or stage.is_closed:
        return None
    return (today - submitted_on).days


def _first(found: list[Standing]) -> Standing:
    pressing = max(found, key=lambda one: one.day if one.day is not None else -1)
    return Standing(pressing.brand, pressing.stage, pressing.day, len(found) - 1)


def openings_due_next(session: Session, most: int) -> list[tuple[Brand, OpeningClock]]:
    """Of all brands that are on their way, those with the fewest days left, the overdue ones first."""
    running = session.scalars(
        select(Application)
        .where(
            Application.submitted_at.is_not(None),
            Application.stage.not_in((Stage.DRAFT, *_OVER)),
        )
        .order_by(Application.submitted_at, Application.id)
        .limit(most)
    ).all()
    clocks = promise.opening_clocks(session, running)
    return [(application.brand, clocks[application.id]) for application in running]


def _most_pressing(session: Session, own: Sequence[Brand]) -> Brand:
    """On its way before open, and the longest on its way first."""
    ranked = session.scalars(
        select(Application)
        .where(Application.brand_id.in_([brand.id for brand in own]), Application.stage.not_in(_OVER))
        .order_by(Application.submitted_at.nulls_last(), Application.id)
    ).all()
    return ranked[0].brand if ranked else own[0]


def _submissions(session: Session, application: Application) -> dict[DocumentType, int]:
    newest = requirements.newest_submissions(session, application)
    return {document: submission.id for document, submission in newest.items()}


def _colleagues(session: Session, brand: Brand, contact: Contact) -> list[Colleague]:
    rows = session.execute(
        select(Contact.name, Contact.email, Membership.role)
        .join(Membership, Membership.contact_id == Contact.id)
        .where(Membership.brand_id == brand.id, Contact.id != contact.id)
        .order_by(Contact.name)
    )
    return [Colleague(name, email, role) for name, email, role in rows]
