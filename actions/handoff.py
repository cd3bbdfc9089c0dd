"""Ways to a person: now, later, with a complaint, and when people are there."""

from actions.base import Skill
from actions.tickets import call_person, turn_into_ticket
from actions.turn import Turn
from conversations import promises, tickets
from conversations.models import Handoff, Ticket
from conversations.names import HandoffReason

_A_TICKET_INSTEAD = "ticket"


class ActionHandoffHuman(Skill):
    """A button after a broken promise asks for a ticket instead of waiting on."""

    intent = "handoff_human"

    def respond(self, turn: Turn) -> None:
        if turn.heard.entity("about") == _A_TICKET_INSTEAD:
            turn_into_ticket(turn)
        else:
            call_person(turn, _reason(turn))


def _reason(turn: Turn) -> HandoffReason:
    conversation = turn.asker.conversation
    if conversation is not None and promises.is_broken(turn.session, conversation):
        return HandoffReason.BROKEN_PROMISE
    return HandoffReason.ASKED_FOR_PERSON


class ActionHandoffComplaint(Skill):
    intent = "handoff_complaint"

    def respond(self, turn: Turn) -> None:
        call_person(turn, HandoffReason.COMPLAINT, turn.heard.text)


class ActionGiveEmail(Skill):
    """Reached from any message that brings the address a visitor was asked for."""

    intent = "give_email"

    def respond(self, turn: Turn) -> None:
        email, waits = turn.heard.entity("email"), _waiting(turn)
        if waits is None or email is None:
            turn.say("utter_no_email_needed")
            return
        if isinstance(waits, Ticket):
            promised_by = turn.moment(waits.promised_by)
            turn.say("utter_email_confirmed", email=email, reference=waits.reference, promised_by=promised_by)
        else:
            turn.say("utter_email_confirmed_waiting", email=email)
        while waits := _waiting(turn):
            tickets.confirm_email(waits, email)
            turn.session.flush()


def _waiting(turn: Turn) -> Ticket | Handoff | None:
    conversation = turn.asker.conversation
    return tickets.waiting_for_email(turn.session, conversation) if conversation else None
