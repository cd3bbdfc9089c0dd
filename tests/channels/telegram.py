"""Telegram on this machine: sends updates with the secret token, takes sendMessage, keeps files."""

import json
from typing import Any

from aiohttp import web
from aiohttp.web import FileField

from conversations.channels.names import ChannelKind
from tests.channels.provider import FIRST_SECOND, Heard, Hook, ProviderDouble

BOT_TOKEN, SECRET_TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw", "a-secret-token_for-tests"


class TelegramDouble(ProviderDouble):
    kind = ChannelKind.TELEGRAM

    def __init__(self) -> None:
        super().__init__()
        self._updates: dict[str, int] = {}
        self.files: dict[str, bytes] = {}

    def account_settings(self) -> dict[str, Any]:
        return {"api": self.address, "bot_name": "brand_desk_bot"}

    def account_secrets(self) -> dict[str, str]:
        return {"bot_token": BOT_TOKEN, "secret_token": SECRET_TOKEN}

    def add_routes(self, app: web.Application) -> None:
        app.router.add_post("/bot{token}/sendMessage", self._send_message)
        app.router.add_post("/bot{token}/sendDocument", self._send_document)
        app.router.add_post("/bot{token}/getFile", self._get_file)
        app.router.add_get("/file/bot{token}/{path:.+}", self._file)

    def refusal(self) -> web.Response:
        return _not_ok(403, "Forbidden: bot was blocked by the user")

    def slow_down(self) -> web.Response:
        told = {
            "ok": False,
            "error_code": 429,
            "description": "Too Many Requests: retry after 14",
            "parameters": {"retry_after": 14},
        }
        return web.json_response(told, status=429)

    def written(self, user: str, text: str, external_id: str) -> Hook:
        return self.update(external_id, message=self.message(user, external_id, text=text))

    def sent_file(self, user: str, name: str, content: bytes, external_id: str) -> Hook:
        self.files[external_id] = content
        document = {"file_id": external_id, "file_name": name, "file_size": len(content)}
        return self.update(external_id, message=self.message(user, external_id, document=document))

    def pressed_button(self, user: str, value: str) -> Hook:
        return self.pressed(user, value)

    def message(self, user: str, external_id: str, **content: Any) -> dict[str, Any]:
        return {
            "message_id": self._number(external_id),
            "from": {"id": user, "is_bot": False, "first_name": "Ingrid", "username": "ingrid"},
            "chat": {"id": user, "first_name": "Ingrid", "type": "private"},
            "date": FIRST_SECOND + self._number(external_id),
            **content,
        }

    def update(self, external_id: str, **content: Any) -> Hook:
        body = json.dumps({"update_id": self._number(external_id), **content}).encode()
        return self.signed(body)

    def pressed(self, user: str, value: str) -> Hook:
        query = {
            "id": "4382bfdwdsb323b2d9",
            "from": {"id": user, "is_bot": False, "first_name": "Ingrid"},
            "message": self.message(user, f"shown to {user}", text="Which?"),
            "chat_instance": "1",
            "data": value,
        }
        return self.update(f"press {value} of {user}", callback_query=query)

    def signed(self, body: bytes, secret: str = SECRET_TOKEN) -> Hook:
        headers = {"Content-Type": "application/json", "X-Telegram-Bot-Api-Secret-Token": secret}
        return Hook(body, headers)

    def _number(self, external_id: str) -> int:
        """Telegram numbers updates: the same update has the same number."""
        return self._updates.setdefault(external_id, 100 + self.first_number + len(self._updates))

    async def _send_message(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != BOT_TOKEN:
            return _not_ok(401, "Unauthorized")
        said = await request.json()
        self.calls.append(said)
        if (fault := await self.fault(request)) is not None:
            return fault
        if said["chat_id"] == "blocked":
            return _not_ok(403, "Forbidden: bot was blocked by the user")
        if len(said["text"]) > 4096:
            return _not_ok(400, "Bad Request: message is too long")
        rows = said.get("reply_markup", {}).get("inline_keyboard", ())
        buttons = tuple((one["text"], one["callback_data"]) for row in rows for one in row)
        self.heard.append(Heard(str(said["chat_id"]), said["text"], buttons, said))
        sent = {"message_id": 5000 + len(self.heard), "chat": {"id": said["chat_id"]}, "date": FIRST_SECOND}
        return web.json_response({"ok": True, "result": sent})

    async def _send_document(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        if (fault := await self.fault(request)) is not None:
            return fault
        document = form["document"]
        assert isinstance(document, FileField)
        chat, content = str(form["chat_id"]), document.file.read()
        self.heard.append(Heard(chat, f"[{document.filename}]", raw={"content": content}))
        sent = {"message_id": 5000 + len(self.heard), "chat": {"id": chat}, "date": FIRST_SECOND}
        return web.json_response({"ok": True, "result": sent})

    async def _get_file(self, request: web.Request) -> web.Response:
        file_id = (await request.json())["file_id"]
        if file_id not in self.files:
            return _not_ok(400, "Bad Request: file is too big")
        return web.json_response(
            {"ok": True, "result": {"file_id": file_id, "file_path": f"documents/{file_id}"}}
        )

    async def _file(self, request: web.Request) -> web.Response:
        return web.Response(body=self.files[request.match_info["path"].removeprefix("documents/")])


def _not_ok(status: int, description: str) -> web.Response:
    told = {"ok": False, "error_code": status, "description": description}
    return web.json_response(told, status=status)
