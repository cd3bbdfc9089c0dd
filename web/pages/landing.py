"""The start page: what the programme promises, with every figure read from programme.yml."""

from aiohttp import web

from onboarding.names import Stage, Turn
from onboarding.programme import Programme, programme
from onboarding.programme_types import DocumentWords
from web import drawing
from web.drawing import Ruler
from web.rendering import render


async def landing(request: web.Request) -> web.Response:
    figures = programme()
    return render(
        request,
        "landing.html",
        plan=[step for step in figures.opening.plan.value if step.stage is not Stage.OPEN],
        ruler=_plan_drawn(figures),
        days_of=_days_of(figures),
        documents=_always_needed(figures),
    )


def _plan_drawn(figures: Programme) -> Ruler:
    days = figures.opening.days.value
    kinds = [drawing.YOU if turn is Turn.BRAND else drawing.US for turn in _turns(figures)]
    return drawing.ruler([*kinds[: days - 1], drawing.END])


def _turns(figures: Programme) -> list[Turn]:
    steps = figures.opening.plan.value
    return [
        next(step.turn for step in steps if step.from_day <= day <= step.to_day)
        for day in range(1, figures.opening.days.value + 1)
    ]


def _days_of(figures: Programme) -> dict[Turn, int]:
    turns = _turns(figures)
    return {turn: turns.count(turn) for turn in Turn}


def _always_needed(figures: Programme) -> list[DocumentWords]:
    """What every applicant for a brand's own store sends with the registration."""
    return [
        figures.documents[rule.document]
        for rule in figures.requirements.value
        if rule.needed_by is Stage.SUBMITTED
        and rule.declares is None
        and rule.categories is None
        and (rule.store_types is None or len(rule.store_types) > 1)
    ]
