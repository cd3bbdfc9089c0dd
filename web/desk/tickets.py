"""Tickets, complaints and callbacks: who has them, by when they are due, and what became of them."""

from collections.abc import Callable
from uuid import UUID

from aiohttp import web
from sqlalchemy.orm import Session

from conversations import ticket_lists, tickets
from conversations.models import Ticket
from conversations.ticket_lists import Opened, Tab
from conversations.tickets import TicketSettled
from onboarding import assignments
from onboarding.clock import CHINA
from onboarding.models import Staff
from web.database import in_database
from web.desk.posted import posted
from web.desk.rendering import render_desk
from web.security.forms import token_form
from web.security.staff_sessions import staff_member

_LIST = "/desk/tickets"
_LONGEST_OUTCOME = 1000
_KINDS = {
    "callback": "Callback",
    "complaint": "Complaint",
    "appeal": "Appeal",
    "brand_claim": "Claim on a brand",
    "access_request": "Request for access",
    "legal_threat": "Threat of law",
    "data_leak": "Leak of data",
    "broken_promise": "Broken promise",
    "failed_turns": "The assistant failed",
    "misunderstood": "Not understood",
    "asked_for_person": "Asked for a person",
}


def kind_said(ticket: Ticket) -> str:
    return _KINDS.get(ticket.kind, ticket.kind.replace("_", " ").capitalize())


async def show_list(request: web.Request) -> web.Response:
    asked = request.query.get("show", "")
    tab = Tab(asked) if asked in set(Tab) else Tab.OPEN
    found, counts = await in_database(request.app, _list, tab, staff_member(request).id)
    kind = request.query.get("kind", "")
    return render_desk(
        request,
        "desk/tickets/list.html",
        tab=tab,
        kind=kind,
        kinds={one.ticket.kind: kind_said(one.ticket) for one in found},
        found=[one for one in found if kind in ("", one.ticket.kind)],
        counts=counts,
        kind_said=kind_said,
        china=CHINA,
    )


async def show_calls(request: web.Request) -> web.Response:
    days = await in_database(request.app, ticket_lists.calls_by_day)
    return render_desk(request, "desk/tickets/calls.html", days=days, china=CHINA)


async def show_ticket(request: web.Request) -> web.Response:
    return await _page(request)


async def assign(request: web.Request) -> web.Response:
    """To anybody at the desk, or to nobody."""
    sent = await posted(request)
    if sent.expired:
        return await _page(request, sent.values, {"main": sent.expired})
    return await _changed(request, sent.values, _assign)


async def settle(request: web.Request) -> web.Response:
    sent = await posted(request)
    outcome = " ".join(sent.values.get("outcome", "").split())
    errors = {"main": sent.expired} if sent.expired else {}
    if not outcome:
        errors["outcome"] = "Enter what became of it"
    elif len(outcome) > _LONGEST_OUTCOME:
        errors["outcome"] = f"Enter at most {_LONGEST_OUTCOME} characters"
    if errors:
        return await _page(request, sent.values, errors)
    return await _changed(request, {"outcome": outcome}, _settle)


async def reopen(request: web.Request) -> web.Response:
    sent = await posted(request)
    if sent.expired:
        return await _page(request, sent.values, {"main": sent.expired})
    return await _changed(request, sent.values, _reopen)


type _Change = Callable[[Session, Staff, Ticket, dict[str, str]], None]


async def _changed(request: web.Request, typed: dict[str, str], change: _Change) -> web.Response:
    reference = request.match_info["reference"]
    try:
        await in_database(request.app, _in_turn, staff_member(request), reference, typed, change)
    except TicketSettled:
        # The page tells who was quicker, and how it ended.
        return await _page(request, typed, {"main": "A colleague has settled it meanwhile."}, status=409)
    raise web.HTTPSeeOther(f"{_LIST}/{reference}")


def _in_turn(session: Session, staff: Staff, reference: str, typed: dict[str, str], change: _Change) -> None:
    change(session, staff, ticket_lists.locked(session, reference), typed)


def _assign(session: Session, staff: Staff, ticket: Ticket, typed: dict[str, str]) -> None:
    to = typed.get("to", "")
    people = {str(one.id): one for one in assignments.may_be_assigned(session)}
    if to and to not in people:
        raise assignments.StaffUnknown("There is nobody of that account at the desk.")
    if UUID(to) != ticket.staff_id if to else ticket.staff_id is not None:
        tickets.assign(session, ticket, people.get(to), by=staff)


def _settle(session: Session, staff: Staff, ticket: Ticket, typed: dict[str, str]) -> None:
    tickets.settle(session, ticket, typed["outcome"], by=staff)


def _reopen(session: Session, staff: Staff, ticket: Ticket, typed: dict[str, str]) -> None:
    tickets.reopen(session, ticket, by=staff, note=typed.get("note") or None)


def _list(session: Session, tab: Tab, staff_id: UUID) -> tuple[list[ticket_lists.Listed], dict[Tab, int]]:
    return ticket_lists.in_tab(session, tab, staff_id), ticket_lists.counts(session, staff_id)


def _opened(session: Session, reference: str) -> tuple[Opened, list[Staff]]:
    return ticket_lists.opened(session, reference), assignments.may_be_assigned(session)


async def _page(
    request: web.Request,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 422,
) -> web.Response:
    found, people = await in_database(request.app, _opened, request.match_info["reference"])
    return render_desk(
        request,
        "desk/tickets/ticket.html",
        status=status if errors else 200,
        opened=found,
        one=found.listed,
        ticket=found.listed.ticket,
        kind=kind_said(found.listed.ticket),
        people=people,
        typed=typed or {},
        errors=errors or {},
        form=token_form(request),
        china=CHINA,
    )
