"""Who asks, and in which transaction: what an action knows of the turn it runs in."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from conversations import lookup
from conversations.models import Conversation
from conversations.names import IN_SOMEBODYS_NAME
from onboarding.database import SessionFactory, build_engine, session_factory
from onboarding.models import Contact
from onboarding.settings import SettingInvalid, Settings

_bound: ContextVar[Session | None] = ContextVar("bound_session", default=None)
_zone_of_reader: ContextVar[ZoneInfo | None] = ContextVar("zone_of_reader", default=None)
_channel: ContextVar[str | None] = ContextVar("channel_of_message", default=None)


@dataclass(frozen=True)
class Asker:
    """A visitor has no contact and reads times in UTC. `is_by_proxy`: a program or another site speaks for them."""

    conversation: Conversation | None
    contact: Contact | None
    zone: ZoneInfo
    is_by_proxy: bool = False


@contextmanager
def binding(session: Session, zone: ZoneInfo | None = None, channel: str | None = None) -> Iterator[None]:
    """Everything inside works in this transaction; `zone` overrides the contact's own, `channel` is the message's."""
    session_token, zone_token, channel_token = (
        _bound.set(session),
        _zone_of_reader.set(zone),
        _channel.set(channel),
    )
    try:
        yield
    finally:
        _bound.reset(session_token)
        _zone_of_reader.reset(zone_token)
        _channel.reset(channel_token)


@contextmanager
def bound_session() -> Iterator[Session]:
    """The turn's session, which the turn commits; outside a turn one of its own."""
    session = _bound.get()
    if session is not None:
        yield session
        return
    with _own_sessions().begin() as own:
        yield own


def asker(session: Session, sender_id: str) -> Asker:
    """Identity is never taken from a message: it hangs on the conversation, which only a sign-in links."""
    conversation = _conversation_of(session, sender_id)
    contact_id = conversation.contact_id if conversation else None
    contact = session.get(Contact, contact_id) if contact_id else None
    return Asker(conversation, contact, zone_of(contact), _channel.get() in IN_SOMEBODYS_NAME)


def zone_of(contact: Contact | None) -> ZoneInfo:
    """In which a contact reads times; a visitor in UTC."""
    return _zone_of_reader.get() or ZoneInfo(contact.time_zone if contact else "UTC")


def _conversation_of(session: Session, sender_id: str) -> Conversation | None:
    try:
        conversation_id = UUID(sender_id.partition(":")[0])
    except ValueError:
        return None  # `rasa shell` and `rasa test` make up senders: they are visitors
    try:
        return lookup.conversation(session, conversation_id)
    except lookup.ConversationUnknown:
        return None


@cache
def _own_sessions() -> SessionFactory:
    settings = Settings.from_environment()
    if settings.database_url is None:
        raise SettingInvalid("DATABASE_URL", "", "the address of the onboarding database")
    return session_factory(build_engine(settings.database_url))
