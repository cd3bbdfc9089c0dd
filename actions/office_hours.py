"""When people are there."""

from calendar import day_abbr
from datetime import datetime, time

from actions import wording
from actions.base import Skill
from actions.tickets import hours
from actions.turn import Turn
from onboarding import clock, dates, office_hours
from onboarding.clock import CHINA


class ActionHandoffOfficeHours(Skill):
    intent = "handoff_office_hours"
    takes = frozenset(("time_zone",))
    is_topic = True

    def respond(self, turn: Turn) -> None:
        rules = office_hours.rules_today(turn.session)
        turn.say(
            "utter_office_hours",
            hours=hours(turn),
            days=_weekdays(rules.days.value),
            opens=f"{rules.opens.value:%H:%M}",
            closes=f"{rules.closes.value:%H:%M}",
            in_your_zone=_in_zone_of_reader(turn),
            holiday=_next_holiday(turn),
            first_reply=wording.counted(rules.first_reply_working_hours.value, "working_hour"),
            **wording.source_of(rules.opens),
        )
        turn.suggest("handoff_human", "handoff_callback")


def _weekdays(days: tuple[int, ...]) -> str:
    names = [day_abbr[day - 1] for day in days]
    return wording.phrase("line_from_to", first=names[0], last=names[-1])


def _in_zone_of_reader(turn: Turn) -> str:
    zone, rules = turn.zone, office_hours.rules_today(turn.session)
    now = clock.now(turn.session)
    if now.astimezone(zone).utcoffset() == now.astimezone(CHINA).utcoffset():
        return ""
    today = clock.today_in_china(turn.session)

    def there(at: time) -> str:
        return f"{datetime.combine(today, at, CHINA).astimezone(zone):%H:%M}"

    return wording.phrase(
        "line_hours_in_zone",
        opens=there(rules.opens.value),
        closes=there(rules.closes.value),
        place=dates.place(zone),
    )


def _next_holiday(turn: Turn) -> str:
    today = clock.today_in_china(turn.session)
    coming = [
        holiday for holiday in office_hours.rules_today(turn.session).holidays.value if holiday.last >= today
    ]
    if not coming:
        return ""
    holiday = min(coming, key=lambda one: one.first)
    first, last = turn.day(holiday.first), turn.day(holiday.last)
    return " " + wording.phrase("line_holiday_next", holiday=holiday.name, first=first, last=last)
