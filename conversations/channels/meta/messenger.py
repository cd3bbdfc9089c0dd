"""Messenger, for a page on Facebook.

https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks
"""

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientSession, FormData

from conversations.channels import calls, windows
from conversations.channels.markup import PLAIN
from conversations.channels.meta import graph
from conversations.channels.names import ChannelKind, DeliveryStatus
from conversations.channels.shapes import (
    AccountView,
    Attachment,
    CarriesFiles,
    Event,
    InboundMessage,
    OutboundFile,
    OutboundMessage,
    Outcome,
    Parsed,
    PressedButton,
    RawRequest,
    ReadReport,
    Refused,
    StatusReport,
    Traits,
)

_OBJECT = "page"
_LONGEST_TEXT = 2000
_MOST_BUTTONS, _LONGEST_TITLE = 13, 20
_LARGEST_IMAGE = 8 * 1024 * 1024
_MILLISECONDS = 1000
_FILES = {"image", "file", "audio", "video"}

type Node = Mapping[str, Any]


class Messenger:
    """Settings: page_id, human_agent. Secrets: app_secret, verify_token, access_token (of the page)."""

    kind = ChannelKind.MESSENGER
    traits = Traits(
        render=PLAIN.render,
        longest_text=_LONGEST_TEXT,
        most_buttons=_MOST_BUTTONS,
        longest_title=_LONGEST_TITLE,
        longest_body=graph.LONGEST_BODY,
        carries_files=CarriesFiles.APART,
    )

    async def verify(self, account: AccountView, request: RawRequest, http: ClientSession) -> None:
        graph.check(account, request)

    def parse(self, account: AccountView, request: RawRequest) -> Parsed:
        return graph.parsed(request, _OBJECT, lambda entries: _events(account, entries))

    async def send(
        self, account: AccountView, address: Mapping[str, Any], message: OutboundMessage, http: ClientSession
    ) -> Outcome:
        messaging_type = _messaging_type(account, message)
        if messaging_type is None:
            return Refused(windows.CLOSED)
        said = {"recipient": {"id": address["psid"]}, **messaging_type}
        if message.attachments:
            return await _send_file(account, said, message.attachments[0], http)
        return await _send(account, http, json={**said, "message": _content(message)})

    @asynccontextmanager
    async def fetch(
        self, account: AccountView, attachment: Attachment, http: ClientSession
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        """The address is signed: who has it needs no token."""
        async with graph.file_at(str(attachment.reference.get("url", "")), account, http, {}) as pieces:
            yield pieces

    async def name_of(self, account: AccountView, user: str, http: ClientSession) -> str | None:
        """Meta tells it to pages that were granted Business Asset User Profile Access."""
        asked = {"fields": "first_name,last_name"}
        headers = graph.authorization(account)
        async with http.get(graph.url(account, user), params=asked, headers=headers) as response:
            if response.status == 429 or response.status >= 500:
                response.raise_for_status()
            told = await calls.json_of(response)
        return " ".join(str(told[part]) for part in ("first_name", "last_name") if told.get(part)) or None

    def test_address(self, recipient: str) -> Mapping[str, Any]:
        return {"psid": recipient.strip()}


def _messaging_type(account: AccountView, message: OutboundMessage) -> dict[str, str] | None:
    """None where nothing may be said any more; after 24 hours only people may, where Meta allowed it."""
    window = windows.window(Messenger.kind, message.last_in_at, account.settings)
    if window is None or message.now is None or window.is_open(message.now):
        return {"messaging_type": "RESPONSE" if message.answers else "UPDATE"}
    if message.is_by_person and window.is_open_for_people(message.now):
        return {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
    return None


def _events(account: AccountView, entries: Any) -> Iterator[Event]:
    for entry in entries:
        if str(entry["id"]) != str(account.settings["page_id"]):
            continue
        for event in entry.get("messaging", ()):
            yield from _events_of(account, event)


def _events_of(account: AccountView, event: Node) -> Iterator[Event]:
    """Echoes are what the page itself wrote: here, or by another app."""
    if "message" in event and not event["message"].get("is_echo"):
        message = event["message"]
        yield _message(account, event, message["mid"], message.get("text", ""), _quick_reply(message))
    elif "postback" in event:
        postback = event["postback"]
        named = postback.get("mid") or f"postback-{event['sender']['id']}-{event['timestamp']}"
        pressed = PressedButton(str(postback["payload"])) if postback.get("payload") else None
        yield _message(account, event, named, postback.get("title", ""), pressed)
    elif "delivery" in event:
        for delivered in event["delivery"].get("mids") or ():
            yield StatusReport(delivered, DeliveryStatus.DELIVERED)
    elif "read" in event:
        until = graph.moment(event["read"]["watermark"], _MILLISECONDS)
        if until is not None:
            yield ReadReport(str(event["sender"]["id"]), str(account.settings["page_id"]), until)


def _message(
    account: AccountView, event: Node, external_id: str, text: str, button: PressedButton | None
) -> InboundMessage:
    user = str(event["sender"]["id"])
    return InboundMessage(
        external_id=external_id,
        external_user=user,
        place=str(account.settings["page_id"]),
        address={"psid": user},
        text=text,
        button=button,
        attachments=tuple(_attachments(event.get("message", {}))),
        sent_at=graph.moment(event.get("timestamp"), _MILLISECONDS),
    )


def _quick_reply(message: Node) -> PressedButton | None:
    payload = message.get("quick_reply", {}).get("payload")
    return PressedButton(str(payload)) if payload else None


def _attachments(message: Node) -> Iterator[Attachment]:
    for file in message.get("attachments") or ():
        url = file.get("payload", {}).get("url")
        if file.get("type") in _FILES and url:
            yield Attachment({"url": url})


async def _send(account: AccountView, http: ClientSession, **content: Any) -> Outcome:
    url = graph.url(account, f"{account.settings['page_id']}/messages")
    async with http.post(url, headers=graph.authorization(account), **content) as response:
        return await graph.outcome(response, ("message_id",))


async def _send_file(
    account: AccountView, said: Mapping[str, Any], file: OutboundFile, http: ClientSession
) -> Outcome:
    """In the form that Meta documents for files that lie with the sender."""
    is_shown = file.content_type.startswith("image/") and file.size_bytes <= _LARGEST_IMAGE
    media = "image" if is_shown else "file"
    message = {"attachment": {"type": media, "payload": {"is_reusable": False}}}
    fields = {name: value if isinstance(value, str) else json.dumps(value) for name, value in said.items()}
    with file.path.open("rb") as content:
        form = FormData({**fields, "message": json.dumps(message)}, quote_fields=False)
        form.add_field("filedata", content, filename=file.name, content_type=file.content_type)
        return await _send(account, http, data=form)


def _content(message: OutboundMessage) -> dict[str, Any]:
    content: dict[str, Any] = {"text": message.text}
    if message.buttons:
        content["quick_replies"] = [
            {"content_type": "text", "title": one.title, "payload": one.value} for one in message.buttons
        ]
    return content
