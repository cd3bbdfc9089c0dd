"""WhatsApp by Meta's Cloud API.

https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientSession, FormData

from conversations.channels import calls, windows, words
from conversations.channels.meta import graph
from conversations.channels.names import ChannelKind, DeliveryStatus
from conversations.channels.shapes import (
    Accepted,
    AccountView,
    Attachment,
    CarriesFiles,
    Event,
    FetchRefused,
    InboundMessage,
    OutboundFile,
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
from conversations.channels.templates import IN_SETTINGS
from conversations.channels.whatsapp import LONGEST_VARIABLE, WHATSAPP, Media, as_media, in_words, variables

_OBJECT = "whatsapp_business_account"
_LONGEST_BODY_WITH_BUTTONS = 1024
# Up to three stand below the message; more are a list that opens, whose titles may be a little longer.
_MOST_BUTTONS, _MOST_IN_A_LIST, _LONGEST_TITLE = 3, 10, 20
_FILES = {"image", "document", "audio", "video", "sticker"}
_NOT_SAID = {"reaction", "system", "unsupported", "ephemeral", "request_welcome"}
_DEFAULT_LANGUAGE = "en"
_GONE = "The file is not there any more."

type Node = Mapping[str, Any]


class WhatsappCloud:
    """Settings: phone_number_id; window_template, the name of an approved template whose {{1}} is what we have to say
    (window_template_language where it is not en). Secrets: app_secret, verify_token, access_token.
    """

    kind = ChannelKind.WHATSAPP_CLOUD
    traits = Traits(
        render=WHATSAPP.render,
        longest_text=_LONGEST_BODY_WITH_BUTTONS,
        longest_in_template=LONGEST_VARIABLE,
        most_buttons=_MOST_IN_A_LIST,
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
        content = await self._content(account, message, http)
        if not isinstance(content, dict):
            return content
        said = {"messaging_product": "whatsapp", "recipient_type": "individual", **address, **content}
        url = graph.url(account, f"{account.settings['phone_number_id']}/messages")
        async with http.post(url, json=said, headers=graph.authorization(account)) as response:
            return await graph.outcome(response, ("messages", "id"))

    @asynccontextmanager
    async def fetch(
        self, account: AccountView, attachment: Attachment, http: ClientSession
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        """An id is exchanged for an address, which lasts five minutes."""
        media_id = str(attachment.reference.get("id", ""))
        if not media_id.isascii() or not media_id.isalnum():
            raise FetchRefused("That is no id of a file.")
        headers = graph.authorization(account)
        async with http.get(graph.url(account, media_id), headers=headers) as response:
            address = calls.told_of_file(await graph.told(response), _GONE).get("url")
        if not isinstance(address, str):
            raise FetchRefused(_GONE)
        async with graph.file_at(address, account, http, headers) as pieces:
            yield pieces

    def test_address(self, recipient: str) -> Mapping[str, Any]:
        return {"to": recipient.strip().removeprefix("+")}

    async def _content(
        self, account: AccountView, message: OutboundMessage, http: ClientSession
    ) -> dict[str, Any] | Outcome:
        """An outcome where nothing may be said, or a file could not be brought to Meta."""
        template = message.settings.get(IN_SETTINGS)
        if template:
            return _template(template["name"], template["language"], template["variables"])
        window = windows.window(self.kind, message.last_in_at)
        if window is None or message.now is None or window.is_open(message.now):
            return await _said(account, message, http)
        name = account.settings.get("window_template")
        if not name:
            return Refused(windows.CLOSED)
        language = account.settings.get("window_template_language")
        said = variables(message)
        return said if isinstance(said, Refused) else _template(name, language, said)


def _events(account: AccountView, entries: Any) -> Iterator[Event]:
    for value in _values(account, entries):
        names = {
            one.get("wa_id"): one.get("profile", {}).get("name", "") for one in value.get("contacts", ())
        }
        for message in value.get("messages", ()):
            if message["type"] not in _NOT_SAID:
                yield _message(account, message, names)
        yield from (report for status in value.get("statuses", ()) for report in _reports(status))


def _values(account: AccountView, entries: Any) -> Iterator[Node]:
    """Of our number only: an app can have several, and each has an account with us."""
    for entry in entries:
        for change in entry["changes"]:
            value = change["value"]
            if change["field"] == "messages" and _number_of(value) == account.settings["phone_number_id"]:
                yield value


def _number_of(value: Node) -> Any:
    return value.get("metadata", {}).get("phone_number_id")


def _message(account: AccountView, message: Node, names: Mapping[Any, str]) -> InboundMessage:
    """Users who hide their phone number have an id that is theirs with our business alone."""
    phone, user_id = message.get("from"), message.get("from_user_id")
    return InboundMessage(
        external_id=message["id"],
        external_user=str(user_id or message["from"]),
        place=str(account.settings["phone_number_id"]),
        address={"to": phone} if phone else {"recipient": user_id},
        text=_words(message),
        button=_pressed(message),
        attachments=tuple(_attachments(message)),
        sent_at=graph.moment(message.get("timestamp")),
        display_name=names.get(phone, ""),
    )


def _words(message: Node) -> str:
    content = message.get(message["type"], {})
    match message["type"]:
        case "text":
            return str(content["body"])
        case "button":
            return str(content.get("text", ""))
        case "interactive":
            return str(_reply(message).get("title", ""))
        case "location":
            return f"{content.get('latitude')}, {content.get('longitude')}"
        case _:
            return str(content.get("caption", "")) if isinstance(content, dict) else ""


def _pressed(message: Node) -> PressedButton | None:
    match message["type"]:
        case "interactive":
            value = _reply(message).get("id")
        case "button":
            value = message["button"].get("payload")
        case _:
            value = None
    return PressedButton(str(value)) if value else None


def _reply(message: Node) -> Node:
    interactive = message["interactive"]
    found: Node = interactive.get(interactive["type"], {})
    return found


def _attachments(message: Node) -> Iterator[Attachment]:
    if message["type"] in _FILES:
        file = message[message["type"]]
        yield Attachment(
            {"id": file["id"]}, file.get("filename", ""), file.get("mime_type", "").split(";")[0]
        )


def _reports(status: Node) -> Iterator[StatusReport]:
    match status["status"]:
        case "delivered" | "read":
            yield StatusReport(status["id"], DeliveryStatus(status["status"]))
        case "failed":
            errors = status.get("errors") or [{}]
            yield StatusReport(status["id"], DeliveryStatus.FAILED, str(errors[0].get("code", "failed")))


def _text(text: str) -> dict[str, Any]:
    return {"type": "text", "text": {"body": text, "preview_url": False}}


async def _said(
    account: AccountView, message: OutboundMessage, http: ClientSession
) -> dict[str, Any] | Outcome:
    for file in message.attachments:
        if media := as_media(file):
            return await _file(account, file, media, http)
    return _interactive(message) if message.buttons else _text(in_words(message))


async def _file(
    account: AccountView, file: OutboundFile, media: Media, http: ClientSession
) -> dict[str, Any] | Outcome:
    media_id = await _uploaded(account, file, http)
    if not isinstance(media_id, str):
        return media_id
    named = {"filename": file.name} if media is Media.DOCUMENT else {}
    return {"type": media.value, media.value: {"id": media_id, **named}}


async def _uploaded(account: AccountView, file: OutboundFile, http: ClientSession) -> str | Outcome:
    """Its id at Meta, where it stays for 30 days."""
    with file.path.open("rb") as content:
        form = FormData({"messaging_product": "whatsapp", "type": file.content_type}, quote_fields=False)
        form.add_field("file", content, filename=file.name, content_type=file.content_type)
        url = graph.url(account, f"{account.settings['phone_number_id']}/media")
        async with http.post(url, data=form, headers=graph.authorization(account)) as response:
            uploaded = await graph.outcome(response, ("id",))
    if not isinstance(uploaded, Accepted):
        return uploaded
    return uploaded.provider_id or TryLater("upload_without_id")


def _interactive(message: OutboundMessage) -> dict[str, Any]:
    if len(message.buttons) > _MOST_BUTTONS:
        rows = [{"id": one.value, "title": one.title} for one in message.buttons]
        action = {"button": words.said("whatsapp_list"), "sections": [{"rows": rows}]}
        content = {"type": "list", "body": {"text": message.text}, "action": action}
        return {"type": "interactive", "interactive": content}
    buttons = [{"type": "reply", "reply": {"id": one.value, "title": one.title}} for one in message.buttons]
    content = {"type": "button", "body": {"text": message.text}, "action": {"buttons": buttons}}
    return {"type": "interactive", "interactive": content}


def _template(name: str, language: str | None, variables: Mapping[str, str]) -> dict[str, Any]:
    template: dict[str, Any] = {"name": name, "language": {"code": language or _DEFAULT_LANGUAGE}}
    if variables:
        template["components"] = [{"type": "body", "parameters": _parameters(variables)}]
    return {"type": "template", "template": template}


def _parameters(variables: Mapping[str, str]) -> list[dict[str, str]]:
    """A template has either numbered ones, which go by their order, or named ones."""
    if all(name.isdecimal() for name in variables):
        return [{"type": "text", "text": variables[name]} for name in sorted(variables, key=int)]
    return [{"type": "text", "parameter_name": name, "text": text} for name, text in variables.items()]
