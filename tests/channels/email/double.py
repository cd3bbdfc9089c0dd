"""A mail server of ours and its correspondents, on this machine: mails by the signed webhook, answers by SMTP."""

import time
from contextlib import ExitStack
from email import message_from_bytes, policy
from typing import Any

from aiohttp import web

from conversations.channels.email.channel import signature
from conversations.channels.names import ChannelKind
from tests.channels.email.mails import DESK, mail
from tests.channels.email.servers import PASSWORD, Box, Outbox, mail_server, mailbox
from tests.channels.email.tokens import TokenDesk, token_desk
from tests.channels.provider import Heard, Hook, ProviderDouble

WEBHOOK_SECRET, THREAD_SECRET = "w" * 32, "t" * 32
OUR_SERVER = "mx.brand.example"


class EmailDouble(ProviderDouble):
    """With `imap`, a mailbox stands beside the webhook, and with `oauth` neither takes a password, but tokens.

    `ports` are those of the mail server, the mailbox and what gives out tokens, any where they are 0.
    """

    kind = ChannelKind.EMAIL

    def __init__(
        self,
        *,
        imap: bool = False,
        oauth: bool = False,
        as_application: bool = True,
        ports: tuple[int, int, int] = (0, 0, 0),
        **settings: object,
    ) -> None:
        self.settings, self._as_application = settings, as_application
        with ExitStack() as servers:
            self.tokens: TokenDesk | None = servers.enter_context(token_desk(ports[2])) if oauth else None
            self.outbox: Outbox = servers.enter_context(mail_server(ports[0], self.tokens))
            self.box: Box | None = servers.enter_context(mailbox(ports[1], self.tokens)) if imap else None
            self._servers = servers.pop_all()
        super().__init__()

    async def __aexit__(self, *error: Any) -> None:
        self._servers.close()
        await super().__aexit__(*error)

    def account_settings(self) -> dict[str, Any]:
        mailbox = {"imap_url": self.box.url} if self.box else {}
        oauth = self.tokens.settings(as_application=self._as_application) if self.tokens else {}
        own = {"address": DESK, "authserv_id": OUR_SERVER, "smtp_url": self.outbox.url}
        return own | mailbox | oauth | self.settings

    def account_secrets(self) -> dict[str, str]:
        own = {"webhook_secret": WEBHOOK_SECRET, "thread_secret": THREAD_SECRET}
        if self.tokens:
            return own | self.tokens.secrets(as_application=self._as_application)
        return own | {"imap_password": PASSWORD}

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
    found = f"{OUR_SERVER}; dmarc=pass header.from={user.partition('@')[2].rstrip('>')}"
    named = external_id.replace(" ", "-")
    return mail(text, user, message_id=f"<{named}>", Authentication_Results=found, **headers)


def _said(message: Any) -> str:
    text: str = message.get_body(("plain",)).get_content().replace("\r\n", "\n")
    return text.partition("\n\nAnswer this mail")[0].strip()
