"""The three brands that are written down in brands.yml, moved to the day the demonstration is made as of."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from onboarding.clock import CHINA
from onboarding.demonstration.calendar import Calendar
from onboarding.demonstration.records import Change, DemoBrand, Person, Sent
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


def written_brands(calendar: Calendar) -> list[DemoBrand]:
    return [_brand(entry, calendar) for entry in _file()["brands"]]


def exchange_rates(calendar: Calendar) -> list[tuple[str, date, Decimal]]:
    rates = _file()["exchange_rates"]
    on = calendar.moved(rates["date"])
    return [(currency, on, Decimal(rate)) for currency, rate in rates["cny_per_unit"].items()]


@cache
def _file() -> dict[str, Any]:
    text = Path(__file__).with_name("brands.yml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found


def _brand(entry: dict[str, Any], calendar: Calendar) -> DemoBrand:
    changes = tuple(_change(change, calendar) for change in entry["history"])
    return DemoBrand(
        name=entry["brand"],
        category=Category(entry["category"]),
        company=entry["company"],
        country=entry["country"],
        people=_people(entry["brand"]),
        number=entry["application"],
        store_type=StoreType(entry["store_type"]),
        declares=Declares(entry["declares"]),
        created_at=changes[0].at - timedelta(hours=1),
        changes=changes,
        documents=tuple(_sent(document, calendar) for document in entry["documents"]),
        sales=_sales(entry.get("sales", []), changes[-1].at.astimezone(CHINA).date()),
        granted=entry.get("granted", {}),
    )


def _people(brand: str) -> tuple[Person, ...]:
    return tuple(
        Person(entry["name"], entry["email"], entry["zone"], Role(entry["role"]), entry.get("agency"))
        for entry in _file()["contacts"]
        if brand in entry["brands"]
    )


def _change(entry: dict[str, Any], calendar: Calendar) -> Change:
    return Change(Stage(entry["stage"]), _moment(entry["at"], calendar), entry.get("reason"))


def _sent(entry: dict[str, Any], calendar: Calendar) -> Sent:
    return Sent(
        document=DocumentType(entry["document"]),
        status=DocumentStatus(entry["status"]),
        at=_moment(entry["sent"], calendar),
        decided_at=_moment(entry["decided"], calendar) if "decided" in entry else None,
        reason_code=ReasonCode(entry["reason"]) if "reason" in entry else None,
        reason_text=entry.get("text"),
        send_instead=entry.get("send_instead"),
        deadline_on=calendar.moved(entry["deadline"]) if "deadline" in entry else None,
    )


def _sales(yuan_a_day: list[int], opened_on: date) -> tuple[tuple[date, int], ...]:
    return tuple((opened_on + timedelta(days=place), yuan * 100) for place, yuan in enumerate(yuan_a_day))


def _moment(text: str, calendar: Calendar) -> datetime:
    return calendar.moved_moment(datetime.fromisoformat(text))
