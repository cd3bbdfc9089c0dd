from collections.abc import AsyncIterator

import pytest

from conversations.channels.meta.messenger import Messenger
from conversations.channels.slack import Slack
from conversations.channels.telegram import Telegram
from conversations.channels.twilio.channel import TwilioWhatsapp
from onboarding.database import SessionFactory
from onboarding.settings import Settings
from tests.channels.house import House, house
from tests.channels.meta.doubles import MessengerDouble
from tests.channels.slack import SlackDouble
from tests.channels.telegram import TelegramDouble
from tests.channels.twilio.double import TwilioDouble
from tests.web.conftest import server, settings, visitor  # noqa: F401


@pytest.fixture
async def slack(settings: Settings, sessions: SessionFactory) -> AsyncIterator[House]:  # noqa: F811
    async with SlackDouble() as provider, house(settings, sessions, Slack(), provider) as opened:
        yield opened


@pytest.fixture
async def telegram(settings: Settings, sessions: SessionFactory) -> AsyncIterator[House]:  # noqa: F811
    async with TelegramDouble() as provider, house(settings, sessions, Telegram(), provider) as opened:
        yield opened


@pytest.fixture
async def messenger(settings: Settings, sessions: SessionFactory) -> AsyncIterator[House]:  # noqa: F811
    async with MessengerDouble() as provider, house(settings, sessions, Messenger(), provider) as opened:
        yield opened


@pytest.fixture
async def whatsapp(settings: Settings, sessions: SessionFactory) -> AsyncIterator[House]:  # noqa: F811
    """By Twilio."""
    async with TwilioDouble() as provider, house(settings, sessions, TwilioWhatsapp(), provider) as opened:
        yield opened
