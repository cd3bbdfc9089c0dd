"""A provider on this machine to talk with: `python -m tests.channels slack`. See docs/channels.md."""

import argparse
import asyncio
import sys
from pathlib import Path
from time import time_ns

from aiohttp import ClientSession

from tests.channels.provider import Hook, ProviderDouble
from tests.channels.slack import SlackDouble
from tests.channels.telegram import TelegramDouble

_PROVIDERS: dict[str, tuple[type[ProviderDouble], str]] = {
    "slack": (SlackDouble, "U0INGRID"),
    "telegram": (TelegramDouble, "771001"),
}
_HELP = "Write a message, `/press 1`, `/file PATH`, `/as USER`, or `/quit`."


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("provider", choices=_PROVIDERS)
    parser.add_argument("--port", type=int, default=8090)
    asked = parser.parse_args()
    double, user = _PROVIDERS[asked.provider]
    double.port = asked.port
    asyncio.run(_talk(double(), user))


async def _talk(provider: ProviderDouble, user: str) -> None:
    async with provider, ClientSession() as http:
        _say(f"A local {provider.kind.value} is here. Enter on the operator's page:")
        for name, value in {**provider.account_settings(), **provider.account_secrets()}.items():
            _say(f"  {name}: {value}")
        _say("Then enter the address of the webhook here:")
        webhook = await _read()
        listening = asyncio.create_task(_print_what_comes(provider))
        _say(_HELP)
        while (line := await _read()) not in ("", "/quit"):
            if line.startswith("/as "):
                user = line.removeprefix("/as ").strip()
                continue
            hook = _hook(provider, user, line)
            if hook is None:
                _say(_HELP)
                continue
            async with http.request(hook.method, webhook, data=hook.body, headers=hook.headers) as answer:
                _say(f"  ({answer.status})")
        listening.cancel()


def _hook(provider: ProviderDouble, user: str, line: str) -> Hook | None:
    external_id = str(time_ns())
    if line.startswith("/press "):
        number = line.removeprefix("/press ").strip()
        buttons = next((one.buttons for one in reversed(provider.heard) if one.buttons), ())
        if not number.isdecimal() or not 0 < int(number) <= len(buttons):
            return None
        return provider.pressed_button(user, buttons[int(number) - 1][1])
    if line.startswith("/file "):
        path = Path(line.removeprefix("/file ").strip())
        return provider.sent_file(user, path.name, path.read_bytes(), external_id) if path.is_file() else None
    return provider.written(user, line, external_id)


async def _print_what_comes(provider: ProviderDouble) -> None:
    shown = 0
    while True:
        for one in provider.heard[shown:]:
            _say(f"< to {one.user}: {one.text}")
            for number, (title, _) in enumerate(one.buttons, start=1):
                _say(f"    [{number}] {title}")
        shown = len(provider.heard)
        await asyncio.sleep(0.2)


async def _read() -> str:
    return (await asyncio.to_thread(sys.stdin.readline)).strip()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
