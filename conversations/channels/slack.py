"""Slack: Events API and interactivity in, chat.postMessage out.

As documented on docs.slack.dev: "Verifying requests from Slack", "The Events API", "Handling user interaction",
chat.postMessage, "Working with files".
"""

import hmac
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

from aiohttp import ClientResponse, ClientSession

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
    Stale,
    Traits,
    TryLater,
)
from onboarding import strangers_json

API = "https://slack.com/api"
_NAME, _HOSTS = "Slack", (".slack.com", ".slack-edge.com")
SIGNING_SECRET, BOT_TOKEN = "signing_secret", "bot_token"
_SIGNED_FOR_SECONDS = 5 * 60
_TAKEN_SUBTYPES = {None, "file_share", "thread_broadcast"}
_PASSING = {
    "ratelimited",
    "rate_limited",
    "internal_error",
    "fatal_error",
    "service_unavailable",
    "request_timeout",
}
# An operator can mend it.
_OF_THE_TOKEN = {"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive"}
_SECONDS_WHERE_NONE_IS_SAID = 1.0
# <@U1>, <#C1|name>, <!here>, <https://x|label>
_REFERENCE = re.compile(r"<([@#!]?)([^>|]+)(?:\|([^>]*))?>")
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}
_LONGEST_SECTION, _LONGEST_BUTTON = 3000, 75
# A file takes three calls, of ten seconds at most.
_LONGEST_SEND = timedelta(seconds=60)


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


_MARKUP = Markup(
    escape=_escape,
    bold=lambda inside: f"*{inside}*",
    link=lambda label, address: f"<{address}|{label.replace('|', '/')}>",
)


class Slack:
    kind = ChannelKind.SLACK
    traits = Traits(
        render=_MARKUP.render,
        longest_text=_LONGEST_SECTION,
        most_buttons=10,
        longest_title=_LONGEST_BUTTON,
        carries_files=CarriesFiles.APART,
        longest_send=_LONGEST_SEND,
    )

    async def verify(self, account: AccountView, request: RawRequest, http: ClientSession) -> None:
        sent_at = request.headers.get("x-slack-request-timestamp", "")
        given = request.headers.get("x-slack-signature", "")
        if not sent_at.isdecimal() or not given:
            raise Forged("unsigned")
        secrets = account.secrets_named(SIGNING_SECRET)
        if not any(calls.is_same(given, _signature(one, sent_at, request.body)) for one in secrets):
            raise Forged("bad_signature")
        if abs(request.received_at.timestamp() - int(sent_at)) > _SIGNED_FOR_SECONDS:
            raise Stale("stale_signature")

    def parse(self, account: AccountView, request: RawRequest) -> Parsed:
        try:
            content = _content(request)
            match content["type"]:
                case "url_verification":
                    return Parsed(answer=Answer(str(content["challenge"]).encode()))
                case "event_callback":
                    return Parsed(_events(content))
                case "block_actions":
                    return Parsed(tuple(_pressed(content, action) for action in content["actions"]))
                case _:
                    return Parsed()
        except (ValueError, KeyError, TypeError, AttributeError):
            raise Malformed("not_understood") from None

    async def send(
        self, account: AccountView, address: Mapping[str, Any], message: OutboundMessage, http: ClientSession
    ) -> Outcome:
        if message.attachments:
            return await _send_file(account, address, message.attachments[0], http)
        return await _post_message(account, address, message, http)

    @asynccontextmanager
    async def fetch(
        self, account: AccountView, attachment: Attachment, http: ClientSession
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        address = attachment.reference.get("address") or await _file_address(account, attachment, http)
        _require_slacks_own(account, address)
        async with calls.file_at(address, _NAME, http, headers=_signed_in(account)) as file:
            if file.content_type == "text/html" != attachment.content_type:
                raise FetchRefused("Slack asks to sign in before it gives the file out.")
            yield file.pieces

    async def name_of(self, account: AccountView, user: str, http: ClientSession) -> str | None:
        """Without the scope users:read Slack does not tell it."""
        asked = {"user": user}
        async with http.get(
            f"{_api(account)}/users.info", params=asked, headers=_signed_in(account)
        ) as answer:
            answer.raise_for_status()
            told = await answer.json()
        found = told.get("user") if told.get("ok") else None
        profile = (found or {}).get("profile") or {}
        return profile.get("real_name") or profile.get("display_name") or (found or {}).get("name")

    def test_address(self, recipient: str) -> Mapping[str, Any]:
        return {"channel": recipient}


def _signature(secret: str, sent_at: str, body: bytes) -> str:
    return "v0=" + hmac.new(secret.encode(), f"v0:{sent_at}:".encode() + body, "sha256").hexdigest()


def _content(request: RawRequest) -> dict[str, Any]:
    """Interactions come as a form with one field."""
    body = request.body.decode()
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        body = parse_qs(body, strict_parsing=True)["payload"][0]
    content: dict[str, Any] = strangers_json.parsed(body)
    return content


def _events(content: dict[str, Any]) -> tuple[InboundMessage, ...]:
    event = content["event"]
    is_message = event["type"] in ("message", "app_mention")
    if not is_message or event.get("bot_id") or not event.get("user"):
        return ()
    bots = {one.get("user_id") for one in content.get("authorizations", ()) if one.get("is_bot")}
    if event.get("subtype") not in _TAKEN_SUBTYPES or event["user"] in bots:
        return ()
    # In channels of Slack Connect other companies read along, whosever workspace the event is of.
    is_own = content.get("is_ext_shared_channel") is False
    return (_written(event, content.get("team_id", "") if is_own else "", bots),)


def _written(event: dict[str, Any], team: str, bots: set[Any]) -> InboundMessage:
    """In a shared channel we listen where we are named, and to the same person in the thread that began so."""
    channel, ts, thread = event["channel"], event["ts"], event.get("thread_ts")
    is_shared = event.get("channel_type") != "im" and not channel.startswith("D")
    names_us = event["type"] == "app_mention" or any(f"<@{bot}>" in event.get("text", "") for bot in bots)
    return InboundMessage(
        external_id=f"{channel}:{ts}",
        external_user=event["user"],
        place=f"{channel}:{thread or ts}" if is_shared else channel,
        address=_address(channel, thread or ts if is_shared else thread),
        text=_plain(event.get("text", ""), bots),
        attachments=tuple(_attachment(file) for file in event.get("files", ())),
        sent_at=_moment(ts),
        is_shared=is_shared,
        workspace=team,
        only_if_known=is_shared and not names_us,
    )


def _pressed(content: dict[str, Any], action: dict[str, Any]) -> InboundMessage:
    """Of a press Slack does not say whether the channel is one of Slack Connect."""
    channel, user, container = content["channel"]["id"], content["user"], content["container"]
    ts = container["message_ts"]
    thread = content.get("message", {}).get("thread_ts") or container.get("thread_ts")
    is_shared = not channel.startswith("D")
    return InboundMessage(
        external_id=f"{channel}:{ts}:{user['id']}:{action['action_ts']}",
        external_user=user["id"],
        place=f"{channel}:{thread or ts}" if is_shared else channel,
        address=_address(channel, thread or ts if is_shared else thread),
        button=PressedButton(str(action["value"])),
        sent_at=_moment(action["action_ts"]),
        is_shared=is_shared,
        display_name=user.get("name") or user.get("username") or "",
        workspace=None,
    )


def _address(channel: str, thread: str | None) -> dict[str, Any]:
    return {"channel": channel, "thread_ts": thread} if thread else {"channel": channel}


def _attachment(file: dict[str, Any]) -> Attachment:
    """Files of other workspaces come without an address, which is asked for later."""
    address = file.get("url_private_download") or file.get("url_private")
    return Attachment(
        {"id": file["id"], "address": address},
        name=file.get("name") or "",
        content_type=file.get("mimetype") or "",
        size_bytes=file.get("size"),
    )


def _moment(ts: str) -> datetime:
    return datetime.fromtimestamp(float(ts), UTC)


def _plain(text: str, bots: set[Any]) -> str:
    """What the person wrote: Slack's references in words, without the name by which we were called."""

    def said(found: re.Match[str]) -> str:
        mark, target, label = found.groups()
        if mark == "@":
            return "" if target in bots else f"@{label or target}"
        if mark:
            return f"{mark if mark == '#' else '@'}{label or target}"
        return label or target.removeprefix("mailto:").removeprefix("tel:")

    plain = _REFERENCE.sub(said, text)
    for entity, letter in _ENTITIES.items():
        plain = plain.replace(entity, letter)
    return plain.strip()


def _blocks(message: OutboundMessage) -> list[dict[str, Any]]:
    buttons = [
        {
            "type": "button",
            "action_id": f"button-{number}",
            "text": {"type": "plain_text", "text": button.title},
            "value": button.value,
        }
        for number, button in enumerate(message.buttons)
    ]
    return [
        {"type": "section", "text": {"type": "mrkdwn", "text": message.text}},
        {"type": "actions", "elements": buttons},
    ]


async def _post_message(
    account: AccountView, address: Mapping[str, Any], message: OutboundMessage, http: ClientSession
) -> Outcome:
    content: dict[str, Any] = {**address, "text": message.text, "unfurl_links": False}
    if message.buttons:
        content["blocks"] = _blocks(message)
    async with http.post(
        f"{_api(account)}/chat.postMessage", json=content, headers=_signed_in(account)
    ) as answer:
        return await _outcome(answer)


async def _send_file(
    account: AccountView, address: Mapping[str, Any], file: OutboundFile, http: ClientSession
) -> Outcome:
    """In three calls, as "Working with files" describes; nobody sees it before the last. Without the scope files:write
    its link is said instead.
    """
    wanted = {"filename": file.name, "length": str(file.size_bytes)}
    told = await _asked(account, "files.getUploadURLExternal", http, data=wanted)
    if isinstance(told, Refused) and told.code == "missing_scope":
        said = OutboundMessage(_MARKUP.link(_escape(file.name), _escape(file.link)))
        return await _post_message(account, address, said, http)
    if not isinstance(told, dict):
        return told
    _require_slacks_own(account, told["upload_url"])
    with file.path.open("rb") as content:
        async with http.post(told["upload_url"], data=content, allow_redirects=False) as answer:
            if answer.status != 200:
                return TryLater(f"upload_http_{answer.status}")
    shared = {
        "files": [{"id": told["file_id"], "title": file.name}],
        "channel_id": address["channel"],
        **({"thread_ts": address["thread_ts"]} if "thread_ts" in address else {}),
    }
    told = await _asked(account, "files.completeUploadExternal", http, json=shared)
    return Accepted(shared["files"][0]["id"]) if isinstance(told, dict) else told


async def _asked(account: AccountView, method: str, http: ClientSession, **content: Any) -> Told:
    async with http.post(f"{_api(account)}/{method}", headers=_signed_in(account), **content) as answer:
        return await _told(answer)


async def _outcome(answer: ClientResponse) -> Outcome:
    told = await _told(answer)
    return Accepted(f"{told['channel']}:{told['ts']}") if isinstance(told, dict) else told


async def _told(answer: ClientResponse) -> Told:
    if answer.status == 429:
        return TryLater("ratelimited", calls.seconds_to_wait(answer, _SECONDS_WHERE_NONE_IS_SAID))
    told = await calls.json_of(answer)
    if calls.is_passing(answer.status) or not told:
        return TryLater(f"http_{answer.status}")
    if told.get("ok"):
        return told
    error = str(told.get("error", "unknown"))
    return TryLater(error) if error in _PASSING | _OF_THE_TOKEN else Refused(error)


async def _file_address(account: AccountView, attachment: Attachment, http: ClientSession) -> str:
    asked = {"file": attachment.reference["id"]}
    async with http.get(f"{_api(account)}/files.info", params=asked, headers=_signed_in(account)) as answer:
        told = calls.told_of_file(await _told(answer), "Slack did not say where the file is.")
    return str(told["file"].get("url_private_download") or told["file"]["url_private"])


def _require_slacks_own(account: AccountView, address: str) -> None:
    """The token is shown to nobody else."""
    is_own = calls.origin(address) == calls.origin(_api(account))
    if not is_own and not calls.is_at(address, _HOSTS):
        raise FetchRefused("The file is not at Slack.")


def _api(account: AccountView) -> str:
    return str(account.settings.get("api") or API)


def _signed_in(account: AccountView) -> dict[str, str]:
    return {"Authorization": f"Bearer {account.secrets[BOT_TOKEN]}"}
