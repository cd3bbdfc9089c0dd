"""Online or away, switched in the head of every page of the desk."""

from uuid import UUID

from aiohttp import web
from sqlalchemy.orm import Session

from onboarding import audit
from onboarding.models import Staff
from web.database import in_database
from web.desk.paths import desk_path
from web.desk.rendering import PresenceForm
from web.security.forms import form_meta
from web.security.staff_sessions import staff_member


async def change_presence(request: web.Request) -> web.Response:
    form = PresenceForm(await request.post(), meta=form_meta(request))
    if form.validate():
        await in_database(request.app, _change, staff_member(request).id, form.away.data == "yes")
    raise web.HTTPSeeOther(desk_path(form.back_to.data))


def _change(session: Session, staff_id: UUID, is_away: bool) -> None:
    staff = session.get_one(Staff, staff_id, with_for_update=True)
    if staff.is_away == is_away:
        return
    staff.is_away = is_away
    audit.record(session, staff, "went away" if is_away else "came online", "staff", staff.id)
