"""The conversation of the person who made the key; those of colleagues are not to be had."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from conversations import lookup, messages
from conversations.messages import Inbound, MessageView
from conversations.models import Conversation
from conversations.names import API_CHANNEL, Owner
from onboarding.errors import NotFound
from web.api import models
from web.api.models import MessageQuery, NewMessage
from web.api.operations import Call


class NoSuchConversation(NotFound):
    code = "conversation_not_found"


def conversations(session: Session, call: Call) -> models.ConversationPage:
    """A person has one open conversation over everything; it begins when it is first asked for."""
    found = lookup.open_for_contact(session, call.caller.contact.id)
    return models.ConversationPage(data=[_conversation(found)], next_cursor=None)


def conversation(session: Session, call: Call) -> models.Conversation:
    return _conversation(_own(session, call))


def list_messages(session: Session, call: Call) -> models.MessagePage:
    """The oldest first; who comes back later asks for what came after the last message that was read."""
    own, asked = _own(session, call), call.query
    assert isinstance(asked, MessageQuery)
    after = int(call.after) if call.after is not None else asked.after
    found = messages.next_after(session, own.id, after, call.limit + 1)
    shown, next_cursor = call.page(found, lambda one: str(one.seq))
    return models.MessagePage(data=[_message(view) for view in shown], next_cursor=next_cursor)


def send(session: Session, call: Call) -> models.Message:
    assert isinstance(call.body, NewMessage)
    own = _own(session, call, lock=True)
    # Once for each Idempotency-Key already, for as long as that is kept.
    receipt = messages.receive_in(session, own, Inbound(own.id, API_CHANNEL, str(uuid4()), call.body.text))
    return _message(receipt.message)


def location(path: str, sent: Mapping[str, Any]) -> str:
    """The list, from this message on."""
    return f"{path}?after={sent['id'] - 1}&limit=1"


def _own(session: Session, call: Call, *, lock: bool = False) -> Conversation:
    """With `lock` nobody else joins or erases it until the transaction ends."""
    wanted = UUID(call.values["conversation_id"])
    found = session.get(Conversation, wanted, with_for_update=lock or None, populate_existing=lock)
    if found is None or found.contact_id != call.caller.contact.id or found.merged_into is not None:
        raise NoSuchConversation("There is no such conversation.")
    return found


def _conversation(found: Conversation) -> models.Conversation:
    return models.Conversation(id=found.id, owner=Owner(found.owner), last_message=found.last_seq)


def _message(view: MessageView) -> models.Message:
    return models.Message(
        id=view.seq,
        role=view.role,
        text=view.text,
        at=view.at,
        buttons=view.buttons,
        answers=view.answers,
        name=view.name,
    )
