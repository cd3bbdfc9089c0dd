"""Finding conversations by what was said in them, by brand, reference, person and day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    ScalarSelect,
    Select,
    func,
    literal,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from conversations.models import Conversation, Handoff, Message, Ticket
from conversations.names import Owner, Speaker
from onboarding.models import Application, Brand, Contact, Membership

# Written out, since PostgreSQL uses the index for this very expression only.
_WORDS: ColumnElement[str] = literal_column("to_tsvector('english', messages.text)")
_ENGLISH: ColumnElement[str] = literal_column("'english'::regconfig")
# Signs that nobody types: the page marks what stands between them.
_FROM, _TO = "\ue000", "\ue001"
# PostgreSQL leaves out what it takes for tags.
_LESS_THAN = "\ue002"
_MARKED = f"HighlightAll=true, StartSel={_FROM}, StopSel={_TO}"
_LONGEST_EXCERPT = 220
_BEFORE_THE_HIT = 80
_NONE: ColumnElement[list[str]] = literal_column("'{}'::text[]")


@dataclass(frozen=True)
class Wanted:
    """Nothing but what is given narrows it down; `until` is not part of it."""

    words: str = ""
    brand: str = ""
    reference: str = ""
    staff_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_empty(self) -> bool:
        return self == Wanted()


@dataclass(frozen=True)
class Part:
    text: str
    is_hit: bool


@dataclass(frozen=True)
class Hit:
    """A conversation with the newest message that fits; `references` are those of its tickets."""

    conversation_id: UUID
    owner: Owner
    is_blocked: bool
    contact: Contact | None
    brands: Sequence[str]
    references: Sequence[str]
    seq: int
    speaker: Speaker
    at: datetime
    excerpt: list[Part]


def find(session: Session, wanted: Wanted, *, limit: int, offset: int = 0) -> list[Hit]:
    """The conversation in which something that fits was said last comes first."""
    newest = _newest_that_fits(wanted).subquery()
    said, plain = literal(wanted.words), func.replace(newest.c.text, "<", _LESS_THAN)
    excerpt = (
        func.ts_headline(_ENGLISH, plain, func.websearch_to_tsquery(_ENGLISH, said), _MARKED)
        if wanted.words
        else newest.c.text
    )
    rows = session.execute(
        select(
            Conversation,
            Contact,
            _brands(),
            _references(),
            newest.c.seq,
            newest.c.speaker,
            newest.c.at,
            excerpt,
        )
        .join(newest, newest.c.conversation_id == Conversation.id)
        .outerjoin(Contact, Contact.id == Conversation.contact_id)
        .order_by(newest.c.at.desc(), Conversation.id)
        .limit(limit)
        .offset(offset)
    ).all()
    return [_hit(row) for row in rows]


def _newest_that_fits(wanted: Wanted) -> Select[UUID, int, str, str, datetime]:
    return (
        select(Message.conversation_id, Message.seq, Message.text, Message.speaker, Message.at)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(*_conditions(wanted))
        .distinct(Message.conversation_id)
        .order_by(Message.conversation_id, Message.at.desc(), Message.seq.desc())
    )


def _conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.words:
        yield _WORDS.op("@@")(func.websearch_to_tsquery(_ENGLISH, wanted.words))
    if wanted.brand:
        yield Conversation.contact_id.in_(_contacts_of_brand(wanted.brand))
    if wanted.reference:
        yield _names(wanted.reference)
    if wanted.staff_id is not None:
        claimed = select(Handoff.conversation_id).where(Handoff.claimed_by == wanted.staff_id)
        yield or_(Message.staff_id == wanted.staff_id, Message.conversation_id.in_(claimed))
    if wanted.since is not None:
        yield Message.at >= wanted.since
    if wanted.until is not None:
        yield Message.at < wanted.until


def _contacts_of_brand(name: str) -> Select[UUID]:
    return (
        select(Membership.contact_id)
        .join(Brand, Brand.id == Membership.brand_id)
        .where(Brand.name.icontains(name, autoescape=True))
    )


def _names(reference: str) -> ColumnElement[bool]:
    """A ticket's, or an application's, whose people are then meant."""
    wanted = reference.strip().upper()
    of_ticket = select(Ticket.conversation_id).where(func.upper(Ticket.reference) == wanted)
    of_application = (
        select(Membership.contact_id)
        .join(Application, Application.brand_id == Membership.brand_id)
        .where(func.upper(Application.number) == wanted)
    )
    return or_(Message.conversation_id.in_(of_ticket), Conversation.contact_id.in_(of_application))


def _brands() -> ScalarSelect[list[str]]:
    return (
        select(func.coalesce(func.array_agg(aggregate_order_by(Brand.name, Brand.name)), _NONE))
        .join(Membership, Membership.brand_id == Brand.id)
        .where(Membership.contact_id == Conversation.contact_id)
        .scalar_subquery()
    )


def _references() -> ScalarSelect[list[str]]:
    return (
        select(func.coalesce(func.array_agg(Ticket.reference), _NONE))
        .where(Ticket.conversation_id == Conversation.id)
        .scalar_subquery()
    )


def _hit(row: Row[Conversation, Contact, list[str], list[str], int, str, datetime, str]) -> Hit:
    conversation, contact, brands, references, seq, speaker, at, excerpt = row
    return Hit(
        conversation_id=conversation.id,
        owner=Owner(conversation.owner),
        is_blocked=conversation.blocked_at is not None,
        contact=contact,
        brands=brands,
        references=sorted(references),
        seq=seq,
        speaker=Speaker(speaker),
        at=at,
        excerpt=_parts(excerpt.replace(_LESS_THAN, "<")),
    )


def _parts(marked: str) -> list[Part]:
    before, *pieces = _window(marked).split(_FROM)
    parts = [Part(before, False)]
    for piece in pieces:
        hit, _, rest = piece.partition(_TO)
        parts += [Part(hit, True), Part(rest, False)]
    return [part for part in parts if part.text]


def _window(marked: str) -> str:
    """Around the first hit, cut at spaces."""
    if len(marked) <= _LONGEST_EXCERPT:
        return marked
    start = max(0, marked.find(_FROM) - _BEFORE_THE_HIT)
    start = marked.find(" ", start) + 1 if start else 0
    end = start + _LONGEST_EXCERPT
    return ("…" if start else "") + marked[start:end] + ("…" if end < len(marked) else "")
