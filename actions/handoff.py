"""Ways to a person: now, later, with a complaint, and when people are there."""

from actions.base import Skill
from actions.tickets import hand_over
from actions.turn import Turn
from conversations import tickets
from conversations.models import Ticket


class ActionHandoffHuman(Skill):
    intent = "handoff_human"

    def respond(self, turn: Turn) -> None:
        hand_over(turn, "asked_for_person")


class ActionHandoffComplaint(Skill):
    intent = "handoff_complaint"

    def respond(self, turn: Turn) -> None:
        hand_over(turn, "complaint", turn.heard.text)


class ActionGiveEmail(Skill):
    """Reached from any message that brings the address a visitor was asked for."""

    intent = "give_email"

    def respond(self, turn: Turn) -> None:
        email, ticket = turn.heard.entity("email"), _waiting(turn)
        if ticket is None or email is None:
            turn.say("utter_no_email_needed")
            return
        promised_by = turn.moment(ticket.promised_by)
        turn.say("utter_email_confirmed", email=email, reference=ticket.reference, promised_by=promised_by)
        while ticket := _waiting(turn):
            tickets.confirm_email(turn.session, ticket, email)
            turn.session.flush()


def _waiting(turn: Turn) -> Ticket | None:
    conversation = turn.asker.conversation
    return tickets.waiting_for_email(turn.session, conversation) if conversation else None
