"""A call at a time that suits both: asked for piece by piece, kept until it is complete or cancelled."""

import re
from dataclasses import asdict, replace
from datetime import datetime

from actions import wording
from actions.base import Skill
from actions.callback_wish import Wish, moment_of, with_heard
from actions.tickets import ask_for_call, hours, open_ticket
from actions.turn import Turn
from conversations import tickets
from onboarding import clock, dates, office_hours

_BY_MAIL = re.compile(r"\be-?mail|\bmail\b|\bwrite\b|@", re.IGNORECASE)


class ActionHandoffCallback(Skill):
    intent = "handoff_callback"

    def respond(self, turn: Turn) -> None:
        wish = Wish.kept(turn)
        if wish is not None and wish.is_passed_on and turn.heard.intent == self.intent:
            wish = None  # another call
        if wish is None and _BY_MAIL.search(turn.heard.text):
            open_ticket(turn, tickets.CALLBACK, turn.heard.text)
            return
        wish = with_heard(turn, wish or Wish())
        at = moment_of(turn, wish)
        turn.remember(callback=asdict(wish), question={"asks": "callback", "for": self.intent})
        if at is None:
            turn.say("utter_callback_when", hours=_office_hours_there(turn), phone=_asks_phone(wish))
        elif at <= clock.now(turn.session):
            turn.say("utter_callback_past", at=turn.moment(at), hours=_office_hours_there(turn))
        elif not office_hours.is_open(turn.session, at):
            turn.say("utter_callback_away", at=turn.moment(at), hours=_office_hours_there(turn))
        elif wish.phone is None:
            turn.say("utter_callback_which_number", at=turn.moment(at))
        else:
            _ask_for_call(turn, at, wish, wish.phone)


def _ask_for_call(turn: Turn, at: datetime, wish: Wish, phone: str) -> None:
    """Kept also afterwards, so that the time can be corrected."""
    ask_for_call(turn, at, phone)
    turn.remember(callback=asdict(replace(wish, is_passed_on=True)), question=None)


def _asks_phone(wish: Wish) -> str:
    return "" if wish.phone else " " + wording.phrase("line_and_which_number")


def _office_hours_there(turn: Turn) -> str:
    """Opening hours in the asker's zone, as they are on the next working day."""
    opens = office_hours.next_opening(turn.session, clock.now(turn.session))
    day = opens.astimezone(clock.CHINA).date()
    closes = datetime.combine(day, office_hours.rules_on(turn.session, day).closes.value, clock.CHINA)
    return wording.phrase(
        "line_call_hours",
        opens=f"{opens.astimezone(turn.zone):%H:%M}",
        closes=f"{closes.astimezone(turn.zone):%H:%M}",
        place=dates.place(turn.zone),
        team=hours(turn),
    )
