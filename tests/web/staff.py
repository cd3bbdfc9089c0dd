"""A browser without a screen in which somebody of the staff works; the people are those of the demonstration."""

import re

from aiohttp.test_utils import TestServer
from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.models import Staff
from onboarding.names import SignedInBy
from onboarding.staff import second_factor, sessions
from tests.web.visitor import Page, Visitor
from web.keys import SECOND_FACTORS, SESSIONS

MEI, JONAS = "mei.lin@desk.example", "jonas.weber@desk.example"  # agents
TAO, HANA = "tao.chen@desk.example", "hana.park@desk.example"  # reviewers
RUI = "rui.zhang@desk.example"  # lead
AMARA = "amara.osei@desk.example"  # operator


class StaffVisitor(Visitor):
    """`enter` is the short way for tests of what lies behind the sign-in."""

    def __init__(self, server: TestServer) -> None:
        super().__init__(server)
        self._sessions, self._vault = server.app[SESSIONS], server.app[SECOND_FACTORS]

    async def sign_in(self, email: str) -> Page:
        """By the mailed link, then with a code; the second factor is set up where there is none."""
        page = await self.follow_staff_link(await self.ask_for_staff_link(email))
        if page.path == "/desk/sign-in/code":
            return await self.submit(page, page.path, code=self.code_of(email), next=page.field("next"))
        set_up = await self.open("/desk/account/second-factor")
        await self.submit(set_up, set_up.path, code=self.code_of(email), next="/desk")
        return await self.open("/desk")

    async def enter(self, email: str, *, second_factor: bool = True) -> Page:
        """With a session of the database's own, as if the second factor had been shown."""
        with self._sessions.begin() as session:
            self.set_cookie("staff", open_staff_session(session, email, second_factor=second_factor))
        return await self.open("/desk")

    async def ask_for_staff_link(self, email: str) -> str:
        await self.submit(await self.open("/desk/sign-in"), "/desk/sign-in", email=email)
        return (await self.open("/demo/mail")).links("/desk/sign-in/link/")[0]

    async def follow_staff_link(self, link: str) -> Page:
        page = await self.open(link)
        return await self.submit(
            page, "/desk/sign-in/link", token=page.field("token"), next=page.field("next")
        )

    def code_of(self, email: str) -> str:
        """One that was not used yet: the half minute is not waited for."""
        with self._sessions.begin() as session:
            staff = staff_named(session, email)
            assert staff.totp_secret is not None, f"{email} has no second factor"
            step = second_factor.current_step()
            if staff.totp_last_step is not None and staff.totp_last_step >= step:
                staff.totp_last_step = step - 1
            return second_factor.code_at(second_factor.secret_in(self._vault, staff.totp_secret), step)


def staff_named(session: Session, email: str) -> Staff:
    return session.scalars(select(Staff).where(Staff.email == email)).one()


def open_staff_session(session: Session, email: str, *, second_factor: bool = True) -> str:
    """The token for the cookie "staff"."""
    token, _ = sessions.open_session(
        session,
        staff_named(session, email),
        "a test",
        SignedInBy.LINK,
        second_factor_at=clock.now(session) if second_factor else None,
    )
    return token


def new_code(html: str) -> str:
    """The one that a demonstration shows beside the field."""
    found = re.search(r'<b class="num">(\d{6})</b>', html)
    assert found is not None
    return found[1]
