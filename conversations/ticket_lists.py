"""The tickets as the desk works them: who has which, what is due, and the calls day by day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import groupby
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from conversations import tickets
from conversations.models import Conversation, Ticket, TicketChange
from conversations.tickets import TicketNotFound
from onboarding import clock
from onboarding.clock import CHINA
from onboarding.models import Brand, Contact, Membership, Staff

_SETTLED_SHOWN = 100


class Tab(StrEnum):
    MINE = "mine"
    OPEN = "open"
    OVERDUE = "overdue"
    SETTLED = "settled"


@dataclass(frozen=True)
class Listed:
    """A ticket with whose it is; a visitor has no `contact`."""

    ticket: Ticket
    contact: Contact | None
    brands: list[str]
    owner: Staff | None
    is_overdue: bool

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.contact.time_zone) if self.contact else CHINA


@dataclass(frozen=True)
class Opened:
    """One ticket with its history: of each change who made it and who got it."""

    listed: Listed
    changes: list[tuple[TicketChange, str | None, str | None]]
    now: datetime


def in_tab(session: Session, tab: Tab, staff_id: UUID) -> list[Listed]:
    """What is overdue first, then by when it is due; of the settled ones the newest."""
    query = select(Ticket).where(_condition(tab, staff_id, clock.now(session)))
    if tab is Tab.SETTLED:
        query = query.order_by(Ticket.settled_at.desc()).limit(_SETTLED_SHOWN)
    else:
        query = query.order_by(_due_at(), Ticket.id)
    return _listed(session, session.scalars(query).all())


def counts(session: Session, staff_id: UUID) -> dict[Tab, int]:
    """Of what is still to be done."""
    now = clock.now(session)
    to_do = (Tab.MINE, Tab.OPEN, Tab.OVERDUE)
    return {tab: session.scalar(_counted(_condition(tab, staff_id, now))) or 0 for tab in to_do}


def calls_by_day(session: Session) -> list[tuple[date, list[Listed]]]:
    """Those still to be made, by the day in China; days that are over are not left out."""
    query = (
        select(Ticket)
        .where(Ticket.call_at.is_not(None), Ticket.settled_at.is_(None))
        .order_by(Ticket.call_at, Ticket.id)
    )
    listed = _listed(session, session.scalars(query).all())
    return [(day, list(calls)) for day, calls in groupby(listed, _day_in_china)]


def opened(session: Session, reference: str) -> Opened:
    """Raises TicketNotFound."""
    ticket = named(session, reference)
    names = dict(session.execute(select(Staff.id, Staff.name)).tuples().all())
    changes = [
        (change, names.get(change.staff_id), names.get(change.to_staff_id))  # type: ignore[arg-type]
        for change in tickets.changes_of(session, ticket)
    ]
    return Opened(_listed(session, [ticket])[0], changes, clock.now(session))


def named(session: Session, reference: str) -> Ticket:
    """Raises TicketNotFound."""
    # PostgreSQL takes no text with NUL in it.
    found = tickets.by_reference(session, reference) if reference.isprintable() else None
    if found is None:
        raise TicketNotFound("There is no such ticket.")
    return found


def locked(session: Session, reference: str) -> Ticket:
    """To be changed. Raises TicketNotFound."""
    ticket = named(session, reference)
    session.refresh(ticket, with_for_update=True)
    return ticket


def _condition(tab: Tab, staff_id: UUID, now: datetime) -> ColumnElement[bool]:
    is_open = Ticket.settled_at.is_(None)
    match tab:
        case Tab.MINE:
            return is_open & (Ticket.staff_id == staff_id)
        case Tab.OVERDUE:
            return is_open & (_due_at() <= now)
        case Tab.SETTLED:
            return Ticket.settled_at.is_not(None)
    return is_open


def _due_at() -> ColumnElement[datetime]:
    return func.coalesce(Ticket.call_at, Ticket.promised_by)


def _counted(condition: ColumnElement[bool]) -> Select[int]:
    return select(func.count()).select_from(Ticket).where(condition)


def _listed(session: Session, found: Sequence[Ticket]) -> list[Listed]:
    contacts = _contacts(session, {ticket.conversation_id for ticket in found})
    brands = _brands(session, {contact.id for contact in contacts.values()})
    owners = {staff.id: staff for staff in session.scalars(select(Staff))}
    now = clock.now(session)
    return [_one(ticket, contacts.get(ticket.conversation_id), brands, owners, now) for ticket in found]


def _one(
    ticket: Ticket,
    contact: Contact | None,
    brands: dict[UUID, list[str]],
    owners: dict[UUID, Staff],
    now: datetime,
) -> Listed:
    return Listed(
        ticket=ticket,
        contact=contact,
        brands=brands.get(contact.id, []) if contact else [],
        owner=owners.get(ticket.staff_id) if ticket.staff_id else None,
        is_overdue=ticket.settled_at is None and ticket.due_at <= now,
    )


def _contacts(session: Session, conversations: set[UUID]) -> dict[UUID, Contact]:
    rows = session.execute(
        select(Conversation.id, Contact)
        .join(Contact, Contact.id == Conversation.contact_id)
        .where(Conversation.id.in_(conversations))
    )
    return dict(rows.tuples().all())


def _brands(session: Session, contacts: set[UUID]) -> dict[UUID, list[str]]:
    rows = session.execute(
        select(Membership.contact_id, Brand.name)
        .join(Brand, Brand.id == Membership.brand_id)
        .where(Membership.contact_id.in_(contacts))
        .order_by(Brand.name)
    )
    found: dict[UUID, list[str]] = {}
    for contact_id, name in rows:
        found.setdefault(contact_id, []).append(name)
    return found


def _day_in_china(listed: Listed) -> date:
    return listed.ticket.due_at.astimezone(CHINA).date()
