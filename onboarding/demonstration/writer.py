"""Writes demonstration brands in bulk."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_DNS, UUID, uuid5

from sqlalchemy import insert
from sqlalchemy.orm import Session

from onboarding.clock import CHINA
from onboarding.database import Base
from onboarding.demonstration.records import Change, DemoBrand, Person
from onboarding.demonstration.sales import tiers_reached
from onboarding.models import (
    Agency,
    Application,
    Benefit,
    Brand,
    Company,
    Contact,
    DocumentSubmission,
    ExchangeRate,
    GmvDay,
    Membership,
    Milestone,
    StageChange,
)
from onboarding.names import Stage

Row = dict[str, Any]


def write_brands(session: Session, brands: Sequence[DemoBrand]) -> list[int]:
    """Their ids, in the same order."""
    brand_ids = _ids(session, Brand, (_brand_row(brand) for brand in brands))
    company_ids = _ids(session, Company, ({"name": b.company, "country": b.country} for b in brands))
    owned = list(zip(brand_ids, brands, strict=True))
    _write_people(session, owned)
    application_ids = _ids(
        session,
        Application,
        (
            _application_row(brand, brand_id, company_id)
            for (brand_id, brand), company_id in zip(owned, company_ids, strict=True)
        ),
    )
    applied = list(zip(application_ids, brands, strict=True))
    _insert(session, StageChange, (row for id_, brand in applied for row in _change_rows(id_, brand)))
    _insert(session, DocumentSubmission, (row for id_, brand in applied for row in _sent_rows(id_, brand)))
    _write_incubation(session, owned)
    return brand_ids


def write_rates(session: Session, rates: Iterable[tuple[str, date, Decimal]]) -> None:
    _insert(
        session,
        ExchangeRate,
        ({"currency": name, "rate_date": on, "cny_per_unit": rate} for name, on, rate in rates),
    )


def _write_people(session: Session, owned: list[tuple[int, DemoBrand]]) -> None:
    people = {person.email: person for _, brand in owned for person in brand.people}
    agencies = sorted({person.agency for person in people.values() if person.agency})
    agency_ids = dict(
        zip(agencies, _ids(session, Agency, ({"name": name} for name in agencies)), strict=True)
    )
    _insert(session, Contact, (_contact_row(person, agency_ids) for person in people.values()))
    _insert(
        session,
        Membership,
        (
            {"contact_id": _contact_id(person), "brand_id": brand_id, "role": person.role}
            for brand_id, brand in owned
            for person in brand.people
        ),
    )


def _write_incubation(session: Session, owned: list[tuple[int, DemoBrand]]) -> None:
    selling = [(brand_id, brand) for brand_id, brand in owned if brand.sales]
    _insert(
        session,
        GmvDay,
        ({"brand_id": id_, "day": day, "amount_fen": fen} for id_, b in selling for day, fen in b.sales),
    )
    _insert(
        session,
        Milestone,
        (
            {"brand_id": id_, "tier": tier.code, "reached_on": on}
            for id_, b in selling
            for tier, on in tiers_reached(b.sales)
        ),
    )
    _insert(
        session,
        Benefit,
        (
            {"brand_id": id_, "code": code, "granted_on": on}
            for id_, b in selling
            for code, on in b.granted.items()
        ),
    )


def _brand_row(brand: DemoBrand) -> Row:
    return {"name": brand.name, "category": brand.category, "is_demonstration": True}


def _contact_row(person: Person, agency_ids: dict[str, int]) -> Row:
    return {
        "id": _contact_id(person),
        "name": person.name,
        "email": person.email,
        "time_zone": person.zone,
        "agency_id": agency_ids.get(person.agency) if person.agency else None,
    }


def _contact_id(person: Person) -> UUID:
    return uuid5(NAMESPACE_DNS, person.email)


def _application_row(brand: DemoBrand, brand_id: int, company_id: int) -> Row:
    return {
        "number": brand.number,
        "brand_id": brand_id,
        "company_id": company_id,
        "store_type": brand.store_type,
        "category": brand.category,
        "declares": brand.declares,
        "stage": brand.stage,
        "created_at": brand.created_at,
        "submitted_at": brand.entered(Stage.SUBMITTED),
        "withdrawn_at": brand.entered(Stage.WITHDRAWN),
    }


def _change_rows(application_id: int, brand: DemoBrand) -> Iterator[Row]:
    for change in brand.changes:
        yield {
            "application_id": application_id,
            "stage": change.stage,
            "started_on": change.at.astimezone(CHINA).date(),
            "at": change.at,
            "by": _by(change, brand),
            "reason": change.reason,
        }


def _by(change: Change, brand: DemoBrand) -> str:
    """The brand drafts, submits and withdraws; everything else is decided here."""
    of_the_brand = (Stage.DRAFT, Stage.SUBMITTED, Stage.WITHDRAWN)
    return brand.people[0].name if change.stage in of_the_brand else "Review team"


def _sent_rows(application_id: int, brand: DemoBrand) -> Iterator[Row]:
    for sent in brand.documents:
        yield {
            "application_id": application_id,
            "document_type": sent.document,
            "status": sent.status,
            "submitted_at": sent.at,
            "decided_at": sent.decided_at,
            "reason_code": sent.reason_code,
            "reason_text": sent.reason_text,
            "send_instead": sent.send_instead,
            "deadline_on": sent.deadline_on,
        }


def _ids(session: Session, table: type[Base], rows: Iterable[Row]) -> list[int]:
    given = list(rows)
    if not given:
        return []
    id_column: Any = table.__table__.c.id
    return list(session.scalars(insert(table).returning(id_column, sort_by_parameter_order=True), given))


def _insert(session: Session, table: type[Base], rows: Iterable[Row]) -> None:
    given = list(rows)
    if given:
        session.execute(insert(table), given)
