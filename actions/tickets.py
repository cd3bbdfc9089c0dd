"""A person's answer, promised: what an action says of a place in the queue and of a ticket."""

from datetime import datetime

from actions import wording
from actions.refusals import Refusal
from actions.turn import Turn
from conversations import handoff, queue, tickets
from conversations.handoff_history import open_handoff
from conversations.models import Conversation, Handoff, Ticket
from conversations.names import HandoffReason, Owner
from onboarding import clock, office_hours


class NoConversation(Refusal):
    code = "no_conversation"


def call_person(
    turn: Turn, reason: HandoffReason, detail: str | None = None, *, response: str | None = None
) -> None:
    """Says what the notice of the queue does not say; out of hours, what a ticket promises; in other words when asked
    again.
    """
    conversation = _conversation(turn)
    before = open_handoff(turn.session, conversation)
    was_waiting, had_ticket = conversation.owner == Owner.WAITING, before is not None and before.ticket_id
    called = handoff.ask_for_person(turn.session, conversation, reason, detail)
    ticket = handoff.ticket_of(turn.session, called)
    if conversation.owner == Owner.WAITING:
        is_new = not was_waiting or (reason.is_grave and not had_ticket)
        _say_waiting(
            turn, conversation, called, ticket, response or _of_reason("waiting", reason, is_new, turn)
        )
    else:
        assert ticket is not None
        _say_ticket(turn, ticket, response or _of_reason("ticket", reason, not had_ticket, turn))


def open_ticket(
    turn: Turn, reason: str, detail: str | None = None, *, response: str | None = None, **values: object
) -> None:
    """Opens the ticket, or names the one that is open for this reason; the assistant goes on."""
    ticket = tickets.open_ticket(turn.session, _conversation(turn), reason, detail)
    _say_ticket(turn, ticket, response or f"utter_ticket_{reason}", **values)


def ask_for_call(turn: Turn, at: datetime, phone: str) -> None:
    detail = wording.phrase("line_call_wished", at=turn.moment(at), phone=phone)
    ticket = tickets.ask_for_call(turn.session, _conversation(turn), at=at, phone=phone, detail=detail)
    _say_ticket(turn, ticket, "utter_callback_passed_on", at=turn.moment(at), phone=phone)


def turn_into_ticket(turn: Turn) -> None:
    ticket = handoff.to_ticket(turn.session, _conversation(turn))
    if ticket is None:
        call_person(turn, HandoffReason.ASKED_FOR_PERSON)
    else:
        _say_ticket(turn, ticket, "utter_ticket_instead")


def hours(turn: Turn) -> str:
    now = clock.now(turn.session)
    if office_hours.is_open(turn.session, now):
        return wording.phrase("line_team_is_here")
    return wording.phrase("line_team_is_away", back=turn.moment(office_hours.next_opening(turn.session, now)))


def _conversation(turn: Turn) -> Conversation:
    if turn.asker.conversation is None:
        raise NoConversation
    return turn.asker.conversation


def _of_reason(kind: str, reason: HandoffReason, is_new: bool, turn: Turn) -> str:
    if is_new:
        return f"utter_{kind}_{reason}"
    times = int(turn.slot("asked_again") or 0)
    turn.remember(asked_again=times + 1)
    return wording.numbered(f"utter_{kind}_again", times)


def _say_waiting(
    turn: Turn, conversation: Conversation, called: Handoff, ticket: Ticket | None, response: str
) -> None:
    assert called.promised_by is not None
    turn.say(
        response,
        reference=ticket.reference if ticket else "",
        position=queue.position(turn.session, conversation) or 1,
        promised_by=turn.moment(called.promised_by),
        reach="" if called.email else " " + wording.phrase("line_ask_email_waiting"),
    )


def _say_ticket(turn: Turn, ticket: Ticket, response: str, **values: object) -> None:
    turn.say(
        response,
        reference=ticket.reference,
        promised_by=turn.moment(ticket.promised_by),
        hours=hours(turn),
        reach=_reach(ticket.email),
        **values,
    )


def _reach(email: str | None) -> str:
    return wording.phrase("line_reach_by_email", email=email) if email else wording.phrase("line_ask_email")
