"""Applications on their way to an opening: by stage, with the day of 30, whose turn it is, and who looks after each."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import assignments, promise
from onboarding.models import Application, Staff
from onboarding.names import Stage
from onboarding.programme import programme
from onboarding.promise import OpeningClock

DUE_IN_DAYS = 5
COLUMNS = (
    Stage.SUBMITTED,
    Stage.BRAND_REVIEW,
    Stage.DOCUMENT_REVIEW,
    Stage.CORRECTION_NEEDED,
    Stage.APPROVED,
    Stage.CONTRACT_AND_FEES,
    Stage.STORE_SETUP,
    Stage.FINAL_CHECK,
)


class Due(StrEnum):
    SOON = "soon"
    OVERDUE = "overdue"


@dataclass(frozen=True)
class Card:
    application: Application
    clock: OpeningClock
    assigned_to: Staff | None

    @property
    def due(self) -> Due | None:
        if self.clock.overdue_by:
            return Due.OVERDUE
        return Due.SOON if self.clock.days_left <= DUE_IN_DAYS else None


@dataclass(frozen=True)
class Column:
    stage: Stage
    label: str
    cards: list[Card]


@dataclass(frozen=True)
class Wanted:
    """What is asked for; everything where nothing is."""

    assigned_to: UUID | None = None
    nobodys: bool = False
    due: Due | None = None
    stage: Stage | None = None
    country: str | None = None


@dataclass(frozen=True)
class Board:
    """`countries` are those of all applications on their way, also where others are asked for."""

    columns: list[Column]
    countries: list[str]
    due_soon: int
    overdue: int

    @property
    def total(self) -> int:
        return sum(len(column.cards) for column in self.columns)


def board(session: Session, wanted: Wanted) -> Board:
    """In each column the one with the fewest days left first."""
    cards = _cards(session)
    shown = [card for card in cards if _fits(card, wanted)]
    stages = [stage for stage in COLUMNS if wanted.stage in (None, stage)]
    return Board(
        columns=[
            Column(
                stage, programme().stages[stage], [card for card in shown if card.application.stage is stage]
            )
            for stage in stages
        ],
        countries=sorted({card.application.company.country for card in cards}),
        due_soon=sum(card.due is Due.SOON for card in cards),
        overdue=sum(card.due is Due.OVERDUE for card in cards),
    )


def _cards(session: Session) -> list[Card]:
    running = session.scalars(
        select(Application)
        .where(Application.stage.in_(COLUMNS))
        .order_by(Application.submitted_at, Application.id)
    ).all()
    return _with_clocks(session, running)


def _with_clocks(session: Session, applications: Sequence[Application]) -> list[Card]:
    clocks = promise.opening_clocks(session, applications)
    owners = assignments.assigned(session, [one.id for one in applications])
    return [Card(one, clocks[one.id], owners.get(one.id)) for one in applications]


def _fits(card: Card, wanted: Wanted) -> bool:
    owner = card.assigned_to.id if card.assigned_to else None
    return (
        (wanted.assigned_to is None or wanted.assigned_to == owner)
        and not (wanted.nobodys and owner)
        and wanted.due in (None, card.due)
        and wanted.country in (None, card.application.company.country)
    )
