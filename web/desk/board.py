"""The applications board: by stage, with filters; the page of one application, and who looks after it."""

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from aiohttp import web
from sqlalchemy.orm import Session

from conversations import tickets
from conversations.models import Ticket
from onboarding import assignments, board, dossier
from onboarding.board import Board, Due, Wanted
from onboarding.dossier import Dossier
from onboarding.models import Staff
from onboarding.names import StaffRole, Stage
from onboarding.staff import permissions
from onboarding.staff.permissions import StaffRoleTooLow
from web.database import in_database
from web.desk.posted import posted
from web.desk.rendering import render_desk
from web.security.forms import token_form
from web.security.staff_sessions import staff_member

BOARD = "/desk/applications"
_NOBODY = "nobody"


@dataclass(frozen=True)
class Filters:
    """As they stand in the address; what makes no sense asks for nothing."""

    whose: str = ""
    due: str = ""
    stage: str = ""
    country: str = ""

    def wanted(self, staff: Staff) -> Wanted:
        return Wanted(
            assigned_to=staff.id if self.whose == "mine" else None,
            nobodys=self.whose == _NOBODY,
            due=Due(self.due) if self.due in set(Due) else None,
            stage=Stage(self.stage) if self.stage in set(board.COLUMNS) else None,
            country=self.country or None,
        )

    def address(self, **changed: str) -> str:
        """The board with these filters but for what is changed."""
        asked = {name: value for name, value in (vars(self) | changed).items() if value}
        return f"{BOARD}?{urlencode(asked)}" if asked else BOARD


async def show_board(request: web.Request) -> web.Response:
    filters = Filters(**{name: request.query.get(name, "") for name in ("whose", "due", "stage", "country")})
    staff = staff_member(request)
    found, waiting = await in_database(request.app, _board, filters.wanted(staff))
    return render_desk(
        request,
        "desk/applications/board.html",
        board=found,
        filters=filters,
        columns=board.COLUMNS,
        waiting=waiting,
        may_decide=permissions.at_least(staff.role, StaffRole.LEAD),
        due_in_days=board.DUE_IN_DAYS,
    )


async def show_application(request: web.Request) -> web.Response:
    return await application_page(request)


async def assign(request: web.Request) -> web.Response:
    """Everybody may take what nobody has and give up what is theirs; a lead assigns to anybody."""
    number, staff = request.match_info["application"], staff_member(request)
    sent = await posted(request)
    if sent.expired:
        return await application_page(request, {"to": sent.expired})
    to = _staff_id(sent.values.get("to", ""))
    await in_database(request.app, _assign, staff, number, to)
    raise web.HTTPSeeOther(f"{BOARD}/{number}?done=assigned")


async def application_page(request: web.Request, errors: dict[str, str] | None = None) -> web.Response:
    staff = staff_member(request)
    found, people, theirs = await in_database(request.app, _dossier, request.match_info["application"])
    is_lead = permissions.at_least(staff.role, StaffRole.LEAD)
    return render_desk(
        request,
        "desk/applications/application.html",
        status=422 if errors else 200,
        found=found,
        people=people,
        tickets=theirs,
        form=token_form(request),
        errors=errors or {},
        done=request.query.get("done"),
        is_lead=is_lead,
        sees_documents=permissions.sees_documents(staff.role),
        may_take=is_lead or found.assigned_to is None or found.assigned_to.id == staff.id,
    )


def _board(session: Session, wanted: Wanted) -> tuple[Board, int]:
    return board.board(session, wanted), dossier.decisions_waiting(session)


def _dossier(session: Session, number: str) -> tuple[Dossier, list[Staff], list[Ticket]]:
    found = dossier.open_dossier(session, number)
    theirs = [ticket for person, _ in found.people for ticket in tickets.of_contact(session, person)]
    return found, assignments.may_be_assigned(session), theirs


def _assign(session: Session, staff: Staff, number: str, to: UUID | None) -> None:
    application = dossier.application_numbered(session, number)
    holds = assignments.assigned(session, [application.id]).get(application.id)
    concerns_others = {holds.id if holds else None, to} - {None, staff.id}
    if concerns_others and not permissions.at_least(staff.role, StaffRole.LEAD):
        raise StaffRoleTooLow(staff.role, StaffRole.LEAD)
    assignments.assign(session, application.id, to, by=staff)


def _staff_id(typed: str) -> UUID | None:
    if not typed:
        return None
    try:
        return UUID(typed)
    except ValueError:
        raise web.HTTPNotFound from None
