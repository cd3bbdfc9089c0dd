"""What the page of an opening shows: the clock as a ruler, the stages, and the documents by who acts."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from onboarding import clock, office_hours, promise, requirements
from onboarding.models import Application
from onboarding.names import Stage, Turn
from onboarding.promise import OpeningClock
from onboarding.registration.progress import Progress, progress_of
from onboarding.requirements import Checklist
from web import drawing
from web.drawing import Ruler


@dataclass(frozen=True)
class OpeningPage:
    """A draft has no clock and no ruler yet, but tells how far it is."""

    clock: OpeningClock | None
    ruler: Ruler | None
    checklist: Checklist
    people_are_there: bool
    progress: Progress | None = None


def read_opening(session: Session, application: Application) -> OpeningPage:
    opening = None if application.stage is Stage.DRAFT else promise.opening_clock(session, application)
    return OpeningPage(
        clock=opening,
        ruler=_drawn(opening) if opening else None,
        checklist=requirements.checklist(session, application),
        people_are_there=office_hours.is_open(clock.now(session)),
        progress=progress_of(session, application) if application.stage is Stage.DRAFT else None,
    )


def _drawn(opening: OpeningClock) -> Ruler:
    gone = [drawing.YOU if turn is Turn.BRAND else drawing.US for turn in opening.owners]
    kinds = gone + [drawing.NEXT] * opening.days_left
    kinds[opening.days_total - 1] = drawing.END
    return drawing.ruler(kinds, today=max(0, opening.day - 1))
