"""Where the opening stands, how long it may take, what holds it up and what comes next."""

from abc import abstractmethod
from dataclasses import dataclass

from actions import steps_told, suggestions, wording
from actions.base import LiveAction
from actions.brands import without_application
from actions.documents_told import documents_in_brief, lines_to_send, sections, to_send
from actions.incubation import ActionIncubationDaysLeft
from actions.tickets import open_ticket
from actions.turn import Turn
from onboarding.models import Application, Brand
from onboarding.names import Stage
from onboarding.names import Turn as Side
from onboarding.programme import programme
from onboarding.promise import OpeningClock, opening_clock
from onboarding.requirements import Checklist, checklist

_NOT_RUNNING = frozenset((Stage.DRAFT, Stage.OPEN, Stage.REJECTED))


@dataclass(frozen=True)
class Case:
    brand: Brand
    application: Application
    clock: OpeningClock
    checklist: Checklist


class OpeningAction(LiveAction):
    """Drafts, open stores and refused applications get the same answer, whatever was asked of the opening."""

    def answer(self, turn: Turn, brand: Brand) -> None:
        application = turn.application_of(brand)
        if application is None:
            raise without_application(turn, brand)
        if application.stage in _NOT_RUNNING:
            _tell_not_running(turn, brand, application)
        else:
            clock = opening_clock(turn.session, application)
            self.tell(turn, Case(brand, application, clock, checklist(turn.session, application)))
        turn.suggest(*suggestions.for_brand(turn, brand, besides=self.intent))

    @abstractmethod
    def tell(self, turn: Turn, case: Case) -> None: ...


class ActionStoreOpeningStatus(OpeningAction):
    intent = "store_opening_status"
    is_overview = True

    def tell(self, turn: Turn, case: Case) -> None:
        turn.say(
            "utter_opening_status",
            **_clock_values(turn, case),
            documents=documents_in_brief(case.checklist),
        )


class ActionStoreOpeningCountdown(OpeningAction):
    """Of a store that is open, the days left are those of its incubation."""

    intent = "store_opening_countdown"

    def answer(self, turn: Turn, brand: Brand) -> None:
        application = turn.application_of(brand)
        if application and application.stage is Stage.OPEN:
            ActionIncubationDaysLeft().answer(turn, brand)
        else:
            super().answer(turn, brand)

    def tell(self, turn: Turn, case: Case) -> None:
        turn.say(_countdown(case.clock), **_clock_values(turn, case))
        if case.clock.overdue_by:
            turn.suggest("store_opening_expedite")


class ActionStoreOpeningBlockers(OpeningAction):
    intent = "store_opening_blockers"

    def tell(self, turn: Turn, case: Case) -> None:
        steps = steps_told.lines(turn, case.brand, case.application)
        told = [sections(turn, case.brand, case.checklist)]
        told += [wording.phrase("line_section_steps", lines="\n".join(steps))] if steps else []
        what_is_open = "\n\n".join(filter(None, told))
        response = "utter_opening_blockers" if what_is_open else "utter_opening_no_blockers"
        turn.say(response, **_clock_values(turn, case), sections=what_is_open)


class ActionStoreOpeningNextStep(OpeningAction):
    intent = "store_opening_next_step"

    def tell(self, turn: Turn, case: Case) -> None:
        lines = lines_to_send(turn, case.brand, case.checklist)
        lines += steps_told.lines(turn, case.brand, case.application)
        if not lines and case.clock.turn == Side.BRAND:
            lines = [wording.phrase(f"line_do_{case.clock.stage}")]
        response = "utter_next_step" if lines else "utter_nothing_to_do"
        turn.say(response, **_clock_values(turn, case), lines="\n".join(lines))


class ActionStoreOpeningExpedite(OpeningAction):
    """Recorded for a person to decide; what the brand itself can speed up is said at once."""

    intent = "store_opening_expedite"

    def tell(self, turn: Turn, case: Case) -> None:
        open_ticket(turn, "expedite", f"{case.application.number}: {turn.heard.text}")
        waiting = to_send(case.checklist)
        response = "utter_expedite_yours" if waiting else "utter_expedite_ours"
        turn.say(response, **_clock_values(turn, case), documents=wording.counted(len(waiting), "document"))


def _countdown(clock: OpeningClock) -> str:
    if clock.overdue_by:
        return "utter_opening_overdue"
    return "utter_opening_countdown" if clock.days_left else "utter_opening_last_day"


def _tell_not_running(turn: Turn, brand: Brand, application: Application) -> None:
    since = opening_clock(turn.session, application).stage_since if application.submitted_at else None
    waiting = to_send(checklist(turn.session, application)) if application.stage == Stage.DRAFT else []
    turn.say(
        f"utter_opening_{application.stage.lower()}",
        brand=brand.name,
        number=application.number,
        since=turn.day(since) if since else "",
        days_total=programme().opening.days.value,
        documents=wording.counted(len(waiting), "document"),
        as_of=turn.as_of,
    )


def _clock_values(turn: Turn, case: Case) -> dict[str, object]:
    clock = case.clock
    return {
        "brand": case.brand.name,
        "number": case.application.number,
        "day": clock.day,
        "days_total": clock.days_total,
        "days_left": wording.counted(clock.days_left, "day"),
        "overdue_by": wording.counted(clock.overdue_by, "day"),
        "clock": _clock_in_brief(turn, clock),
        "target": turn.day(clock.target_on),
        "submitted": turn.day(clock.submitted_on),
        "stage": clock.history[-1].label,
        "since": turn.day(clock.stage_since),
        "whose": wording.phrase(f"line_turn_{clock.turn}"),
        "with_us": wording.counted(clock.days_with_us, "day"),
        "with_you": wording.counted(clock.days_with_you, "day"),
        "as_of": turn.as_of,
    }


def _clock_in_brief(turn: Turn, clock: OpeningClock) -> str:
    return wording.phrase(
        "line_clock_overdue" if clock.overdue_by else "line_clock_running",
        day=clock.day,
        days_total=clock.days_total,
        target=turn.day(clock.target_on),
        overdue_by=wording.counted(clock.overdue_by, "day"),
    )
