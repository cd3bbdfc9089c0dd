"""Operators: who did what, and who saw which document; chosen by person, subject and day, also as a file."""

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from aiohttp import web
from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import audit
from onboarding.audit import Told, Wanted
from onboarding.models import Staff
from web.database import in_database
from web.desk.days import begin_of, day_entered, end_of
from web.desk.rendering import render_desk
from web.numbers import LARGEST_BIG_ID, whole_number
from web.security.staff_sessions import staff_member
from web.tables import table_file

_ON_A_PAGE = 100
_IN_A_FILE = 50_000
_CHOICES = ("staff", "subject", "id", "day")


async def show_audit(request: web.Request) -> web.Response:
    chosen = {name: request.query.get(name, "").strip() for name in _CHOICES}
    found = await in_database(
        request.app, _read, _wanted(request), whole_number(request.query.get("before"), most=LARGEST_BIG_ID)
    )
    told = found.pop("told")
    here = {name: value for name, value in chosen.items() if value}
    return render_desk(
        request,
        "desk/audit.html",
        told=told[:_ON_A_PAGE],
        chosen=chosen,
        older=urlencode({**here, "before": told[_ON_A_PAGE - 1].entry.id})
        if len(told) > _ON_A_PAGE
        else None,
        file=urlencode(here),
        detail=detail_in_words,
        **found,
    )


async def download_audit(request: web.Request) -> web.Response:
    zone = ZoneInfo(staff_member(request).time_zone)
    told = await in_database(request.app, _export, staff_member(request), _wanted(request))
    head = ["at", "staff", "action", "subject", "id", "name", "detail"]
    return table_file("audit.csv", head, _rows(told, zone))


def detail_in_words(detail: dict[str, Any]) -> str:
    """ "old agent, new lead"."""
    return ", ".join(f"{name.replace('_', ' ')} {_said(value)}" for name, value in detail.items())


def _said(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_said, value))
    return value if isinstance(value, str) else json.dumps(value)


def _wanted(request: web.Request) -> Wanted:
    zone = ZoneInfo(staff_member(request).time_zone)
    day = day_entered(request.query.get("day"))
    return Wanted(
        staff_id=_uuid(request.query.get("staff")),
        subject_type=request.query.get("subject", "").strip() or None,
        subject_id=request.query.get("id", "").strip() or None,
        since=begin_of(day, zone) if day else None,
        until=end_of(day, zone) if day else None,
    )


def _read(session: Session, wanted: Wanted, before_id: int | None) -> dict[str, Any]:
    return {
        "told": audit.entries(session, wanted, limit=_ON_A_PAGE + 1, before_id=before_id),
        "people": list(session.scalars(select(Staff).order_by(Staff.name))),
        "subjects": audit.subject_types(session),
    }


def _export(session: Session, staff: Staff, wanted: Wanted) -> list[Told]:
    told = audit.entries(session, wanted, limit=_IN_A_FILE)
    audit.record(session, staff, "audit saved", "audit", "file", rows=len(told))
    return told


def _rows(told: Iterable[Told], zone: ZoneInfo) -> Iterable[list[object]]:
    for one in told:
        entry = one.entry
        yield [
            entry.at.astimezone(zone).isoformat(timespec="seconds"),
            one.by,
            entry.action,
            entry.subject_type,
            entry.subject_id,
            one.about,
            json.dumps(entry.detail, ensure_ascii=False) if entry.detail else "",
        ]


def _uuid(typed: str | None) -> UUID | None:
    try:
        return UUID(typed or "")
    except ValueError:
        return None
