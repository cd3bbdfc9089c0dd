"""All that the page of the conversations shows, read in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from conversations.channels import templates
from conversations.channels.reach import Reach, reach
from conversations.channels.templates import Gap
from conversations.desk import queue as queues
from conversations.desk import saved_replies
from conversations.desk.queue import Queue, Tab
from conversations.desk.transcript import Transcript, transcript
from conversations.names import Owner
from onboarding import brand_card, clock, dates
from onboarding.brand_card import BrandCard
from onboarding.clock import CHINA
from onboarding.models import Brand, Staff
from onboarding.names import Turn
from onboarding.programme import programme
from onboarding.promise import OpeningClock
from onboarding.staff import permissions, sessions
from onboarding.staff.permissions import StaffPermission
from onboarding.wording import inside_a_sentence
from web import drawing
from web.desk.conversations.wording import first_name
from web.drawing import Ruler
from web.numbers import whole_number

HOME = "/desk/conversations"
_OPENINGS = 4
_LONGEST_FILTER = 80


@dataclass(frozen=True)
class Address:
    """Where the page is: which conversation, which tab, which filter, and what is being written."""

    conversation: UUID | None
    tab: str
    wanted: str
    brand: int | None = None
    write: str = "reply"
    saved: str | None = None
    suggestion: int | None = None

    @property
    def path(self) -> str:
        return f"{HOME}/{self.conversation}" if self.conversation else HOME

    @property
    def query(self) -> str:
        return urlencode({"tab": self.tab, "q": self.wanted} if self.wanted else {"tab": self.tab})

    @property
    def here(self) -> str:
        return f"{self.path}?{self.query}"


def address(conversation: UUID | None, given: Mapping[str, str]) -> Address:
    """From a query or a form; what makes no sense is left out."""
    tab, write = given.get("tab", ""), given.get("write", "")
    return Address(
        conversation=conversation,
        tab=tab if tab in list(Tab) else Tab.WAITING.value,
        wanted=given.get("q", "").replace("\x00", "").strip()[:_LONGEST_FILTER],
        brand=whole_number(given.get("brand")),
        write=write if write == "note" else "reply",
        saved=given.get("saved"),
        suggestion=whole_number(given.get("suggestion")),
    )


@dataclass(frozen=True)
class Opening:
    brand: Brand
    clock: OpeningClock
    ruler: Ruler


@dataclass(frozen=True)
class FilledReply:
    shortcut: str
    title: str
    filled: str


@dataclass(frozen=True)
class OfferedTemplate:
    """`pieces` are its text and its gaps, `filled` what we know to belong in a gap, by its name."""

    id: int
    name: str
    pieces: list[str | Gap]
    gaps: list[Gap]
    filled: dict[str, str]


@dataclass(frozen=True)
class Colleague:
    staff: Staff
    is_here: bool


@dataclass(frozen=True)
class View:
    queue: Queue
    openings: list[Opening]
    talk: Transcript | None
    card: BrandCard | None
    card_ruler: Ruler | None
    replies: list[FilledReply]
    reach: Reach | None
    templates: list[OfferedTemplate]
    colleagues: list[Colleague]
    next_id: UUID | None
    now: datetime
    is_mine: bool
    may_take_over: bool
    may_block: bool
    may_review: bool


def whole(session: Session, staff: Staff, where: Address, *, is_read: bool = True) -> View:
    """Opening a conversation counts as having read it. Raises ConversationUnknown."""
    talk = transcript(session, where.conversation) if where.conversation else None
    if talk is not None and is_read:
        queues.mark_read(session, staff, talk.conversation.id, talk.last_seq)
        session.flush()
    card = brand_card.brand_card(session, talk.contact, where.brand) if talk and talk.contact else None
    open_now = talk.conversation.id if talk else None
    is_mine = talk is not None and talk.conversation.staff_id == staff.id and talk.owner is Owner.PERSON
    queue = queues.queue(session, staff, Tab(where.tab), wanted=where.wanted, open_now=open_now)
    goes_to = reach(session, talk.conversation) if talk else None
    return View(
        queue=queue,
        openings=_openings(session),
        talk=talk,
        card=card,
        card_ruler=clock_ruler(card.clock) if card and card.clock else None,
        replies=_replies(session, staff, talk, card) if talk else [],
        reach=goes_to,
        templates=_templates(staff, talk, card, goes_to) if talk and goes_to else [],
        colleagues=_colleagues(session, staff) if is_mine else [],
        next_id=queues.next_waiting(session, staff, queue, besides=open_now),
        now=clock.now(session),
        is_mine=is_mine,
        may_take_over=permissions.may(staff.role, StaffPermission.TAKE_OVER),
        may_block=permissions.may(staff.role, StaffPermission.BLOCK),
        may_review=permissions.may(staff.role, StaffPermission.REVIEW_DOCUMENTS),
    )


def queue_alone(session: Session, staff: Staff, where: Address) -> tuple[Queue, list[Opening]]:
    tab = Tab(where.tab)
    found = queues.queue(session, staff, tab, wanted=where.wanted, open_now=where.conversation)
    return found, _openings(session)


def clock_ruler(counted: OpeningClock) -> Ruler:
    """One tick a day; the day that was promised stands tall, and what is over it goes on behind."""
    gone = [drawing.YOU if turn is Turn.BRAND else drawing.US for turn in counted.owners]
    kinds = gone + [drawing.NEXT] * counted.days_left
    kinds[counted.days_total - 1] = drawing.END
    return drawing.ruler(kinds)


def fields(staff: Staff, talk: Transcript, card: BrandCard | None) -> dict[str, str]:
    """What saved replies are filled in with; what is not known is left out."""
    contact = talk.contact
    found = {"agent": first_name(staff.name)}
    if contact is not None:
        found["contact"] = first_name(contact.name)
    if card is not None:
        found |= _fields_of_brand(card, ZoneInfo(contact.time_zone) if contact else CHINA)
    return found


def _fields_of_brand(card: BrandCard, zone: ZoneInfo) -> dict[str, str]:
    found = {"brand": card.brand.name}
    if card.application is not None:
        found["application"] = card.application.number
        found["stage"] = programme().stages[card.application.stage]
    if card.clock is not None and not card.clock.stage.is_closed:
        found["day"], found["days_left"] = str(card.clock.day), str(card.clock.days_left)
        found["days_total"] = str(card.clock.days_total)
        found["target"] = dates.day(card.clock.target_on)
    due = card.checklist.currently_due[0] if card.checklist and card.checklist.currently_due else None
    if due is not None:
        found["document"] = inside_a_sentence(due.label)
        found["reason"], found["send_instead"] = due.reason_text or "", due.send_instead or ""
        found["deadline"] = dates.moment(due.deadline_at, zone) if due.deadline_at else ""
    return found


def _replies(session: Session, staff: Staff, talk: Transcript, card: BrandCard | None) -> list[FilledReply]:
    values = fields(staff, talk, card)
    return [FilledReply(one.shortcut, one.title, one.filled(values)) for one in saved_replies.ready(session)]


def _templates(
    staff: Staff, talk: Transcript, card: BrandCard | None, goes_to: Reach
) -> list[OfferedTemplate]:
    """A gap that is called as a field of saved replies is filled in like one."""
    values = fields(staff, talk, card)
    return [
        OfferedTemplate(
            id=one.id,
            name=one.name,
            pieces=templates.pieces(one),
            gaps=(gaps := templates.gaps(one)),
            filled={gap.name: values[gap.label] for gap in gaps if gap.label in values},
        )
        for one in goes_to.templates
    ]


def _openings(session: Session) -> list[Opening]:
    return [
        Opening(brand, counted, clock_ruler(counted))
        for brand, counted in brand_card.openings_due_next(session, _OPENINGS)
    ]


def _colleagues(session: Session, staff: Staff) -> list[Colleague]:
    """Who is at the desk first."""
    here = {one.id for one in sessions.online(session)}
    others = session.scalars(select(Staff).where(Staff.left_at.is_(None), Staff.id != staff.id))
    found = [Colleague(one, one.id in here) for one in others]
    return sorted(found, key=lambda one: (not one.is_here, one.staff.name))
