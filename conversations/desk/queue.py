"""The queue as agents see it: who waits, what is mine, and everything, with what makes one more urgent than another."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from conversations.channels import guides, windows
from conversations.channels.models import ChannelAccount, ChannelIdentity
from conversations.desk.models import ReadMark
from conversations.models import Conversation, Handoff, Message
from conversations.names import HandoffReason, Owner, Speaker
from onboarding import brand_card, clock
from onboarding.brand_card import Standing
from onboarding.models import Brand, Contact, Membership, Staff

_MOST = 60
_FAR = datetime.max.replace(tzinfo=UTC)
# Time enough to answer somebody else first.
_SOON = timedelta(hours=2)


class Tab(StrEnum):
    WAITING = "waiting"
    MINE = "mine"
    ALL = "all"


@dataclass(frozen=True)
class QueueRow:
    """`waits_since` is when the brand began to wait for a person, or wrote what is not answered yet. Of one that waits
    on a channel with a window, `closes_at` is when it closes. `calls_themself` is a name that somebody chose on a
    channel.
    """

    conversation_id: UUID
    contact: str | None
    calls_themself: str | None
    standing: Standing | None
    owner: Owner
    staff_id: UUID | None
    staff_name: str | None
    reason: HandoffReason | None
    promised_by: datetime | None
    is_broken: bool
    waits_since: datetime | None
    last_text: str
    last_at: datetime | None
    unread: int
    channel: str | None
    closes_at: datetime | None

    def closes_soon(self, now: datetime) -> bool:
        return self.closes_at is not None and now < self.closes_at <= now + _SOON

    @property
    def urgency(self) -> tuple[datetime, int, datetime]:
        """By promise, then by the day of the opening's 30, then by who came first."""
        day = self.standing.day if self.standing else None
        return (self.promised_by or _FAR, -(day or 0), self.waits_since or _FAR)


@dataclass(frozen=True)
class Queue:
    """`rows` are those of the tab, the most urgent first; `open_now` is the one shown beside, whatever its tab."""

    tab: Tab
    wanted: str
    rows: list[QueueRow]
    counts: dict[Tab, int]
    open_now: QueueRow | None
    now: datetime

    @property
    def place_of_open(self) -> int:
        """Among the rows, from 0; 0 also where it is not one of them."""
        ids = [row.conversation_id for row in self.rows]
        return (
            ids.index(self.open_now.conversation_id)
            if self.open_now and self.open_now.conversation_id in ids
            else 0
        )


def queue(
    session: Session, staff: Staff, tab: Tab, *, wanted: str = "", open_now: UUID | None = None
) -> Queue:
    """`wanted` is a part of a name, of a brand or of what was written last."""
    rows = _rows(session, staff, _in_tab(staff)[tab], wanted)
    return Queue(
        tab=tab,
        wanted=wanted,
        rows=_sorted(tab, rows),
        counts=_counts(session, staff),
        open_now=_open(session, staff, rows, open_now) if open_now else None,
        now=clock.now(session),
    )


def next_waiting(session: Session, staff: Staff, shown: Queue, *, besides: UUID | None = None) -> UUID | None:
    """The most urgent one that nobody has; what is shown is not read again."""
    if shown.tab is Tab.WAITING and not shown.wanted:
        rows = shown.rows
    else:
        rows = _sorted(Tab.WAITING, _rows(session, staff, _in_tab(staff)[Tab.WAITING], ""))
    return next((row.conversation_id for row in rows if row.conversation_id != besides), None)


def mark_read(session: Session, staff: Staff, conversation_id: UUID, seq: int) -> None:
    mark = session.get(ReadMark, (staff.id, conversation_id))
    if mark is None:
        session.add(ReadMark(staff_id=staff.id, conversation_id=conversation_id, seq=seq))
    elif mark.seq < seq:
        mark.seq = seq


def _in_tab(staff: Staff) -> dict[Tab, ColumnElement[bool]]:
    is_shown = and_(
        Conversation.merged_into.is_(None), Conversation.blocked_at.is_(None), _is_more_than_notices()
    )
    return {
        # Also those who asked out of hours, with whom the assistant goes on meanwhile.
        Tab.WAITING: and_(is_shown, _has_unclaimed_handoff()),
        Tab.MINE: and_(is_shown, Conversation.owner == Owner.PERSON.value, Conversation.staff_id == staff.id),
        Tab.ALL: is_shown,
    }


def _is_more_than_notices() -> ColumnElement[bool]:
    """What was only told to a brand is no conversation yet."""
    return (
        select(Message.id)
        .where(Message.conversation_id == Conversation.id, Message.speaker == Speaker.BRAND.value)
        .correlate(Conversation)
        .exists()
    )


def _has_unclaimed_handoff() -> ColumnElement[bool]:
    return (
        select(Handoff.id)
        .where(
            Handoff.conversation_id == Conversation.id,
            Handoff.ended_at.is_(None),
            Handoff.claimed_at.is_(None),
        )
        .correlate(Conversation)
        .exists()
    )


def _counts(session: Session, staff: Staff) -> dict[Tab, int]:
    tabs = _in_tab(staff)
    counted = [func.count().filter(tabs[tab]) for tab in Tab]
    found = session.execute(select(*counted).select_from(Conversation)).one()
    return dict(zip(Tab, found, strict=True))


def _open(session: Session, staff: Staff, rows: list[QueueRow], open_now: UUID) -> QueueRow | None:
    listed = [row for row in rows if row.conversation_id == open_now]
    found = listed or _rows(session, staff, Conversation.id == open_now, "")
    return found[0] if found else None


def _sorted(tab: Tab, rows: list[QueueRow]) -> list[QueueRow]:
    if tab is Tab.ALL:
        return sorted(rows, key=lambda row: row.last_at or _FAR, reverse=True)
    return sorted(rows, key=lambda row: row.urgency)


def _rows(session: Session, staff: Staff, which: ColumnElement[bool], wanted: str) -> list[QueueRow]:
    found = session.execute(_statement(staff, which, wanted.strip())).all()
    contacts = {row.Conversation.contact_id for row in found if row.Conversation.contact_id}
    standings = brand_card.standings(session, contacts) if contacts else {}
    return [_row(row, staff, standings.get(row.Conversation.contact_id)) for row in found]


def _row(row: Any, staff: Staff, standing: Standing | None) -> QueueRow:
    conversation: Conversation = row.Conversation
    handoff: Handoff | None = row.Handoff
    owner = Owner(conversation.owner)
    is_unclaimed = handoff is not None and handoff.claimed_at is None
    is_ours = is_unclaimed or conversation.staff_id == staff.id
    waits_since = _waits_since(owner, handoff, row.asked_at, row.newest_speaker)
    return QueueRow(
        conversation_id=conversation.id,
        contact=row.contact,
        calls_themself=row.ChannelIdentity.display_name or None if row.ChannelIdentity else None,
        standing=standing,
        owner=owner,
        staff_id=conversation.staff_id,
        staff_name=row.staff_name,
        reason=handoff.reason if handoff else None,
        promised_by=_promise(handoff),
        is_broken=bool(handoff and handoff.promise_broken_at),
        waits_since=waits_since,
        last_text=row.last_text or "",
        last_at=row.last_at,
        unread=row.unread if is_ours else 0,
        channel=guides.guide(row.ChannelAccount.kind).public_name if row.ChannelAccount else None,
        closes_at=_closes_at(row.ChannelIdentity, row.ChannelAccount) if waits_since else None,
    )


def _closes_at(identity: ChannelIdentity | None, account: ChannelAccount | None) -> datetime | None:
    if identity is None or account is None or identity.stopped_at is not None:
        return None
    window = windows.window(account.kind, identity.last_in_at, account.settings)
    return (window.closes_for_people_at or window.closes_at) if window else None


def _promise(handoff: Handoff | None) -> datetime | None:
    """One that was kept presses no more."""
    return handoff.promised_by if handoff and handoff.first_reply_at is None else None


def _waits_since(
    owner: Owner, handoff: Handoff | None, asked_at: datetime | None, newest_speaker: str | None
) -> datetime | None:
    if handoff is not None and handoff.claimed_at is None:
        return handoff.asked_at
    if owner is Owner.PERSON and newest_speaker == Speaker.BRAND.value:
        return asked_at
    return None


def _statement(staff: Staff, which: ColumnElement[bool], wanted: str) -> Select[*tuple[Any, ...]]:
    asked, newest = aliased(Message), aliased(Message)
    last_asked = (
        select(func.max(Message.seq))
        .where(Message.conversation_id == Conversation.id, Message.speaker == Speaker.BRAND.value)
        .correlate(Conversation)
        .scalar_subquery()
    )
    unread = (
        select(func.count(Message.id))
        .where(
            Message.conversation_id == Conversation.id,
            Message.speaker == Speaker.BRAND.value,
            Message.seq > func.coalesce(ReadMark.seq, 0),
        )
        .correlate(Conversation, ReadMark)
        .scalar_subquery()
    )
    statement = (
        select(
            Conversation,
            Handoff,
            ChannelIdentity,
            ChannelAccount,
            Contact.name.label("contact"),
            Staff.name.label("staff_name"),
            asked.text.label("last_text"),
            asked.at.label("asked_at"),
            newest.at.label("last_at"),
            newest.speaker.label("newest_speaker"),
            unread.label("unread"),
        )
        .outerjoin(Handoff, and_(Handoff.conversation_id == Conversation.id, Handoff.ended_at.is_(None)))
        .outerjoin(ChannelIdentity, ChannelIdentity.id == Conversation.answered_on)
        .outerjoin(ChannelAccount, ChannelAccount.id == ChannelIdentity.account_id)
        .outerjoin(Contact, Contact.id == Conversation.contact_id)
        .outerjoin(Staff, Staff.id == Conversation.staff_id)
        .outerjoin(ReadMark, and_(ReadMark.conversation_id == Conversation.id, ReadMark.staff_id == staff.id))
        .outerjoin(asked, and_(asked.conversation_id == Conversation.id, asked.seq == last_asked))
        .outerjoin(
            newest, and_(newest.conversation_id == Conversation.id, newest.seq == Conversation.last_seq)
        )
        .where(which)
        .order_by(Handoff.promised_by.nulls_last(), newest.at.desc().nulls_last())
        .limit(_MOST)
    )
    if not wanted:
        return statement
    return statement.where(
        or_(
            Contact.name.icontains(wanted, autoescape=True),
            ChannelIdentity.display_name.icontains(wanted, autoescape=True),
            asked.text.icontains(wanted, autoescape=True),
            select(Membership.brand_id)
            .join(Brand, Brand.id == Membership.brand_id)
            .where(
                Membership.contact_id == Conversation.contact_id,
                Brand.name.icontains(wanted, autoescape=True),
            )
            .correlate(Conversation)
            .exists(),
        )
    )
