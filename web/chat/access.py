"""Which conversation a session may see: never taken from the browser, always from the session's row."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from conversations import handoff, lookup, messages, rating, readiness
from conversations.messages import Inbound, MessageView, Receipt
from conversations.models import Conversation
from conversations.names import SITE_CHANNEL, Owner, Speaker
from conversations.readiness import Phase
from conversations.standing import Standing, standing
from onboarding import clock, identity
from onboarding.errors import DomainError
from onboarding.models import WebSession
from web.chat.frames import Rated, Said
from web.security.sessions import Reader, reader_with

CHANNEL = "web"
ASSISTANT_ANSWERS = (Owner.BOT, Owner.WAITING)

_THEIRS = clock.beside(lookup.beside(identity.SESSION_ROW))
_THEIRS_LOCKED = clock.beside(lookup.beside(identity.SESSION_ROW, lock=True))


class SessionEnded(DomainError):
    code = "session_ended"
    what_to_do = "Sign in again."


@dataclass(frozen=True)
class Admitted:
    """`who` is what the browser knows them by."""

    who: str
    conversation_id: UUID


@dataclass(frozen=True)
class News:
    """`standing` and `phase` are read only where they may have changed.

    `answering`: the brand spoke last and is owed an answer.
    """

    messages: list[MessageView]
    standing: Standing | None
    phase: Phase | None
    answering: bool


def admitted(session: Session, token: str) -> Admitted:
    """Raises SessionEnded."""
    who = reader_with(session, token)
    if who.contact is not None:
        return Admitted(who.label, lookup.open_for_contact(session, who.contact.id).id)
    if who.session is None or who.session.visitor_conversation is None:
        raise SessionEnded("This session has ended.")
    return Admitted(who.label, who.session.visitor_conversation)


def begin_visit(session: Session, user_agent: str) -> str:
    """A session for somebody unknown, with a conversation of their own; returns its token."""
    token, row = identity.open_session(session, None, user_agent)
    row.visitor_conversation = lookup.open_for_visitor(session).id
    return token


def may_chat(who: Reader) -> bool:
    return who.contact is not None or (
        who.session is not None and who.session.visitor_conversation is not None
    )


def news(session: Session, token: str, conversation_id: UUID, after: int, *, with_state: bool) -> News:
    """Raises SessionEnded."""
    conversation = _still_theirs(session, token, conversation_id)
    fresh = messages.messages_after(session, conversation.id, after)
    newest = fresh or messages.messages_after(session, conversation.id, conversation.last_seq - 1)
    owner = Owner(conversation.owner)
    spoke_last = bool(newest) and newest[-1].role is Speaker.BRAND
    return News(
        messages=fresh,
        standing=standing(session, conversation) if with_state else None,
        phase=readiness.assistant_phase(session) if with_state else None,
        answering=spoke_last and owner in ASSISTANT_ANSWERS,
    )


def store(session: Session, token: str, conversation_id: UUID, said: Said) -> Receipt:
    """Raises SessionEnded."""
    found, conversation = _session_and_conversation(session, token, conversation_id, lock=True)
    channel = CHANNEL if found.site_id is None else SITE_CHANNEL
    inbound = Inbound(conversation.id, channel, said.cid, said.text, said.button)
    return messages.receive_in(session, conversation, inbound)


def no_longer_wait(session: Session, token: str, conversation_id: UUID) -> None:
    """Raises SessionEnded."""
    handoff.never_mind(session, _still_theirs(session, token, conversation_id))


def rate(session: Session, token: str, conversation_id: UUID, rated: Rated) -> None:
    """Raises SessionEnded, and what `rating.rate` does."""
    rating.rate(session, _still_theirs(session, token, conversation_id), rated.stars, rated.comment)


def _still_theirs(session: Session, token: str, conversation_id: UUID) -> Conversation:
    return _session_and_conversation(session, token, conversation_id)[1]


def _session_and_conversation(
    session: Session, token: str, conversation_id: UUID, *, lock: bool = False
) -> tuple[WebSession, Conversation]:
    """Asked on every frame: a session can end, and a visitor can sign in elsewhere, while the socket is open."""
    named = {**identity.named(token), "conversation": conversation_id}
    row = clock.read_beside(session, _THEIRS_LOCKED if lock else _THEIRS, named)
    found = identity.still_open(session, row[0]) if row is not None else None
    if row is None or found is None:
        raise SessionEnded("This session has ended.")
    conversation = lookup.followed(session, row[1], lock=lock)
    if found.contact_id is None and found.visitor_conversation == conversation_id:
        return found, conversation
    if found.contact_id is not None and conversation.contact_id == found.contact_id:
        return found, conversation
    raise SessionEnded("This session belongs to somebody else now.")
