"""Moving an application: each move on a page of its own, with what stands against it or what it asks for."""

from dataclasses import dataclass
from datetime import date

from aiohttp import web
from sqlalchemy.orm import Session

from conversations import team_moves
from onboarding import audit, clock, dossier, stages
from onboarding.errors import DomainError
from onboarding.models import Appeal, Application, Staff
from onboarding.opening import refusal, team
from onboarding.opening.names import SET_UP
from onboarding.opening.team import Possible, TeamMove
from onboarding.opening.wording import FieldsRefused, short_title
from web.database import in_database
from web.desk.board import BOARD
from web.desk.posted import posted
from web.desk.rendering import render_desk
from web.keys import SETTINGS
from web.security.forms import token_form
from web.security.staff_sessions import staff_member


@dataclass(frozen=True)
class MovePage:
    application: Application
    one: Possible
    appeal: Appeal | None
    today: date


async def ask(request: web.Request) -> web.Response:
    return await _page(request)


async def make(request: web.Request) -> web.Response:
    sent = await posted(request)
    if sent.expired:
        return await _page(request, sent.values, {"main": sent.expired})
    number, move = request.match_info["application"], _move(request)
    try:
        await in_database(
            request.app,
            _make,
            staff_member(request),
            number,
            move,
            sent.values,
            request.app[SETTINGS].base_url,
        )
    except FieldsRefused as refused:
        return await _page(request, sent.values, refused.errors)
    except DomainError as refused:
        # A colleague was quicker, or the brand changed something: the page tells what stands against it now.
        return await _page(request, sent.values, {"main": str(refused)}, status=409)
    raise web.HTTPSeeOther(f"{BOARD}/{number}?done={move.lower()}")


def _make(
    session: Session, staff: Staff, number: str, move: TeamMove, typed: dict[str, str], base_url: str
) -> None:
    application = stages.locked(session, dossier.application_numbered(session, number).id)
    before = application.stage
    given = team.given(session, application, move, typed)
    team_moves.make(session, application.id, move, given, by=staff.name, base_url=base_url)
    audit.record(
        session,
        staff,
        "application moved",
        "application",
        number,
        move=move,
        was=before,
        now=application.stage,
    )


async def _page(
    request: web.Request,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 422,
) -> web.Response:
    found = await in_database(request.app, _asked_for, request.match_info["application"], _move(request))
    return render_desk(
        request,
        "desk/applications/move.html",
        status=status if errors else 200,
        application=found.application,
        one=found.one,
        appeal=found.appeal,
        today=found.today,
        typed=typed or {},
        errors=errors or {},
        step_names={step.value: short_title(step) for step in SET_UP},
        form=token_form(request),
    )


def _asked_for(session: Session, number: str, move: TeamMove) -> MovePage:
    application = dossier.application_numbered(session, number)
    return MovePage(
        application,
        team.described(session, application, move),
        refusal.appeal_of(session, application),
        clock.today_in_china(session),
    )


def _move(request: web.Request) -> TeamMove:
    asked = request.match_info["move"].upper()
    if asked not in set(TeamMove):
        raise web.HTTPNotFound
    return TeamMove(asked)
