from collections.abc import AsyncIterator

import pytest

from conversations.channels.slack import Slack
from onboarding.database import SessionFactory
from onboarding.settings import Settings
from tests.channels.house import House, house
from tests.channels.slack import SlackDouble
from tests.web.conftest import server, settings, visitor  # noqa: F401


@pytest.fixture
async def slack(settings: Settings, sessions: SessionFactory) -> AsyncIterator[House]:  # noqa: F811
    async with SlackDouble() as provider, house(settings, sessions, Slack(), provider) as opened:
        yield opened
