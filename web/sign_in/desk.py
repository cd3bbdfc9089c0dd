"""The entrance for the staff; a code of the second factor comes on top, where one is owed."""

from datetime import timedelta

from aiohttp import web
from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import audit
from onboarding.models import Staff, StaffSession
from onboarding.names import SignedInBy
from onboarding.staff import links, passwords, sessions
from web.desk.paths import HOME, desk_path
from web.desk.rendering import render_desk
from web.keys import DESK_HUB
from web.security.cookies import OwnCookie
from web.security.policies import STAFF_SIGN_IN
from web.security.staff_sessions import STAFF_COOKIE, member
from web.sign_in.by_link import ByLink
from web.sign_in.by_password import ByPassword
from web.sign_in.entrance import Entrance
from web.sign_in.own_password import OwnPassword


def _begin_session(session: Session, staff: Staff, by: SignedInBy, old_token: str | None, device: str) -> str:
    old = sessions.find_member(session, old_token) if old_token else None
    if old is not None:
        sessions.close(session, old.session.key_hash)
    token, _ = sessions.open_session(session, staff, device, by)
    audit.record(session, staff, "signed in", "staff", staff.id, by=by)
    return token


def _staff(request: web.Request) -> Staff | None:
    who = member(request)
    return who.staff if who is not None else None


def _session(request: web.Request) -> StaffSession | None:
    who = member(request)
    return who.session if who is not None else None


def _people_to_try(session: Session) -> list[Staff]:
    of_demonstration = (Staff.is_demonstration, Staff.left_at.is_(None))
    return list(session.scalars(select(Staff).where(*of_demonstration).order_by(Staff.name)))


DESK = Entrance[Staff](
    path=STAFF_SIGN_IN,
    home=HOME,
    outside=STAFF_SIGN_IN,
    account="/desk/account",
    layout="desk/base.html",
    templates="desk/",
    letter="staff_sign_in",
    counted_as="staff:",
    cookie=STAFF_COOKIE,
    sent_to=OwnCookie("desk_sent_to", lasts=timedelta(minutes=15), path=STAFF_SIGN_IN),
    pages=DESK_HUB,
    within=desk_path,
    render=render_desk,
    person_of=_staff,
    session_of=_session,
    people_to_try=_people_to_try,
    request_link=links.request_link,
    consume_link=links.consume_link,
    begin_session=_begin_session,
    password_for=passwords.stored_for,
    password_of=passwords.stored_of,
    confirm_password=passwords.confirm,
    change_password=passwords.change,
)
BY_LINK, BY_PASSWORD, OWN_PASSWORD = ByLink(DESK), ByPassword(DESK), OwnPassword(DESK)
