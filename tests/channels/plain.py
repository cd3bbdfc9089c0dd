"""The smallest channel that there can be, and its provider: for tests of what all channels have in common."""

import hmac
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from aiohttp import ClientSession, web

from conversations.channels import markup
from conversations.channels.names import ChannelKind, DeliveryStatus
from conversations.channels.shapes import (
    Accepted,
    AccountView,
    Attachment,
    FetchRefused,
    Forged,
    InboundMessage,
    Malformed,
    OutboundMessage,
    Outcome,
    Parsed,
    PressedButton,
    RawRequest,
    Refused,
    StatusReport,
    Traits,
    TryLater,
)
from tests.channels.provider import Heard, Hook, ProviderDouble

SECRET = "a secret of the plain channel"


def signature(body: bytes, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), body, "sha256").hexdigest()


class PlainChannel:
    kind = ChannelKind.TELEGRAM
    traits = Traits(render=markup.PLAIN.render, longest_text=200)

    async def verify(self, account: AccountView, request: RawRequest, http: ClientSession) -> None:
        given = request.headers.get("x-signature", "")
        if not any(
            hmac.compare_digest(given, signature(request.body, secret))
            for secret in account.secrets_named("signing")
        ):
            raise Forged("bad_signature")

    def parse(self, account: AccountView, request: RawRequest) -> Parsed:
        try:
            events = json.loads(request.body)["events"]
            return Parsed(tuple(self._event(event) for event in events))
        except (ValueError, KeyError, TypeError):
            raise Malformed("not_understood") from None

    async def send(
        self, account: AccountView, address: Mapping[str, Any], message: OutboundMessage, http: ClientSession
    ) -> Outcome:
        said = {"to": address["user"], "text": message.text, "key": message.key}
        async with http.post(f"{account.settings['api']}/send", json=said) as answer:
            if answer.status == 429:
                return TryLater("rate_limited", float(answer.headers["Retry-After"]))
            if answer.status >= 500:
                return TryLater("provider_error")
            if answer.status >= 400:
                return Refused("refused")
            return Accepted((await answer.json())["id"])

    @asynccontextmanager
    async def fetch(
        self, account: AccountView, attachment: Attachment, http: ClientSession
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        async with http.get(f"{account.settings['api']}/files/{attachment.reference['id']}") as answer:
            if answer.status != 200:
                raise FetchRefused("The file is not there.")
            yield answer.content.iter_chunked(65536)

    def test_address(self, recipient: str) -> Mapping[str, Any]:
        return {"user": recipient}

    def _event(self, event: dict[str, Any]) -> InboundMessage | StatusReport:
        if "status" in event:
            return StatusReport(event["id"], DeliveryStatus(event["status"]))
        return InboundMessage(
            external_id=event["id"],
            external_user=event["user"],
            place=event["user"],
            address={"user": event["user"]},
            text=event.get("text", ""),
            button=PressedButton(event["button"]) if "button" in event else None,
            attachments=tuple(Attachment({"id": name}, name=name) for name in event.get("files", ())),
            sent_at=datetime.fromtimestamp(event["at"], UTC) if "at" in event else None,
        )


class PlainProvider(ProviderDouble):
    kind = PlainChannel.kind

    def account_settings(self) -> dict[str, Any]:
        return {"api": self.address}

    def account_secrets(self) -> dict[str, str]:
        return {"signing": SECRET}

    def add_routes(self, app: web.Application) -> None:
        app.router.add_post("/send", self._send)

    def written(self, user: str, text: str, external_id: str) -> Hook:
        return self.hook({"id": external_id, "user": user, "text": text})

    def hook(self, *events: dict[str, Any]) -> Hook:
        body = json.dumps({"events": events}).encode()
        return Hook(body, {"X-Signature": signature(body)})

    async def _send(self, request: web.Request) -> web.StreamResponse:
        said = await request.json()
        self.calls.append(said)
        await self.happens_meanwhile()
        if (fault := await self.fault(request)) is not None:
            return fault
        if said["text"] == "unwanted":
            return web.Response(status=403)
        self.heard.append(Heard(said["to"], said["text"], raw=said))
        return web.json_response({"id": f"p{len(self.heard)}"})
