"""A person's answer, promised: what an action says of a ticket."""

from actions import wording
from actions.refusals import Refusal
from actions.turn import Turn
from conversations import tickets
from onboarding import clock, office_hours


class NoConversation(Refusal):
    code = "no_conversation"


def hand_over(
    turn: Turn, reason: str, detail: str | None = None, *, response: str | None = None, **values: object
) -> None:
    """Opens the ticket, or names the one that is open for this reason."""
    conversation = turn.asker.conversation
    if conversation is None:
        raise NoConversation
    ticket = tickets.open_ticket(turn.session, conversation, reason, detail)
    turn.say(
        response or f"utter_ticket_{reason}",
        reference=ticket.reference,
        promised_by=turn.moment(ticket.promised_by),
        hours=hours(turn),
        reach=_reach(ticket.email),
        **values,
    )


def _reach(email: str | None) -> str:
    return wording.phrase("line_reach_by_email", email=email) if email else wording.phrase("line_ask_email")


def hours(turn: Turn) -> str:
    now = clock.now(turn.session)
    if office_hours.is_open(turn.session, now):
        return wording.phrase("line_team_is_here")
    return wording.phrase("line_team_is_away", back=turn.moment(office_hours.next_opening(turn.session, now)))
