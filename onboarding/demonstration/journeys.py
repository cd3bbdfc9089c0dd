"""Made-up ways through the stages, up to the one an application is in."""

from random import Random

from onboarding.demonstration.calendar import Calendar
from onboarding.demonstration.records import Change
from onboarding.names import Stage

# Stage, least and most days in it.
_START = ((Stage.SUBMITTED, 0, 0), (Stage.BRAND_REVIEW, 2, 3))
_REVIEW = ((Stage.DOCUMENT_REVIEW, 3, 5),)
_CORRECTION = ((Stage.CORRECTION_NEEDED, 2, 5), (Stage.DOCUMENT_REVIEW, 1, 3))
_AFTERWARDS = (
    (Stage.APPROVED, 0, 1),
    (Stage.CONTRACT_AND_FEES, 2, 5),
    (Stage.STORE_SETUP, 4, 7),
    (Stage.FINAL_CHECK, 1, 2),
    (Stage.OPEN, 0, 0),
)
_STRAIGHT = _START + _REVIEW + _AFTERWARDS
_CORRECTED = _START + _REVIEW + _CORRECTION + _AFTERWARDS
_REFUSED = (*_START, *_REVIEW, (Stage.REJECTED, 0, 0))
_TAKEN_BACK = (*_START, *_REVIEW, (Stage.WITHDRAWN, 0, 0))
_REASONS = {
    Stage.CORRECTION_NEEDED: "A document has to be corrected.",
    Stage.REJECTED: "The brand could not be accepted with these documents.",
    Stage.WITHDRAWN: "Withdrawn by the brand.",
}


def journey(random: Random, calendar: Calendar, stage: Stage, days_in_stage: int) -> tuple[Change, ...]:
    """In `stage` since so many days; one way in eight took longer than it should."""
    if stage is Stage.DRAFT:
        return (Change(Stage.DRAFT, calendar.at(days_in_stage, 9, random.randint(0, 59))),)
    way = _way_to(random, stage)
    slow = random.choice([1, 1, 1, 1, 1, 1, 1, 2])
    lengths = [random.randint(least, most) * slow for _, least, most in way[:-1]]
    days_ago = days_in_stage + sum(lengths)
    changes = []
    for place, (passed, _, _) in enumerate(way):
        changes.append(Change(passed, calendar.at(days_ago, 10, 5 * place), _REASONS.get(passed)))
        days_ago -= lengths[place] if place < len(lengths) else 0
    return tuple(changes)


def _way_to(random: Random, stage: Stage) -> tuple[tuple[Stage, int, int], ...]:
    if stage is Stage.REJECTED:
        return _REFUSED
    if stage is Stage.WITHDRAWN:
        return _TAKEN_BACK
    way = _CORRECTED if stage is Stage.CORRECTION_NEEDED else random.choice([_STRAIGHT, _CORRECTED])
    stages = [passed for passed, _, _ in way]
    return way[: stages.index(stage) + 1]
