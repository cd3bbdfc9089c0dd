"""Microsoft Teams, through the Bot Framework.

https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference
"""

import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from html import unescape
from typing import Any
from urllib.parse import quote

from aiohttp import ClientResponse, ClientSession

from conversations.channels import calls
from conversations.channels.markup import Markup, as_it_is
from conversations.channels.names import ChannelKind
from conversations.channels.shapes import (
    Accepted,
    AccountView,
    Attachment,
    FetchLater,
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
    Traits,
    TryLater,
)
from conversations.channels.teams.tokens import LoginRefused, Tokens, Verifier
from onboarding import strangers_json

_NAME, _CHANNEL = "Microsoft", "msteams"
_SECONDS_WHERE_NONE_IS_SAID = 2.0
_LONGEST_TEXT = 4000
_MOST_BUTTONS, _LONGEST_TITLE = 6, 50
_PERSONAL, _IN_TEAM = "personal", "channel"
# A channel that other organisations may be members of.
_SHARED_CHANNEL = "shared"
_HERO_CARD = "application/vnd.microsoft.card.hero"
_FILE = "application/vnd.microsoft.teams.file.download.info"
_WHERE_FILES_LIE = (".sharepoint.com", ".sharepoint.cn", ".sharepoint.us")
_MENTION = re.compile(r"<at(?:\s[^>]*)?>.*?</at>", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\u00a0]+")
# Which the service answers to what is to be tried again.
_PRECONDITION_FAILED = 412
_MARKUP = Markup(
    escape=as_it_is,
    bold=lambda text: f"**{text}**",
    link=lambda label, address: f"[{label}]({address})",
    list_mark="- ",
)

type Node = Mapping[str, Any]


class Teams:
    """Settings: app_id; tenant_id for a single-tenant bot. Secret: app_password."""

    kind = ChannelKind.TEAMS
    traits = Traits(
        render=_MARKUP.render,
        longest_text=_LONGEST_TEXT,
        most_buttons=_MOST_BUTTONS,
        longest_title=_LONGEST_TITLE,
    )

    def __init__(self) -> None:
        self._verifier = Verifier()
        self._tokens = Tokens()

    async def verify(self, account: AccountView, request: RawRequest, http: ClientSession) -> None:
        """Nobody but Teams, and only with where to answer as the token says: our answers go there with our token."""
        activity = _activity(request)
        if activity.get("channelId") != _CHANNEL:
            raise Forged("not_teams")
        authorization = request.headers.get("authorization", "")
        claims = await self._verifier.claims(account, authorization, _CHANNEL, http)
        if claims.get("serviceurl") != activity.get("serviceUrl"):
            raise Forged("service_url_wrong")

    def parse(self, account: AccountView, request: RawRequest) -> Parsed:
        activity = _activity(request)
        if activity.get("type") != "message":
            return Parsed()
        try:
            return Parsed((_message(activity),))
        except (KeyError, TypeError, AttributeError):
            raise Malformed("not_as_documented") from None

    async def send(
        self, account: AccountView, address: Mapping[str, Any], message: OutboundMessage, http: ClientSession
    ) -> Outcome:
        try:
            token = await self._tokens.token(account, http)
        except LoginRefused as refused:
            return TryLater(str(refused))
        headers = {"Authorization": f"Bearer {token}"}
        url = _address_of(address, message.answers)
        async with http.post(url, json=_said(address, message), headers=headers) as response:
            if response.status == 401:
                self._tokens.forget(account)
            return await _outcome(response)

    @asynccontextmanager
    async def fetch(
        self, account: AccountView, attachment: Attachment, http: ClientSession
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        """Files lie in SharePoint under a signed address; pictures in a message lie at the service, which knows us."""
        reference = attachment.reference
        url, service = str(reference.get("url", "")), str(reference.get("service", ""))
        headers = {}
        if service and calls.origin(url) == calls.origin(service):
            headers = {"Authorization": f"Bearer {await self._own_token(account, http)}"}
        elif not _is_in_sharepoint(url, account):
            raise FetchRefused("The file is not at Microsoft.")
        async with calls.file_at(url, _NAME, http, headers=headers) as file:
            yield file.pieces

    def test_address(self, recipient: str) -> Mapping[str, Any]:
        """`recipient` is the address of the service, a space, and the id of the conversation."""
        service, _, conversation = recipient.strip().partition(" ")
        return {"service": service, "conversation": conversation.strip(), "user": "", "bot": ""}

    async def _own_token(self, account: AccountView, http: ClientSession) -> str:
        try:
            return await self._tokens.token(account, http)
        except LoginRefused as refused:
            raise FetchLater(str(refused)) from None


def _activity(request: RawRequest) -> dict[str, Any]:
    try:
        activity = strangers_json.parsed(request.body)
    except ValueError:
        raise Malformed("body_unreadable") from None
    if not isinstance(activity, dict):
        raise Malformed("body_unreadable")
    return activity


def _message(activity: Node) -> InboundMessage:
    sender, conversation = activity["from"], activity["conversation"]
    scope = conversation.get("conversationType", _PERSONAL)
    return InboundMessage(
        external_id=f"{conversation['id']}|{activity['id']}",
        external_user=str(sender.get("aadObjectId") or sender["id"]),
        place=str(conversation["id"]),
        address={
            "service": activity["serviceUrl"],
            "conversation": conversation["id"],
            "user": sender["id"],
            "bot": activity["recipient"]["id"],
        },
        text=_words(activity),
        button=_pressed(activity),
        attachments=tuple(_attachments(activity)),
        sent_at=_moment(activity.get("timestamp")),
        is_shared=scope != _PERSONAL,
        display_name=str(sender.get("name") or ""),
        workspace=_tenant(activity),
    )


def _words(activity: Node) -> str:
    """Without what names us: in a team one has to, to be heard by a bot."""
    text = str(activity.get("text") or "")
    for entity in activity.get("entities") or ():
        mentions_us = entity.get("mentioned", {}).get("id") == activity["recipient"]["id"]
        if entity.get("type") == "mention" and mentions_us and entity.get("text"):
            text = text.replace(entity["text"], " ")
    return _SPACES.sub(" ", unescape(_MENTION.sub(_name_of_mentioned, text))).strip()


def _name_of_mentioned(found: re.Match[str]) -> str:
    return re.sub(r"<[^>]*>", "", found[0])


def _pressed(activity: Node) -> PressedButton | None:
    value = activity.get("value")
    button = value.get("button") if isinstance(value, dict) else None
    return PressedButton(str(button)) if button else None


def _attachments(activity: Node) -> Iterator[Attachment]:
    for file in activity.get("attachments") or ():
        kind, content = str(file.get("contentType", "")), file.get("content") or {}
        if kind == _FILE:
            yield Attachment({"url": content["downloadUrl"]}, str(file.get("name") or ""))
        elif kind.startswith("image/"):
            where = {"url": file["contentUrl"], "service": activity["serviceUrl"]}
            yield Attachment(where, str(file.get("name") or ""), kind if kind != "image/*" else "")


def _tenant(activity: Node) -> str:
    """Whose people read it; nobody's alone in group chats and shared channels, where people of others may be."""
    conversation, within = activity["conversation"], activity.get("channelData") or {}
    channel_type = (within.get("channel") or {}).get("type")
    if conversation.get("conversationType") != _IN_TEAM or channel_type == _SHARED_CHANNEL:
        return ""
    return str((within.get("tenant") or {}).get("id") or conversation.get("tenantId") or "")


def _moment(value: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _address_of(address: Node, answers: str | None) -> str:
    """With the activity that is answered, so that a team sees it in its thread."""
    service, conversation = str(address["service"]).rstrip("/"), str(address["conversation"])
    path = f"{service}/v3/conversations/{quote(conversation, safe='')}/activities"
    place, _, activity = (answers or "").rpartition("|")
    return f"{path}/{quote(activity, safe='')}" if place == conversation else path


def _said(address: Node, message: OutboundMessage) -> dict[str, Any]:
    said: dict[str, Any] = {
        "type": "message",
        "from": {"id": address["bot"]},
        "recipient": {"id": address["user"]},
        "conversation": {"id": address["conversation"]},
        "text": message.text,
        "textFormat": "markdown",
    }
    if message.buttons:
        said["attachments"] = [{"contentType": _HERO_CARD, "content": {"buttons": _buttons(message)}}]
    return said


def _buttons(message: OutboundMessage) -> list[dict[str, Any]]:
    return [
        {
            "type": "messageBack",
            "title": button.title,
            "displayText": button.title,
            "text": button.title,
            "value": {"button": button.value},
        }
        for button in message.buttons
    ]


async def _outcome(response: ClientResponse) -> Outcome:
    answer = await calls.json_of(response)
    if response.status in {200, 201, 202}:
        return Accepted(answer.get("id"))
    error = answer.get("error")
    code = str((error.get("code") if isinstance(error, dict) else None) or response.status)
    if response.status == 429:
        return TryLater(code, calls.seconds_to_wait(response, _SECONDS_WHERE_NONE_IS_SAID))
    if calls.is_passing(response.status) or response.status == _PRECONDITION_FAILED:
        return TryLater(code)
    return Refused(code)


def _is_in_sharepoint(url: str, account: AccountView) -> bool:
    tried_locally = account.settings.get("files")
    if tried_locally and calls.origin(url) == calls.origin(str(tried_locally)):
        return True
    return calls.is_at(url, _WHERE_FILES_LIE)
