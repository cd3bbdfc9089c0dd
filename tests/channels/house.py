"""A site with one channel account, an assistant that answers at once, and a background that is run by hand."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from aiohttp import ClientSession
from aiohttp.test_utils import TestServer
from sqlalchemy import func, select

from conversations import messages, turns
from conversations.channels import accounts, outgoing
from conversations.channels.calls import http_session
from conversations.channels.models import ChannelAccount, ChannelDelivery, ChannelIdentity
from conversations.channels.names import ChannelKind, DeliveryStatus
from conversations.channels.outgoing import Post
from conversations.channels.shapes import Channel
from conversations.messages import MessageView, Reply
from conversations.models import Message
from onboarding import clock
from onboarding.database import SessionFactory
from onboarding.settings import Settings
from onboarding.vault import Vault
from tests.channels.provider import Hook, ProviderDouble
from tests.serving import serving
from web import app as site
from web import keys


@dataclass
class House:
    sessions: SessionFactory
    server: TestServer
    post: Post
    account_id: int
    path: str
    provider: ProviderDouble
    http: ClientSession

    async def deliver(self, *hooks: Hook) -> list[int]:
        """As the provider does, one after another; gives the statuses."""
        return [(await self.answer_to(hook))[0] for hook in hooks]

    async def answer_to(self, hook: Hook) -> tuple[int, bytes]:
        url = self.server.make_url(self.path).with_query(hook.query)
        async with self.http.request(hook.method, url, data=hook.body, headers=hook.headers) as answer:
            return answer.status, await answer.read()

    def answer_all(self, reply: Callable[[str], Reply] = lambda text: Reply(f"echo {text}")) -> int:
        """The assistant takes every turn that is due; gives how many."""
        taken = 0
        with self.sessions.begin() as session:
            due = session.scalars(select(Message.conversation_id).where(Message.due).distinct()).all()
            for conversation_id in due:
                while (turn := turns.next_due(session, conversation_id, 1_000_000)) is not None:
                    turns.answer(session, turn, [reply(turn.text)], {})
                    taken += 1
        return taken

    async def send_all(self) -> None:
        """The background works until nothing is queued; where it has to wait, the clock is moved."""
        for _ in range(1000):
            await self.send_due()
            if not self._wait_until_due():
                return
        raise AssertionError("something is never sent")

    async def send_due(self) -> None:
        with self.sessions() as session:
            waiting = outgoing.due_identities(session)
        for identity_id in waiting:
            await outgoing.deliver(self.post, identity_id)

    def pass_time(self, by: timedelta) -> None:
        with self.sessions.begin() as session:
            clock.advance(session, by)

    def deliveries(self) -> list[ChannelDelivery]:
        with self.sessions() as session:
            return list(session.scalars(select(ChannelDelivery).order_by(ChannelDelivery.id)))

    def identity(self, user: str) -> ChannelIdentity:
        with self.sessions() as session:
            return session.scalars(select(ChannelIdentity).where(ChannelIdentity.external_user == user)).one()

    def account(self) -> ChannelAccount:
        with self.sessions() as session:
            return session.get_one(ChannelAccount, self.account_id)

    def said(self, user: str) -> list[MessageView]:
        """The conversation of that user."""
        with self.sessions() as session:
            return messages.messages_after(session, self.identity(user).conversation_id, 0)

    def _wait_until_due(self) -> bool:
        with self.sessions.begin() as session:
            queued = ChannelDelivery.status == DeliveryStatus.QUEUED
            if not session.scalar(select(func.count()).select_from(ChannelDelivery).where(queued)):
                return False
            tried = session.scalar(select(func.min(ChannelDelivery.next_try_at)).where(queued))
            paused = session.scalar(select(func.max(ChannelAccount.paused_until)))
            until = max(filter(None, (tried, paused)), default=None)
            if until is not None and until > clock.now(session):
                clock.freeze(session, until)
            return True


@asynccontextmanager
async def house(
    settings: Settings, sessions: SessionFactory, channel: Channel, provider: ProviderDouble
) -> AsyncIterator[House]:
    app = site.create_app(settings)
    app.cleanup_ctx.remove(site._background_worker)
    app[keys.CHANNELS] = {channel.kind: channel}
    vault = app[keys.VAULT]
    account_id, path = _account(sessions, vault, channel.kind, provider)
    provider.webhook = f"{settings.base_url}{path}"
    async with serving(app) as server, http_session() as outside, ClientSession() as http:
        post = Post(
            sessions,
            vault,
            outside,
            settings.base_url,
            {channel.kind: channel},
            app[keys.DOCUMENTS],
            app[keys.SECRET],
        )
        yield House(sessions, server, post, account_id, path, provider, http)


def _account(
    sessions: SessionFactory, vault: Vault, kind: ChannelKind, provider: ProviderDouble
) -> tuple[int, str]:
    with sessions.begin() as session:
        account = accounts.add(
            session, vault, kind, "A test", provider.account_settings(), provider.account_secrets()
        )
        return account.id, f"/channels/{kind.value}/{account.public_id}"
