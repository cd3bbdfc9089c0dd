"""An agent at the desk beside a channel on which somebody writes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from conversations import handoff, lookup
from conversations.channels import linking, templates
from conversations.channels.models import ChannelAccount, ChannelTemplate
from conversations.channels.shapes import Channel
from conversations.channels.templates import Entered
from conversations.mail import demonstration_mails
from conversations.names import HandoffReason
from onboarding.database import SessionFactory
from onboarding.settings import Settings
from tests.channels.house import House, house
from tests.channels.provider import ProviderDouble
from tests.onboarding import people as written
from tests.web.staff import MEI, StaffVisitor
from tests.web.visitor import INGRID, Page

PHONE = "+4790000001"
TEMPLATE = "HX" + "0" * 32
TEXT = "Hello {{1}}, we have an answer to your question about {{2}}. Write to us to read it."


class ChannelDesk:
    """An agent at the desk of a house, and somebody who writes on its channel."""

    def __init__(self, opened: House, agent: StaffVisitor, user: str) -> None:
        self.house, self.agent, self.user = opened, agent, user
        self._written = 0

    @property
    def path(self) -> str:
        return f"/desk/conversations/{self.house.identity(self.user).conversation_id}"

    async def writes(self, text: str) -> None:
        self._written += 1
        hook = self.house.provider.written(self.user, text, f"in{self._written}")
        assert await self.house.deliver(hook) == [200]

    def is_linked(self) -> None:
        with self.house.sessions.begin() as session:
            ingrid = written.contact(session, INGRID)
            linking.join(session, linking.locked(session, self.house.identity(self.user).id), ingrid)

    def calls_a_person(self) -> None:
        with self.house.sessions.begin() as session:
            conversation = lookup.locked(session, self.house.identity(self.user).conversation_id)
            handoff.ask_for_person(session, conversation, HandoffReason.ASKED_FOR_PERSON)

    def has_template(self, name: str = TEMPLATE, text: str = TEXT, *labels: str) -> ChannelTemplate:
        with self.house.sessions.begin() as session:
            account = session.get_one(ChannelAccount, self.house.account_id)
            return templates.add(session, account, Entered(name, text, labels=labels))

    async def passes(self, **time: float) -> None:
        """A session at the desk does not last for so long."""
        self.house.pass_time(timedelta(**time))
        await self.agent.enter(MEI)

    async def opens(self) -> Page:
        return await self.agent.open(self.path)

    async def sends(self, page: Page, form: str, **values: str) -> Page:
        external_id = page.field("external_id") if "external_id" in page.html else ""
        return await self.agent.submit(page, f"{self.path}/{form}", external_id=external_id, **values)

    async def background_works(self) -> None:
        await self.house.send_all()

    def mails(self) -> list[str]:
        with self.house.sessions() as session:
            return [f"{one.recipient}: {one.body}" for one in demonstration_mails(session)]


@asynccontextmanager
async def channel_desk(
    settings: Settings,
    sessions: SessionFactory,
    provider: ProviderDouble,
    channel: Channel,
    user: str = PHONE,
) -> AsyncIterator[ChannelDesk]:
    async with (
        provider,
        house(settings, sessions, channel, provider) as opened,
        StaffVisitor(opened.server) as agent,
    ):
        await agent.enter(MEI)
        yield ChannelDesk(opened, agent, user)
