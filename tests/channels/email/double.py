"""A mail server of ours and its correspondents, on this machine: mails by the signed webhook, answers by SMTP."""

import time
from email import message_from_bytes, policy
from typing import Any

from aiohttp import web

from conversations.channels.email.channel import signature
from conversations.channels.names import ChannelKind
from tests.channels.email.mails import DESK, mail
from tests.channels.email.servers import PASSWORD, Box, Outbox, mail_server, mailbox
from tests.channels.provider import Heard, Hook, ProviderDouble

WEBHOOK_SECRET, THREAD_SECRET = "w" * 32, "t" * 32
OUR_SERVER = "mx.brand.example"


class EmailDouble(ProviderDouble):
    """With `imap`, a mailbox stands beside the webhook; `ports` are those of both, any where they are 0."""

    kind = ChannelKind.EMAIL

    def __init__(self, *, imap: bool = False, ports: tuple[int, int] = (0, 0), **settings: object) -> None:
        self.settings = settings
        self._mail_server, self._mailbox = mail_server(ports[0]), mailbox(ports[1]) if imap else None
        self.outbox: Outbox = self._mail_server.__enter__()
        self.box: Box | None = self._mailbox.__enter__() if self._mailbox else None
        super().__init__()

    async def __aexit__(self, *error: Any) -> None:
        self._mail_server.__exit__(None, None, None)
        if self._mailbox is not None:
            self._mailbox.__exit__(None, None, None)
        await super().__aexit__(*error)

    def account_settings(self) -> dict[str, Any]:
        mailbox = {"imap_url": self.box.url} if self.box else {}
        own = {"address": DESK, "authserv_id": OUR_SERVER, "smtp_url": self.outbox.url}
        return own | mailbox | self.settings

    def account_secrets(self) -> dict[str, str]:
        return {
            "webhook_secret": WEBHOOK_SECRET,
            "thread_secret": THREAD_SECRET,
            "imap_password": PASSWORD,
        }

    def add_routes(self, app: web.Application) -> None:
        """What is sent goes by SMTP."""

    def written(self, user: str, text: str, external_id: str) -> Hook:
        return self.hook(proven(user, text, external_id))

    def hook(self, raw: bytes, secret: str = WEBHOOK_SECRET, age: int = 0) -> Hook:
        at = str(int(time.time()) - age)
        signed = signature(secret, at, raw)
        return Hook(raw, {"X-Brand-Desk-Timestamp": at, "X-Brand-Desk-Signature": signed})

    def misbehave(self, *faults: str) -> None:
        said = {
            "refuse": "550 5.1.1 no such user",
            "cut": "",
            "429": "450 4.7.1 too many",
            "500": "451 4.3.0 our fault",
        }
        self.outbox.answers.extend(said[fault] for fault in faults)

    def mails_to(self, address: str) -> list[Any]:
        taken = zip(self.outbox.envelopes, self.outbox.taken, strict=True)
        return [
            message_from_bytes(raw, policy=policy.default)
            for (_, recipient), raw in taken
            if recipient == address
        ]

    def texts_to(self, user: str) -> list[str]:
        return [_said(message) for message in self.mails_to(user)]

    def taken(self) -> list[Heard]:
        """What was sent, to whomever, in order."""
        pairs = zip(self.outbox.envelopes, self.outbox.taken, strict=False)
        return [
            Heard(recipient, _said(message_from_bytes(raw, policy=policy.default)))
            for (_, recipient), raw in list(pairs)
        ]

    def texts_by_user(self) -> dict[str, list[str]]:
        return {user: self.texts_to(user) for user in {recipient for _, recipient in self.outbox.envelopes}}


def proven(user: str, text: str, external_id: str, **headers: str) -> bytes:
    """As our own mail server passes on what it found to be of that domain."""
    found = f"{OUR_SERVER}; dmarc=pass header.from={user.partition('@')[2]}"
    named = external_id.replace(" ", "-")
    return mail(text, user, message_id=f"<{named}>", Authentication_Results=found, **headers)


def _said(message: Any) -> str:
    text: str = message.get_body(("plain",)).get_content().replace("\r\n", "\n")
    return text.partition("\n\nAnswer this mail")[0].strip()
