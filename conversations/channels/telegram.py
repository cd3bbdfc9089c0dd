"""Telegram: a bot's webhook in, sendMessage out. As documented on core.telegram.org/bots/api."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from html import escape
from typing import Any

from aiohttp import ClientResponse, ClientSession, FormData

from conversations.channels import calls
from conversations.channels.calls import Told
from conversations.channels.markup import Markup
from conversations.channels.names import ChannelKind
from conversations.channels.shapes import (
    Accepted,
    AccountView,
    Answer,
    Attachment,
    CarriesFiles,
    FetchRefused,
    Forged,
    InboundMessage,
    Malformed,
    OutboundFile,
    OutboundMessage,
    Outcome,
    Parsed,
    PressedButton,
    RawRequest,
    Refused,
    Traits,
    TryLater,
)
from onboarding import strangers_json

API = "https://api.telegram.org"
_NAME = "Telegram"
_TOO_LARGE = "Telegram did not give the file out: bots may fetch files up to 20 MB."
BOT_TOKEN, SECRET_TOKEN = "bot_token", "secret_token"
_SECRET_HEADER = "x-telegram-bot-api-secret-token"
_LONGEST_TEXT = 4096
# What Telegram shows of a button before it cuts it, on a phone.
_LONGEST_BUTTON = 40
_GREETING = "hello"
# Each comes alone; an animation is a document too.
_FILES = ("document", "voice", "audio", "video", "video_note")

_MARKUP = Markup(
    escape=lambda text: escape(text, quote=False),
    bold=lambda inside: f"<b>{inside}</b>",
    link=lambda label, address: f'<a href="{address.replace('"', "%22")}">{label}</a>',
)


class Telegram:
    kind = ChannelKind.TELEGRAM
    traits = Traits(
        render=_MARKUP.render,
        longest_text=_LONGEST_TEXT,
        most_buttons=10,
        longest_title=_LONGEST_BUTTON,
        carries_files=CarriesFiles.APART,
    )

    async def verify(self, account: AccountView, request: RawRequest, http: ClientSession) -> None:
        """There is no signature and no time: who knows the secret token is Telegram."""
        given = request.headers.get(_SECRET_HEADER, "")
        if not any(calls.is_same(given, one) for one in account.secrets_named(SECRET_TOKEN)):
            raise Forged("bad_secret_token")

    def parse(self, account: AccountView, request: RawRequest) -> Parsed:
        try:
            update = strangers_json.parsed(request.body)
            external_id = f"update-{int(update['update_id'])}"
            if "callback_query" in update:
                return _pressed(external_id, update["callback_query"])
            if "message" in update and not update["message"]["from"].get("is_bot"):
                name = str(account.settings.get("bot_name") or "").removeprefix("@")
                return _written(external_id, update["message"], name)
        except (ValueError, KeyError, TypeError, AttributeError, IndexError):
            raise Malformed("not_understood") from None
        return Parsed()

    async def send(
        self, account: AccountView, address: Mapping[str, Any], message: OutboundMessage, http: ClientSession
    ) -> Outcome:
        if message.attachments:
            return await _send_document(account, address, message.attachments[0], http)
        content: dict[str, Any] = {
            **address,
            "text": message.text,
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
        }
        if message.buttons:
            rows = [[{"text": one.title, "callback_data": one.value}] for one in message.buttons]
            content["reply_markup"] = {"inline_keyboard": rows}
        async with http.post(_method(account, "sendMessage"), json=content) as answer:
            return await _outcome(answer)

    @asynccontextmanager
    async def fetch(
        self, account: AccountView, attachment: Attachment, http: ClientSession
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        asked = {"file_id": attachment.reference["id"]}
        async with http.post(_method(account, "getFile"), json=asked) as answer:
            told = calls.told_of_file(await _told(answer), _TOO_LARGE)
        if "file_path" not in told["result"]:
            raise FetchRefused(_TOO_LARGE)
        address = f"{_api(account)}/file/bot{account.secrets[BOT_TOKEN]}/{told['result']['file_path']}"
        async with calls.file_at(address, _NAME, http) as file:
            yield file.pieces

    def test_address(self, recipient: str) -> Mapping[str, Any]:
        return {"chat_id": recipient}


async def _send_document(
    account: AccountView, address: Mapping[str, Any], file: OutboundFile, http: ClientSession
) -> Outcome:
    with file.path.open("rb") as content:
        form = FormData(quote_fields=False)
        for name, value in address.items():
            form.add_field(name, str(value))
        form.add_field("document", content, filename=file.name, content_type=file.content_type)
        async with http.post(_method(account, "sendDocument"), data=form) as answer:
            return await _outcome(answer)


def _written(external_id: str, message: dict[str, Any], bot_name: str) -> Parsed:
    """The answer to the request can be a call of a method: that we write costs no request of its own."""
    attachments = _attachments(message)
    text = _without_our_name(message.get("text") or message.get("caption") or "", bot_name)
    if not text and not attachments:
        return Parsed()  # a sticker, a place, somebody who joined
    event = InboundMessage(
        external_id=external_id,
        **_whereabouts(message["from"], message),
        text=_GREETING if text == "/start" else text,
        attachments=attachments,
        sent_at=datetime.fromtimestamp(message["date"], UTC),
    )
    return Parsed((event,), while_answering=_call("sendChatAction", **event.address, action="typing"))


def _pressed(external_id: str, query: dict[str, Any]) -> Parsed:
    """The answer to the request ends the waiting sign on the button."""
    answer = _call("answerCallbackQuery", callback_query_id=query["id"])
    events: tuple[InboundMessage, ...] = ()
    if "message" in query and "data" in query:
        event = InboundMessage(
            external_id=external_id,
            **_whereabouts(query["from"], query["message"]),
            button=PressedButton(query["data"]),
        )
        events = (event,)
    return Parsed(events, answer)


def _call(method: str, **values: Any) -> Answer:
    content = {"method": method, **values}
    return Answer(json.dumps(content).encode(), content_type="application/json")


def _whereabouts(sender: dict[str, Any], message: dict[str, Any]) -> dict[str, Any]:
    chat = message["chat"]
    thread = message.get("message_thread_id") if message.get("is_topic_message") else None
    address = {"chat_id": chat["id"], "message_thread_id": thread} if thread else {"chat_id": chat["id"]}
    names = filter(None, (sender.get("first_name"), sender.get("last_name")))
    return {
        "external_user": str(sender["id"]),
        "place": f"{chat['id']}:{thread}" if thread else str(chat["id"]),
        "address": address,
        "is_shared": chat["type"] != "private",
        "display_name": " ".join(names) or sender.get("username") or "",
        "workspace": str(chat["id"]) if chat["type"] != "private" else "",
    }


def _attachments(message: dict[str, Any]) -> tuple[Attachment, ...]:
    """Of a photo Telegram offers several sizes, the largest last."""
    kind = next((kind for kind in _FILES if kind in message), None)
    if kind is not None:
        found, name = message[kind], message[kind].get("file_name") or ""
    elif message.get("photo"):
        found, name = message["photo"][-1], "photo.jpg"
    else:
        return ()
    attachment = Attachment(
        {"id": found["file_id"]},
        name=name,
        content_type=found.get("mime_type") or "",
        size_bytes=found.get("file_size"),
    )
    return (attachment,)


def _without_our_name(text: str, bot_name: str) -> str:
    return text.replace(f"@{bot_name}", "").strip() if bot_name else text.strip()


async def _outcome(answer: ClientResponse) -> Outcome:
    told = await _told(answer)
    if not isinstance(told, dict):
        return told
    return Accepted(f"{told['result']['chat']['id']}:{told['result']['message_id']}")


async def _told(answer: ClientResponse) -> Told:
    told = await calls.json_of(answer)
    if told.get("ok"):
        return told
    if answer.status == 429 and told:
        return TryLater("too_many_requests", float(told.get("parameters", {}).get("retry_after", 1)))
    if calls.is_passing(answer.status) or not told:
        return TryLater(f"http_{answer.status}")
    return Refused(f"http_{answer.status}", str(told.get("description", "")))


def _method(account: AccountView, name: str) -> str:
    return f"{_api(account)}/bot{account.secrets[BOT_TOKEN]}/{name}"


def _api(account: AccountView) -> str:
    return str(account.settings.get("api") or API)
