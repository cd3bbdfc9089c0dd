"""Where Ingrid of Nordlys Skincare may write: the website and four channels, each used as a person uses it."""

import re
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.policy import SMTP
from typing import Any

from aiohttp import FormData

from conversations.channels.email.channel import EmailChannel
from conversations.channels.slack import Slack
from conversations.channels.telegram import Telegram
from conversations.channels.twilio.channel import TwilioWhatsapp
from onboarding.database import SessionFactory
from onboarding.settings import Settings
from tests.channels.email.double import OUR_SERVER, EmailDouble
from tests.channels.email.mails import written
from tests.channels.house import House, house
from tests.channels.slack import SlackDouble
from tests.channels.telegram import TelegramDouble
from tests.channels.twilio.double import TwilioDouble
from tests.web.visitor import INGRID, Visitor

_LINK = "/account/channels"
_TRADEMARK = "/brands/nordlys-skincare/documents/trademark"


class Place(ABC):
    """`begin` comes first: Ingrid becomes known there, by the place's own means."""

    def __init__(self, site: House) -> None:
        self.site = site

    @abstractmethod
    async def begin(self) -> None: ...

    async def end(self) -> None:
        return None

    @abstractmethod
    async def write(self, text: str) -> None: ...

    @abstractmethod
    async def send_photo(self, content: bytes, caption: str) -> None: ...

    @abstractmethod
    async def read(self) -> str:
        """All that was said to her there."""


class Website(Place):
    async def begin(self) -> None:
        self._ingrid = Visitor(self.site.server)
        await self._ingrid.sign_in(INGRID)
        self._chat = await self._ingrid.chat()
        self._written = 0

    async def end(self) -> None:
        await self._ingrid.http.close()

    async def write(self, text: str) -> None:
        self._written += 1
        await self._chat.write(text, f"message {self._written}")
        await self._chat.hear("ack")

    async def send_photo(self, content: bytes, caption: str) -> None:
        """There, the document is chosen in the chat; it has no caption."""
        ingrid = self._ingrid
        async with ingrid.http.get(f"{ingrid.origin}/chat/documents") as offered:
            token = (await offered.json())["csrf_token"]
        form = FormData({"csrf_token": token}, quote_fields=False)
        form.add_field("file", content, filename="letter.jpg", content_type="image/jpeg")
        address, headers = f"{ingrid.origin}{_TRADEMARK}/from-chat", {"Origin": ingrid.origin}
        async with ingrid.http.post(address, data=form, headers=headers) as answer:
            assert answer.status == 200

    async def read(self) -> str:
        history = await (await self._ingrid.chat()).hear("history")
        return "\n".join(item["text"] for item in history["items"] if item["role"] != "user")


class LinkedChat(Place):
    """A private chat that she links by a code which she sends there and confirms on the website."""

    user: str

    def __init__(self, site: House) -> None:
        super().__init__(site)
        self._messages = 0

    async def begin(self) -> None:
        async with Visitor(self.site.server) as ingrid:
            await ingrid.sign_in(INGRID)
            page = await ingrid.submit(await ingrid.open(_LINK), f"{_LINK}/code")
            shown = re.search(r"link \d{3}-\d{3}", page.words)
            assert shown is not None
            await self.write(shown[0])
            page = await ingrid.open(_LINK)
            await ingrid.submit(page, f"{_LINK}/confirm", link=page.field("link"))

    async def write(self, text: str) -> None:
        hook = self.site.provider.written(self.user, text, self.next_id())
        assert await self.site.deliver(hook) == [200]

    async def read(self) -> str:
        await self.site.send_all()
        return "\n".join(self.site.provider.texts_to(self.user))

    def next_id(self) -> str:
        self._messages += 1
        return f"SM{self._messages}"


class OnSlack(LinkedChat):
    user = "U0INGRID"

    async def send_photo(self, content: bytes, caption: str) -> None:
        slack: Any = self.site.provider
        file = slack.file("F1", "letter.jpg", content, "image/jpeg")
        message = slack.message(self.user, caption, self.next_id(), subtype="file_share", files=[file])
        assert await self.site.deliver(slack.event(message)) == [200]


class OnTelegram(LinkedChat):
    user = "771001"

    async def send_photo(self, content: bytes, caption: str) -> None:
        telegram: Any = self.site.provider
        external_id = self.next_id()
        telegram.files["large"] = content
        sizes = [
            {"file_id": "small", "width": 90, "height": 60, "file_size": 900},
            {"file_id": "large", "width": 1280, "height": 960, "file_size": len(content)},
        ]
        message = telegram.message(self.user, external_id, photo=sizes, caption=caption)
        assert await self.site.deliver(telegram.update(external_id, message=message)) == [200]


class OnWhatsapp(LinkedChat):
    user = "+4790000001"

    async def send_photo(self, content: bytes, caption: str) -> None:
        whatsapp: Any = self.site.provider
        assert await self.site.deliver(whatsapp.photo(self.user, self.next_id(), content, caption)) == [200]


class ByMail(LinkedChat):
    """She need not link it: our mail server says that the mail is from her domain."""

    user = INGRID

    async def begin(self) -> None:
        return None

    async def send_photo(self, content: bytes, caption: str) -> None:
        message = written(caption, self.user, message_id=f"<{self.next_id()}@nordlys.example>")
        message["Authentication-Results"] = f"{OUR_SERVER}; dmarc=pass header.from=nordlys.example"
        message.add_attachment(content, maintype="image", subtype="jpeg", filename="letter.jpg")
        mail: Any = self.site.provider
        assert await self.site.deliver(mail.hook(message.as_bytes(policy=SMTP))) == [200]


PLACES = {
    "website": (Website, Telegram, TelegramDouble),
    "Slack": (OnSlack, Slack, SlackDouble),
    "Telegram": (OnTelegram, Telegram, TelegramDouble),
    "WhatsApp": (OnWhatsapp, TwilioWhatsapp, TwilioDouble),
    "e-mail": (ByMail, EmailChannel, EmailDouble),
}


@asynccontextmanager
async def place(name: str, settings: Settings, sessions: SessionFactory) -> AsyncIterator[Place]:
    kind_of_place, channel, double = PLACES[name]
    async with double() as provider, house(settings, sessions, channel(), provider) as site:
        opened = kind_of_place(site)
        await opened.begin()
        yield opened
        await opened.end()
