"""A provider on this machine to talk with: `python -m tests.channels slack`. See docs/channels.md."""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from time import time_ns

from aiohttp import ClientError, ClientSession

from conversations.channels.names import ChannelKind
from tests.channels.correspondents import LOCAL, ByMail, Correspondent
from tests.channels.provider import Hook

_SECONDS_BETWEEN_LOOKS = 0.2

type Deliver = Callable[[Hook], Awaitable[int]]
type Say = Callable[[str], None]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.channels", description=__doc__)
    parser.add_argument("provider", choices=LOCAL)
    parser.add_argument("--port", type=int, help="another than its own")
    parser.add_argument("--oauth", action="store_true", help="e-mail alone: tokens instead of a password")
    asked = parser.parse_args()
    if asked.oauth and asked.provider != ChannelKind.EMAIL.value:
        parser.error("--oauth is for email alone")
    local = LOCAL[asked.provider]
    port = asked.port or local.port
    try:
        asyncio.run(_run(asked.provider, port, oauth=asked.oauth))
    except KeyboardInterrupt:
        pass
    except OSError as taken:
        sys.exit(
            f"Port {port} cannot be had ({taken.strerror}). End what listens there, or add --port NUMBER."
        )


async def _run(kind: str, port: int, *, oauth: bool) -> None:
    who = LOCAL[kind].open(port, oauth=oauth)
    async with who.provider, ClientSession() as http:
        _say(how_to_enter(who))
        webhook = await _asked_for_webhook(kind)
        if webhook is None:
            return
        who.provider.webhook = webhook
        talk = Talk(who, lambda hook: _deliver(http, webhook, hook), _say)
        await talk.shake_hands()
        listening = asyncio.create_task(talk.listen())
        _say(talk.help())
        while (line := await _read()) not in (None, "/quit"):
            if line:
                await talk.take(line)
        listening.cancel()


def how_to_enter(who: Correspondent) -> str:
    fields = "\n".join(f"  {label}: {value}" for label, value in who.entered().items())
    return (
        f"A local provider for {who.guide.name} runs here.\n\n"
        f"At the desk choose Channels, Add a channel, {who.guide.name}. Give it any name, and enter:\n\n"
        f"{fields}\n\nLeave the other fields empty, and save.\n"
    )


class Talk:
    def __init__(self, who: Correspondent, deliver: Deliver, say: Say) -> None:
        self._who, self._deliver, self._say = who, deliver, say
        self._shown = 0

    def help(self) -> str:
        lines = [
            f"You write as {self._who.user}. A line is a message, and what comes back follows after <.",
            "  /press 1      press the button with that number"
            if self._who.has_buttons
            else "  1             its number typed presses a button",
            "  /file PATH    send a file",
            "  /as WHO       write as somebody else",
            "  /refuse       refuse the next message that comes, for good",
            "  /quit         end",
        ]
        if isinstance(self._who, ByMail):
            lines[-1:-1] = [
                "  /mailbox ...  leave a mail in the mailbox, which is read each minute",
                "  /expire       with --oauth: the access tokens that were given out count no more",
                "  /secret       with --oauth: the client secret has expired, and again: it counts again",
            ]
        return "\n".join(lines)

    async def shake_hands(self) -> None:
        if (hook := self._who.handshake()) is not None:
            status = await self._deliver(hook)
            self._say("  (the address was asked for, and is " + ("right)" if status == 200 else "WRONG)"))

    async def take(self, line: str) -> None:
        command, _, rest = line.partition(" ")
        match command:
            case "/press":
                await self._press(rest.strip())
            case "/file":
                await self._send(Path(rest.strip()).expanduser())
            case "/as":
                self._who.user = rest.strip() or self._who.user
                self._say(f"  (you write as {self._who.user})")
            case "/refuse":
                self._who.provider.misbehave("refuse")
                self._say("  (the next message is refused: look at Deliveries on the channel's page)")
            case "/mailbox" if isinstance(self._who, ByMail):
                self._who.leaves_in_mailbox(rest, _new_id())
                self._say("  (it lies in the mailbox)")
            case "/expire" if isinstance(self._who, ByMail):
                self._say(f"  ({self._who.ends_access()})")
            case "/secret" if isinstance(self._who, ByMail):
                self._say(f"  ({self._who.changes_client_secret()})")
            case _ if command.startswith("/") and command != "/start":
                self._say(f"  (there is no {command})\n{self.help()}")
            case _:
                await self._bring(self._who.writes(line, _new_id()))

    async def listen(self) -> None:
        while True:
            self.show_new()
            await asyncio.sleep(_SECONDS_BETWEEN_LOOKS)

    def show_new(self) -> None:
        heard = self._who.heard()
        for one in heard[self._shown :]:
            self._say(f"< to {one.user or 'this conversation'}: {one.text}")
            for number, (title, _) in enumerate(one.buttons, start=1):
                self._say(f"    [{number}] {title}")
        self._shown = len(heard)

    async def _press(self, number: str) -> None:
        if not self._who.has_buttons:
            self._say("  (there are no buttons here: type the number alone)")
            return
        buttons = next((one.buttons for one in reversed(self._who.heard()) if one.buttons), ())
        if not number.isdecimal() or not 0 < int(number) <= len(buttons):
            self._say(
                f"  (there is no button {number}; a choice that is numbered in the text is made by typing its number)"
            )
            return
        await self._bring(self._who.presses(*buttons[int(number) - 1], _new_id()))

    async def _send(self, path: Path) -> None:
        if not path.is_file():
            self._say(f"  (there is no file {path})")
            return
        await self._bring(self._who.sends(path.name, path.read_bytes(), _new_id()))

    async def _bring(self, hook: Hook) -> None:
        try:
            status = await self._deliver(hook)
        except ClientError:
            self._say("  (the site does not answer: is it running?)")
            return
        self._say(
            f"  (taken: {status})"
            if status < 300
            else f"  (REFUSED: {status}; Last trouble on the channel's page says why)"
        )


async def _asked_for_webhook(kind: str) -> str | None:
    while True:
        _say("Paste the address of the webhook from the channel's page here:")
        line = await _read()
        if line is None or line == "/quit":
            return None
        if line.startswith("http") and f"/channels/{kind}/" in line and "/desk/" not in line:
            return line
        _say(
            f"That is not it: it is the address of the site and then, say, /channels/{kind}/0123456789abcdef."
        )


async def _deliver(http: ClientSession, webhook: str, hook: Hook) -> int:
    async with http.request(
        hook.method, webhook, params=hook.query, data=hook.body, headers=hook.headers
    ) as answer:
        return answer.status


def _new_id() -> str:
    return str(time_ns())


async def _read() -> str | None:
    """None at the end of what is typed."""
    line = await asyncio.to_thread(sys.stdin.readline)
    return line.strip() if line else None


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
