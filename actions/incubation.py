"""Sales of an open store: so far, against the goal and an even pace, and the days that are left."""

from abc import abstractmethod

from actions import suggestions, wording
from actions.base import LiveAction
from actions.brands import without_application
from actions.converted import converted
from actions.own_case import benefits_told
from actions.periods import period_meant
from actions.refusals import Refusal, StoreNotOpen
from actions.turn import Turn
from onboarding import dates
from onboarding import incubation as sales
from onboarding.incubation import Incubation
from onboarding.models import Application, Brand
from onboarding.money import Money, format_money, format_whole
from onboarding.programme import programme
from onboarding.promise import opening_clock


class IncubationAction(LiveAction):
    def answer(self, turn: Turn, brand: Brand) -> None:
        incubation = sales.incubation(turn.session, brand)
        if incubation is None:
            raise _why_not_open(turn, brand)
        if incubation.complete_days:
            self.tell(turn, brand, incubation)
        else:
            turn.say("utter_no_complete_day", **_values(turn, brand, incubation))
        turn.suggest(*suggestions.for_brand(turn, brand, besides=self.intent))

    @abstractmethod
    def tell(self, turn: Turn, brand: Brand, incubation: Incubation) -> None: ...


class ActionGmvToDate(IncubationAction):
    intent = "gmv_to_date"
    takes = frozenset(("currency", "month", "date"))

    def tell(self, turn: Turn, brand: Brand, incubation: Incubation) -> None:
        turn.say(
            "utter_gmv_to_date",
            **_values(turn, brand, incubation),
            converted=converted(turn, incubation.total),
            period=wording.paragraph(_in_period(turn, brand)),
        )


class ActionIncubationProgress(IncubationAction):
    intent = "incubation_progress"

    def tell(self, turn: Turn, brand: Brand, incubation: Incubation) -> None:
        turn.say(
            _pace(incubation),
            **_values(turn, brand, incubation),
            milestones=wording.paragraph(benefits_told(turn, incubation)),
        )


class ActionGmvTarget(IncubationAction):
    """The goal is public; the gap to it is the brand's own."""

    intent = "gmv_target"
    takes = frozenset(("currency",))

    def respond(self, turn: Turn) -> None:
        if turn.own_brands:
            super().respond(turn)
        else:
            self._tell_goal(turn)
            turn.suggest(*suggestions.for_asker(turn))

    def answer(self, turn: Turn, brand: Brand) -> None:
        incubation = sales.incubation(turn.session, brand)
        if incubation is None:
            self._tell_goal(turn)
        else:
            self.tell(turn, brand, incubation)
        turn.suggest(*suggestions.for_brand(turn, brand, besides=self.intent))

    def tell(self, turn: Turn, brand: Brand, incubation: Incubation) -> None:
        reached = incubation.gap_to_target.minor <= 0
        turn.say(
            "utter_own_goal_reached" if reached else "utter_own_goal",
            **_values(turn, brand, incubation),
            converted=converted(turn, incubation.gap_to_target),
        )

    def _tell_goal(self, turn: Turn) -> None:
        rules = programme().incubation
        turn.say(
            "utter_goal",
            target=format_money(rules.target.value),
            converted=converted(turn, rules.target.value),
            days=rules.days.value,
            counting_rule=rules.counting_rule.value,
            **wording.source_of(rules.target),
        )


class ActionIncubationDaysLeft(IncubationAction):
    intent = "incubation_days_left"

    def tell(self, turn: Turn, brand: Brand, incubation: Incubation) -> None:
        response = "utter_days_left" if incubation.days_left > 0 else "utter_days_over"
        turn.say(response, **_values(turn, brand, incubation))


def _pace(incubation: Incubation) -> str:
    if incubation.is_over:
        return "utter_days_over"
    return "utter_on_track" if incubation.ahead_by.minor >= 0 else "utter_behind"


def _why_not_open(turn: Turn, brand: Brand) -> Refusal:
    application = turn.application_of(brand)
    if application is None:
        return without_application(turn, brand)
    return StoreNotOpen(
        brand=brand.name,
        stage=programme().stages[application.stage],
        target=_target_opening(turn, application),
        days_total=programme().incubation.days.value,
    )


def _target_opening(turn: Turn, application: Application) -> str:
    """Nothing where no opening is on its way."""
    if application.submitted_at is None or application.stage.is_closed:
        return ""
    clock = opening_clock(turn.session, application)
    return " " + wording.phrase("line_target_opening", target=turn.day(clock.target_on))


def _values(turn: Turn, brand: Brand, incubation: Incubation) -> dict[str, object]:
    return {
        "brand": brand.name,
        "total": format_money(incubation.total),
        "complete_days": wording.counted(incubation.complete_days, "complete_day"),
        "day": incubation.day,
        "days_total": incubation.days_total,
        "days_left": wording.counted(max(incubation.days_left, 0), "day"),
        "first_day": turn.day(incubation.opened_on),
        "last_day": turn.day(incubation.last_day),
        "even_pace": format_whole(incubation.even_pace),
        "difference": format_whole(abs(incubation.ahead_by)),
        "target": format_money(incubation.target),
        "percent": f"{incubation.percent:.0f}%",
        "gap": format_money(incubation.gap_to_target),
        "daily_needed": format_whole(incubation.daily_needed),
        "counting_rule": programme().incubation.counting_rule.value,
        "ends": turn.moment(dates.end_of_day_in_china(incubation.last_day)),
        "as_of": turn.moment(incubation.as_of),
        "now": turn.as_of,
    }


def _in_period(turn: Turn, brand: Brand) -> str:
    """The sales of the month or the days that were named, as far as their days are complete."""
    period = period_meant(turn)
    if period is None:
        return ""
    amounts = [fen for day, fen in sales.gmv_by_day(turn.session, brand) if day in period]
    return wording.phrase(
        "line_sales_of_period" if amounts else "line_no_sales_of_period",
        period=period.label,
        amount=format_money(Money(sum(amounts))),
        complete_days=wording.counted(len(amounts), "complete_day"),
    )
