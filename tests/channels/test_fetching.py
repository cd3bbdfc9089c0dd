"""A file that a provider does not give out at the moment is fetched later; one that it never gives out is not."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import ClientSession, ClientTimeout, web

from conversations.channels.meta.messenger import Messenger
from conversations.channels.meta.whatsapp import WhatsappCloud
from conversations.channels.shapes import AccountView, Attachment, FetchLater, FetchRefused
from conversations.channels.slack import Slack
from conversations.channels.teams.channel import Teams
from conversations.channels.telegram import Telegram
from conversations.channels.twilio.channel import TwilioWhatsapp
from tests.channels.meta.doubles import MessengerDouble, WhatsappDouble
from tests.channels.provider import ProviderDouble
from tests.channels.slack import SlackDouble
from tests.channels.teams.double import TeamsDouble
from tests.channels.telegram import TelegramDouble
from tests.channels.twilio.double import ACCOUNT, TwilioDouble

_MEDIA = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/SM1/Media/F1"


@dataclass
class Case:
    """`asked` is a part of each address that is asked on the way to the file, in order."""

    channel: Any
    double: type[ProviderDouble]
    reference: dict[str, Any]
    asked: tuple[str, ...]

    def account(self, provider: ProviderDouble) -> AccountView:
        settings, secrets = provider.account_settings(), provider.account_secrets()
        return AccountView(1, "public", self.channel.kind, "A test", settings, secrets)

    def attachment(self, provider: ProviderDouble) -> Attachment:
        reference = {
            name: value.replace("{address}", provider.address) if value else value
            for name, value in self.reference.items()
        }
        return Attachment(reference, content_type="image/jpeg")


CASES = {
    "slack": Case(Slack(), SlackDouble, {"id": "F1", "address": "{address}/files/F1"}, ("/files/F1",)),
    "slack connect": Case(Slack(), SlackDouble, {"id": "F1", "address": None}, ("files.info", "/files/F1")),
    "telegram": Case(Telegram(), TelegramDouble, {"id": "F1"}, ("/getFile", "/documents/")),
    "twilio": Case(TwilioWhatsapp(), TwilioDouble, {"url": "{address}" + _MEDIA}, ("/Media/", "/elsewhere/")),
    "whatsapp": Case(WhatsappCloud(), WhatsappDouble, {"id": "F1"}, ("/v25.0/F1", "/files/F1")),
    "messenger": Case(Messenger(), MessengerDouble, {"url": "{address}/files/F1"}, ("/files/F1",)),
    "teams": Case(Teams(), TeamsDouble, {"url": "{address}/sites/F1"}, ("/sites/F1",)),
    "a picture on teams": Case(
        Teams(),
        TeamsDouble,
        {"url": "{address}/teams/v3/attachments/F1", "service": "{address}/teams/"},
        ("/token", "/attachments/F1"),
    ),
}
STEPS = [(name, part) for name, case in CASES.items() for part in case.asked]


async def fetched(case: Case, provider: ProviderDouble, http: ClientSession) -> bytes:
    content = b""
    async with case.channel.fetch(case.account(provider), case.attachment(provider), http) as pieces:
        async for piece in pieces:
            content += piece
    return content


@pytest.fixture
async def http() -> AsyncIterator[ClientSession]:
    async with ClientSession(timeout=ClientTimeout(total=10)) as opened:
        yield opened


def with_the_file(provider: ProviderDouble) -> None:
    for kept in ("files", "media"):
        if hasattr(provider, kept):
            setattr(
                provider, kept, {"F1": ("image/jpeg", b"photo") if "Slack" in repr(provider) else b"photo"}
            )


@pytest.mark.parametrize("status", [401, 408, 429, 500, 503])
@pytest.mark.parametrize(("name", "part"), STEPS)
async def test_what_passes_is_tried_again(http, name, part, status):
    case = CASES[name]
    async with case.double() as provider:
        with_the_file(provider)
        provider.answers[part] = web.json_response({"ok": False, "error": {"code": 1}}, status=status)
        with pytest.raises(FetchLater):
            await fetched(case, provider, http)

        assert await fetched(case, provider, http) in (b"photo", b"picture")


@pytest.mark.parametrize(("name", "part"), [step for step in STEPS if step[1] != "/token"])
async def test_what_is_not_there_is_not_asked_for_again(http, name, part):
    case = CASES[name]
    async with case.double() as provider:
        with_the_file(provider)
        gone = {"ok": False, "error": "file_not_found" if "slack" in name else {"code": 100}}
        provider.answers[part] = web.json_response(gone, status=404)
        with pytest.raises(FetchRefused):
            await fetched(case, provider, http)


@pytest.mark.parametrize(
    ("name", "part", "told", "status"),
    [
        ("slack connect", "files.info", {"ok": False, "error": "ratelimited"}, 200),
        ("slack connect", "files.info", {"ok": False, "error": "internal_error"}, 200),
        ("whatsapp", "/v25.0/F1", {"error": {"code": 131000}}, 400),
        ("whatsapp", "/v25.0/F1", {"error": {"code": 190}}, 400),
        ("whatsapp", "/v25.0/F1", {"error": {"code": 77, "is_transient": True}}, 400),
    ],
)
async def test_what_the_provider_itself_calls_passing_is_tried_again(http, name, part, told, status):
    case = CASES[name]
    async with case.double() as provider:
        with_the_file(provider)
        provider.answers[part] = web.json_response(told, status=status)
        with pytest.raises(FetchLater):
            await fetched(case, provider, http)


@pytest.mark.parametrize("name", ["slack", "telegram", "twilio", "messenger", "teams"])
async def test_a_file_may_take_longer_than_a_call_while_something_of_it_comes(name):
    case = CASES[name]
    async with case.double() as provider, ClientSession(timeout=ClientTimeout(total=2)) as hurried:
        with_the_file(provider)
        provider.answers[case.asked[-1]] = Slowly(pieces=8, pause=0.3)

        assert await fetched(case, provider, hurried) == b"piece" * 8


class Slowly(web.StreamResponse):
    """Sends itself in pieces, as over a thin line."""

    def __init__(self, pieces: int, pause: float) -> None:
        super().__init__(headers={"Content-Type": "image/jpeg"})
        self._pieces, self._pause = pieces, pause

    async def write_eof(self, data: bytes = b"") -> None:
        for _ in range(self._pieces):
            await self.write(b"piece")
            await asyncio.sleep(self._pause)
        await super().write_eof(data)
