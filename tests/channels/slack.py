"""Slack on this machine: signs as documented, sends events and interactions, takes chat.postMessage, keeps files."""

import hmac
import json
from mimetypes import guess_type
from time import time
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from conversations.channels.names import ChannelKind
from tests.channels.provider import FIRST_SECOND, Heard, Hook, ProviderDouble

SIGNING_SECRET, BOT_TOKEN = "8f742231b10e8888abcd99yyyzzz85a5", "xoxb-a-token-for-tests"
BOT, TEAM = "U0BOT", "T0TEAM"


class SlackDouble(ProviderDouble):
    kind = ChannelKind.SLACK

    def __init__(self) -> None:
        super().__init__()
        self._times: dict[str, str] = {}
        self.names: dict[str, str] = {}
        self.may_read_users = self.may_write_files = True
        self.uploads: dict[str, bytes] = {}
        self.file_faults: list[str] = []
        self.files: dict[str, tuple[str, bytes]] = {}

    def account_settings(self) -> dict[str, Any]:
        return {"api": f"{self.address}/api"}

    def account_secrets(self) -> dict[str, str]:
        return {"signing_secret": SIGNING_SECRET, "bot_token": BOT_TOKEN}

    def add_routes(self, app: web.Application) -> None:
        app.router.add_post("/api/chat.postMessage", self._post_message)
        app.router.add_post("/api/files.getUploadURLExternal", self._begin_upload)
        app.router.add_post("/upload/{id}", self._upload)
        app.router.add_post("/api/files.completeUploadExternal", self._complete_upload)
        app.router.add_get("/api/users.info", self._user_info)
        app.router.add_get("/api/files.info", self._file_info)
        app.router.add_get("/files/{id}", self._file)

    def refusal(self) -> web.Response:
        return web.json_response({"ok": False, "error": "channel_not_found"})

    def slow_down(self) -> web.Response:
        headers = {"Retry-After": "30"}
        return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)

    def written(self, user: str, text: str, external_id: str) -> Hook:
        return self.event(self.message(user, text, external_id))

    def sent_file(self, user: str, name: str, content: bytes, external_id: str) -> Hook:
        mimetype = guess_type(name)[0] or "application/octet-stream"
        file = self.file(f"F{len(self.files)}", name, content, mimetype)
        return self.event(self.message(user, "", external_id, subtype="file_share", files=[file]))

    def pressed_button(self, user: str, value: str) -> Hook:
        return self.pressed(user, value)

    def message(self, user: str, text: str, external_id: str, **more: Any) -> dict[str, Any]:
        ts = self.time_of(external_id)
        return {
            "type": "message",
            "user": user,
            "text": text,
            "ts": ts,
            "event_ts": ts,
            "channel": f"D{user}",
            "channel_type": "im",
            **more,
        }

    def event(self, event: dict[str, Any], *, is_shared_with_others: bool = False, **headers: str) -> Hook:
        content = {
            "token": "not-used-any-more",
            "team_id": TEAM,
            "api_app_id": "A0APP",
            "event": event,
            "type": "event_callback",
            "event_id": f"Ev{event.get('ts', '0')}",
            "event_time": FIRST_SECOND,
            "is_ext_shared_channel": is_shared_with_others,
            "authorizations": [{"team_id": TEAM, "user_id": BOT, "is_bot": True}],
        }
        return self.signed(json.dumps(content).encode(), **headers)

    def pressed(self, user: str, value: str, channel: str | None = None, thread: str | None = None) -> Hook:
        channel = channel or f"D{user}"
        container = {"type": "message", "message_ts": "1767326126.000100", "channel_id": channel}
        content = {
            "type": "block_actions",
            "team": {"id": TEAM, "domain": "nordlys"},
            "user": {"id": user, "username": "ingrid", "name": "ingrid", "team_id": TEAM},
            "container": {**container, **({"thread_ts": thread} if thread else {})},
            "channel": {"id": channel, "name": "directmessage"},
            "message": {"ts": "1767326126.000100", **({"thread_ts": thread} if thread else {})},
            "trigger_id": "3901254001572.2e2548",
            "actions": [
                {
                    "type": "button",
                    "action_id": "button-0",
                    "block_id": "b",
                    "value": value,
                    "action_ts": self.time_of(f"press {value}"),
                }
            ],
        }
        body = urlencode({"payload": json.dumps(content)}).encode()
        return self.signed(body, **{"Content-Type": "application/x-www-form-urlencoded"})

    def signed(
        self, body: bytes, *, at: float | None = None, secret: str = SIGNING_SECRET, **headers: str
    ) -> Hook:
        sent_at = str(int(time() if at is None else at))
        digest = hmac.new(secret.encode(), b":".join((b"v0", sent_at.encode(), body)), "sha256").hexdigest()
        signature = {"X-Slack-Request-Timestamp": sent_at, "X-Slack-Signature": f"v0={digest}"}
        return Hook(body, {"Content-Type": "application/json", **signature, **headers})

    def file(self, file_id: str, name: str, content: bytes, mimetype: str) -> dict[str, Any]:
        """Keeps it, and gives what a message says of it."""
        self.files[file_id] = (mimetype, content)
        address = f"{self.address}/files/{file_id}"
        return {
            "id": file_id,
            "name": name,
            "mimetype": mimetype,
            "size": len(content),
            "url_private": address,
            "url_private_download": address,
        }

    def time_of(self, external_id: str) -> str:
        """Slack names a message by its time: the same message has the same."""
        return self._times.setdefault(
            external_id, f"{FIRST_SECOND + self.first_number + len(self._times)}.000100"
        )

    async def _post_message(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Authorization") != f"Bearer {BOT_TOKEN}":
            return web.json_response({"ok": False, "error": "invalid_auth"})
        said = await request.json()
        self.calls.append(said)
        if (fault := await self.fault(request)) is not None:
            return fault
        if said["channel"] == "C0GONE":
            return web.json_response({"ok": False, "error": "channel_not_found"})
        buttons = [
            (element["text"]["text"], element["value"])
            for block in said.get("blocks", ())
            if block["type"] == "actions"
            for element in block["elements"]
        ]
        self.heard.append(Heard(said["channel"].removeprefix("D"), said["text"], tuple(buttons), said))
        return web.json_response(
            {"ok": True, "channel": said["channel"], "ts": f"1800000000.{len(self.heard):06}"}
        )

    async def _begin_upload(self, request: web.Request) -> web.StreamResponse:
        """Takes a form, as Slack does; a length that is not the file's is refused when it is uploaded."""
        asked = await request.post()
        if (fault := await self._file_fault(request)) is not None:
            return fault
        if not self.may_write_files:
            told = {"ok": False, "error": "missing_scope", "needed": "files:write"}
            return web.json_response(told)
        assert request.headers["Authorization"] == f"Bearer {BOT_TOKEN}"
        file_id = f"FUP{asked['length']}"
        return web.json_response(
            {"ok": True, "upload_url": f"{self.address}/upload/{file_id}", "file_id": file_id}
        )

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        file_id, content = request.match_info["id"], await request.read()
        assert "Authorization" not in request.headers
        assert file_id == f"FUP{len(content)}"
        self.uploads[file_id] = content
        return web.Response(text=f"OK - {len(content)}")

    async def _complete_upload(self, request: web.Request) -> web.StreamResponse:
        said = await request.json()
        if (fault := await self._file_fault(request)) is not None:
            return fault
        user = said["channel_id"].removeprefix("D")
        for file in said["files"]:
            self.heard.append(
                Heard(user, f"[{file['title']}]", raw={**said, "content": self.uploads[file["id"]]})
            )
        return web.json_response({"ok": True, "files": said["files"]})

    async def _file_fault(self, request: web.Request) -> web.StreamResponse | None:
        """As `misbehave`, but of the calls for files alone."""
        if self.file_faults:
            self.misbehave(self.file_faults.pop(0))
        return await self.fault(request)

    async def _user_info(self, request: web.Request) -> web.StreamResponse:
        user = request.query["user"]
        self.calls.append({"asked_for": user})
        if (fault := await self.fault(request)) is not None:
            return fault
        if not self.may_read_users:
            told = {"ok": False, "error": "missing_scope", "needed": "users:read"}
            return web.json_response(told)
        if user not in self.names:
            return web.json_response({"ok": False, "error": "user_not_found"})
        profile = {"real_name": self.names[user], "display_name": "ingi"}
        return web.json_response({"ok": True, "user": {"id": user, "name": "ingrid", "profile": profile}})

    async def _file_info(self, request: web.Request) -> web.Response:
        address = f"{self.address}/files/{request.query['file']}"
        return web.json_response({"ok": True, "file": {"id": request.query["file"], "url_private": address}})

    async def _file(self, request: web.Request) -> web.Response:
        mimetype, content = self.files[request.match_info["id"]]
        if request.headers.get("Authorization") != f"Bearer {BOT_TOKEN}":
            return web.Response(text="<html>Sign in to Slack</html>", content_type="text/html")
        return web.Response(body=content, content_type=mimetype)
