"""Which person owns a conversation: only one ever speaks, and the brand is told who. Owning it is a committed row."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from conversations import lookup, mail, messages, notify, texts, tickets
from conversations.channels import outbox, ratings, reach
from conversations.channels.outbox import Way
from conversations.handoff_history import end, note, open_handoff
from conversations.messages import MessageView, Written
from conversations.models import Conversation, Handoff, Message, Ticket
from conversations.names import (
    HandoffEvent,
    HandoffOutcome,
    HandoffReason,
    Owner,
    Resolution,
    Speaker,
)
from onboarding import clock
from onboarding.errors import DomainError
from onboarding.models import Staff

DESK = "desk"
_AWAY_AFTER = timedelta(minutes=10)


class AlreadyClaimed(DomainError):
    """`by_id` and `by_name` are of who was faster."""

    code = "already_claimed"
    what_to_do = "Open another conversation, or take this one over."

    def __init__(self, by: Staff) -> None:
        super().__init__(f"{by.name} has this conversation.")
        # Read here, since the error outlives the transaction.
        self.by_id, self.by_name = by.id, by.name


class NotYours(DomainError):
    """`by_id` and `by_name` are of who owns it; None where it is nobody's."""

    code = "not_yours"

    def __init__(self, by: Staff | None) -> None:
        owner = f"{by.name} has" if by else "Nobody of the team has"
        what_to_do = "Take it over first." if by else "Claim it first."
        super().__init__(f"{owner} this conversation.", what_to_do=what_to_do)
        self.by_id = by.id if by else None
        self.by_name = by.name if by else None


class StaffGone(DomainError):
    code = "staff_gone"
    what_to_do = "Choose somebody else."


def claim(session: Session, conversation_id: UUID, staff: Staff) -> Handoff:
    """Compare-and-set: the first one wins. Claiming one's own again changes nothing. Raises AlreadyClaimed."""
    conversation = lookup.locked(session, conversation_id)
    if conversation.owner != Owner.PERSON:
        return _claim(session, conversation, staff)
    if conversation.staff_id != staff.id:
        raise AlreadyClaimed(_owner(session, conversation))
    return _current(session, conversation)


def take_over_from(session: Session, conversation_id: UUID, staff: Staff) -> Handoff:
    """Also from somebody else of the team, whom the desk tells; from nobody it is a claim."""
    conversation = lookup.locked(session, conversation_id)
    if conversation.owner != Owner.PERSON or conversation.staff_id == staff.id:
        return claim(session, conversation.id, staff)
    before = _owner(session, conversation)
    handoff = _current(session, conversation)
    note(session, handoff, HandoffEvent.TAKEN_OVER, by=staff.id, text=before.name)
    _pass_on(session, conversation, before, staff)
    notify.tell_desk(session, "taken_over", conversation.id, by=staff.id, was=before.id)
    return handoff


def agent_says(
    session: Session,
    conversation_id: UUID,
    staff: Staff,
    text: str,
    external_id: str,
    *,
    way: Way = outbox.ON_CHANNEL,
) -> MessageView:
    """Claims what nobody of the team owns; the same `external_id` is written once.

    Raises NotYours, MessageEmpty, MessageTooLong.
    """
    text = messages.checked(text)
    conversation = lookup.locked(session, conversation_id)
    said_before = messages.written_before(session, DESK, external_id)
    if said_before is not None:
        return said_before
    if conversation.owner != Owner.PERSON:
        _claim(session, conversation, staff)
    handoff = _own(session, conversation, staff)
    if handoff.first_reply_at is None:
        handoff.first_reply_at = clock.now(session)
    if way.is_on_channel:
        _mail_to_who_is_away(session, conversation, handoff, staff, text)
    written = Written(Speaker.PERSON, text, DESK, external_id, staff_id=str(staff.id))
    return replace(messages.append(session, conversation, written, way=way), name=staff.name)


def require_own(session: Session, conversation: Conversation, staff: Staff) -> None:
    """Raises NotYours."""
    _own(session, conversation, staff)


def transfer(
    session: Session, conversation_id: UUID, staff: Staff, to: Staff, note_to_them: str | None = None
) -> Handoff:
    """Raises NotYours, StaffGone."""
    conversation = lookup.locked(session, conversation_id)
    handoff = _own(session, conversation, staff)
    if to.left_at is not None:
        raise StaffGone(f"{to.name} has left the team.")
    if to.id == staff.id:
        return handoff
    note(session, handoff, HandoffEvent.TRANSFERRED, by=staff.id, to=to.id, text=note_to_them)
    _pass_on(session, conversation, staff, to)
    notify.tell_desk(session, "transferred", conversation.id, by=staff.id, to=to.id)
    return handoff


def hand_back(
    session: Session,
    conversation_id: UUID,
    staff: Staff,
    note_to_assistant: str | None = None,
    summary: str | None = None,
) -> Handoff:
    """The assistant begins anew, with the facts as they are then; the note is told with its first answer.

    A ticket that is not grave ends with it. Raises NotYours.
    """
    conversation = lookup.locked(session, conversation_id)
    handoff = _own(session, conversation, staff)
    handoff.note, handoff.summary = note_to_assistant or None, summary or None
    if not handoff.reason.is_grave:
        _settle(session, handoff, summary or HandoffOutcome.HANDED_BACK, staff)
    _leave(session, conversation, handoff, Owner.BOT, HandoffOutcome.HANDED_BACK, staff)
    return handoff


def resolve(session: Session, conversation_id: UUID, staff: Staff, reason: Resolution) -> Handoff:
    """Closes it until the next message; the brand is asked one question. Raises NotYours."""
    conversation = lookup.locked(session, conversation_id)
    handoff = _own(session, conversation, staff)
    handoff.resolution = reason
    _settle(session, handoff, reason, staff)
    _leave(session, conversation, handoff, Owner.RESOLVED, HandoffOutcome.RESOLVED, staff)
    return handoff


def agent_types(session: Session, conversation_id: UUID, staff: Staff, *, on: bool) -> None:
    """Shown to the brand while this person owns the conversation; else nothing happens."""
    conversation = lookup.conversation(session, conversation_id)
    if conversation.owner == Owner.PERSON and conversation.staff_id == staff.id:
        notify.tell_typing(session, conversation.id, on=on)


def _claim(session: Session, conversation: Conversation, staff: Staff) -> Handoff:
    handoff = open_handoff(session, conversation) or _uncalled(session, conversation)
    handoff.claimed_at, handoff.claimed_by = clock.now(session), staff.id
    note(session, handoff, HandoffEvent.CLAIMED, by=staff.id)
    _assign_ticket(session, handoff, staff)
    conversation.owner, conversation.staff_id = Owner.PERSON.value, staff.id
    # What the assistant has not answered is this person's now.
    session.execute(
        update(Message).where(Message.conversation_id == conversation.id, Message.due).values(due=False)
    )
    _tell_brand(session, conversation, texts.notice("person_joined", name=staff.name))
    notify.tell_desk(session, "claimed", conversation.id, by=staff.id)
    notify.tell_desk(session, "queue", conversation.id)
    return handoff


def _uncalled(session: Session, conversation: Conversation) -> Handoff:
    handoff = Handoff(
        conversation_id=conversation.id, reason=HandoffReason.AGENT_REPLIED, asked_at=clock.now(session)
    )
    session.add(handoff)
    session.flush()
    return handoff


def _own(session: Session, conversation: Conversation, staff: Staff) -> Handoff:
    if conversation.owner != Owner.PERSON:
        raise NotYours(None)
    if conversation.staff_id != staff.id:
        raise NotYours(_owner(session, conversation))
    return _current(session, conversation)


def _owner(session: Session, conversation: Conversation) -> Staff:
    return session.get_one(Staff, conversation.staff_id)


def _current(session: Session, conversation: Conversation) -> Handoff:
    handoff = open_handoff(session, conversation)
    assert handoff is not None, "a person owns a conversation through a handoff"
    return handoff


def _pass_on(session: Session, conversation: Conversation, before: Staff, to: Staff) -> None:
    conversation.staff_id = to.id
    _tell_brand(session, conversation, texts.notice("person_changed", name=to.name, before=before.name))


def _leave(
    session: Session,
    conversation: Conversation,
    handoff: Handoff,
    owner: Owner,
    outcome: HandoffOutcome,
    staff: Staff,
) -> None:
    end(session, handoff, outcome, by=staff.id)
    conversation.owner, conversation.staff_id = owner.value, None
    if owner is Owner.BOT:
        conversation.stretch += 1
        _tell_brand(session, conversation, texts.notice(outcome, name=staff.name))
    else:
        _ask_how_it_was(session, conversation, handoff, texts.notice(outcome, name=staff.name))
    notify.tell_desk(session, "conversation", conversation.id, by=staff.id)


def _mail_to_who_is_away(
    session: Session, conversation: Conversation, handoff: Handoff, staff: Staff, text: str
) -> None:
    """The first answer to somebody who has not written for a while; what follows it is read in the chat."""
    if handoff.email is None or not _is_away(session, conversation):
        return
    subject, body = texts.answer_mail(name=staff.name, text=text)
    mail.send_mail(session, handoff.email, subject, body)


def _is_away(session: Session, conversation: Conversation) -> bool:
    last = session.scalar(
        select(Message)
        .where(
            Message.conversation_id == conversation.id,
            Message.speaker.in_([Speaker.BRAND.value, Speaker.PERSON.value]),
        )
        .order_by(Message.seq.desc())
        .limit(1)
    )
    return last is not None and last.speaker == Speaker.BRAND and last.at < clock.now(session) - _AWAY_AFTER


def _ask_how_it_was(session: Session, conversation: Conversation, handoff: Handoff, text: str) -> None:
    buttons = ratings.question(session, conversation, handoff)
    asked = f"{text}\n\n{texts.notice('how_was_it')}" if buttons else text
    _tell_brand(session, conversation, asked, buttons)


def _tell_brand(
    session: Session, conversation: Conversation, text: str, buttons: list[dict[str, str]] | None = None
) -> None:
    """Who answers is not worth a template, and nothing else gets through a window that is closed."""
    session.flush()
    way = outbox.ON_CHANNEL if reach.takes_notices(session, conversation) else outbox.ON_WEBSITE
    messages.append_notice(session, conversation, text, buttons, way=way)
    notify.tell_state(session, conversation.id)


def _assign_ticket(session: Session, handoff: Handoff, staff: Staff) -> None:
    ticket = session.get(Ticket, handoff.ticket_id) if handoff.ticket_id else None
    if ticket is not None and ticket.staff_id is None:
        tickets.assign(session, ticket, staff, by=staff)


def _settle(session: Session, handoff: Handoff, outcome: str, staff: Staff) -> None:
    ticket = session.get(Ticket, handoff.ticket_id) if handoff.ticket_id else None
    if ticket is not None and ticket.settled_at is None:
        tickets.settle(session, ticket, outcome, by=staff)
