"""What a contact has asked our team for: with its reference, when it is due and where it stands."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from aiohttp import web
from sqlalchemy import select
from sqlalchemy.orm import Session

from conversations import lookup, tickets
from conversations.models import Ticket
from conversations.standing import Standing, standing
from onboarding.models import Contact, Staff
from web.database import in_database
from web.hours import hours_today
from web.rendering import render
from web.security.sessions import signed_in

_WITHDRAWN = ("withdrawn", "erased")


@dataclass(frozen=True)
class Request:
    """`state` is one of open, late, taken, done, withdrawn; `by` is who of the team has it."""

    reference: str
    kind: str
    about: str
    asked_at: datetime
    due_at: datetime
    call_at: datetime | None
    state: str
    settled_at: datetime | None
    by: str | None


@dataclass(frozen=True)
class _Requests:
    requests: list[Request]
    standing: Standing
    hours: str


async def requests(request: web.Request) -> web.Response:
    contact = signed_in(request)
    found = await in_database(request.app, _read, contact)
    zone = ZoneInfo(contact.time_zone)
    return render(
        request,
        "requests.html",
        requests=found.requests,
        standing=found.standing,
        hours=found.hours,
        zone=zone,
    )


def _read(session: Session, contact: Contact) -> _Requests:
    own = tickets.of_contact(session, contact)
    names = _names(session, own)
    return _Requests(
        [_request(ticket, names.get(ticket.id)) for ticket in own],
        standing(session, lookup.open_for_contact(session, contact.id)),
        hours_today(session, ZoneInfo(contact.time_zone)),
    )


def _names(session: Session, own: list[Ticket]) -> dict[int, str]:
    of_tickets = select(Ticket.id, Staff.name).join(Staff, Staff.id == Ticket.staff_id)
    return dict(
        session.execute(of_tickets.where(Ticket.id.in_([ticket.id for ticket in own]))).tuples().all()
    )


def _request(ticket: Ticket, by: str | None) -> Request:
    return Request(
        reference=ticket.reference,
        kind=ticket.kind,
        about=ticket.about,
        asked_at=ticket.created_at,
        due_at=ticket.due_at,
        call_at=ticket.call_at,
        state=_state(ticket),
        settled_at=ticket.settled_at,
        by=by,
    )


def _state(ticket: Ticket) -> str:
    if ticket.settled_at is not None:
        return "withdrawn" if ticket.outcome in _WITHDRAWN else "done"
    if ticket.staff_id is not None:
        return "taken"
    return "late" if ticket.promise_broken_at is not None else "open"
