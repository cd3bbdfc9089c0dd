"""A provider on this machine, to try a channel by hand: `python -m tests.channels.try_out twilio-sms`.

It says what to enter on the channel's page, writes to us what is typed, and shows what we answer.
"""

import asyncio
import sys
import uuid
from collections.abc import Callable

from aiohttp import ClientSession

from tests.channels.email.double import EmailDouble
from tests.channels.email.mails import INGRID
from tests.channels.meta.doubles import MessengerDouble, WhatsappDouble
from tests.channels.provider import ProviderDouble
from tests.channels.slack import SlackDouble
from tests.channels.teams.double import TeamsDouble
from tests.channels.telegram import TelegramDouble
from tests.channels.twilio.double import TwilioDouble, TwilioSmsDouble

_SECONDS_BETWEEN_LOOKS = 0.5
_DOUBLES: dict[str, tuple[Callable[[], ProviderDouble], str]] = {
    "email": (EmailDouble, INGRID),
    "twilio-whatsapp": (TwilioDouble, "+4790000001"),
    "twilio-sms": (TwilioSmsDouble, "+4790000001"),
    "whatsapp-cloud": (WhatsappDouble, "4790000001"),
    "messenger": (MessengerDouble, "4790000001"),
    "teams": (TeamsDouble, "ingrid"),
    "slack": (SlackDouble, "U0INGRID"),
    "telegram": (TelegramDouble, "771001"),
}


async def try_out(kind: str) -> None:
    make, user = _DOUBLES[kind]
    async with make() as provider, ClientSession() as http:
        say("Enter this on the page of the channel:")
        for name, value in (provider.account_settings() | provider.account_secrets()).items():
            say(f"  {name}: {value}")
        webhook = await ask("The address of its webhook, as the page shows it: ")
        provider.webhook = webhook
        showing = asyncio.create_task(show(provider, user))
        say(f"Write as {user}; an empty line ends it.")
        while text := await ask():
            hook = provider.written(user, text, uuid.uuid4().hex)
            async with http.request(
                hook.method, webhook, params=hook.query, data=hook.body, headers=hook.headers
            ) as answer:
                say(f"  [{answer.status}]")
        showing.cancel()


async def show(provider: ProviderDouble, user: str) -> None:
    shown = 0
    while True:
        texts = provider.texts_to(user)
        for text in texts[shown:]:
            say(f"< {text}")
        shown = len(texts)
        await asyncio.sleep(_SECONDS_BETWEEN_LOOKS)


async def ask(question: str = "") -> str:
    sys.stdout.write(question)
    sys.stdout.flush()
    return (await asyncio.to_thread(sys.stdin.readline)).strip()


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in _DOUBLES:
        sys.exit(f"Say which channel: {', '.join(_DOUBLES)}")
    asyncio.run(try_out(sys.argv[1]))
