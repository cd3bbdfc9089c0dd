"""The Graph API on this machine, for WhatsApp and Messenger: signed batches, sending, files by id and by address."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from conversations.channels.meta import graph
from conversations.channels.names import ChannelKind
from tests.channels.provider import Heard, Hook, ProviderDouble

SECRET, VERIFY, TOKEN = "app-secret-of-a-test", "verify-token-of-a-test", "access-token-of-a-test"
NUMBER, PAGE = "106540352242922", "103154"


class MetaDouble(ProviderDouble):
    about: str

    def __init__(self, **settings: object) -> None:
        self.settings = settings
        self.refuses: dict[str, dict[str, Any]] = {}
        self.media: dict[str, bytes] = {}
        # Called when a message was taken, before we are told so.
        self.before_answering: Callable[[], Awaitable[object]] | None = None
        self.names: dict[str, tuple[str, str]] = {}
        super().__init__()

    def account_settings(self) -> dict[str, Any]:
        return {"graph": self.address, "phone_number_id": NUMBER, "page_id": PAGE, **self.settings}

    def account_secrets(self) -> dict[str, str]:
        return {"app_secret": SECRET, "verify_token": VERIFY, "access_token": TOKEN}

    def add_routes(self, app: web.Application) -> None:
        app.router.add_post("/{version}/{sender}/messages", self._take)
        app.router.add_get("/files/{media}", self._file)
        app.router.add_get("/{version}/{media}", self._address_of)

    def signed(self, notification: object, secret: str = SECRET) -> Hook:
        body = json.dumps(notification).encode()
        return Hook(body, {"X-Hub-Signature-256": graph.signature(body, secret)})

    def batch(self, *events: dict[str, Any]) -> Hook:
        """Each event in an entry of its own, as Meta does when there is much."""
        return self.signed({"object": self.about, "entry": [self.entry(event) for event in events]})

    def entry(self, event: dict[str, Any]) -> dict[str, Any]:
        raise NotImplementedError

    def handshake(self, token: str = VERIFY) -> Hook:
        query = {"hub.mode": "subscribe", "hub.verify_token": token, "hub.challenge": "1158201444"}
        return Hook(b"", {}, query, "GET")

    def slow_down(self) -> web.Response:
        return web.json_response({"error": {"code": 130429, "message": "Rate limit hit"}}, status=400)

    def refusal(self) -> web.Response:
        return web.json_response({"error": {"code": 100, "message": "Invalid parameter"}}, status=400)

    def heard_in(self, said: dict[str, Any]) -> tuple[Heard, dict[str, Any]]:
        raise NotImplementedError

    async def _take(self, request: web.Request) -> web.StreamResponse:
        said = await _said(request)
        self.calls.append(said)
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.json_response({"error": {"code": 190}}, status=401)
        if (fault := await self.fault(request)) is not None:
            return fault
        heard, answer = self.heard_in(said)
        if heard.user in self.refuses:
            return web.json_response({"error": self.refuses[heard.user]}, status=400)
        self.heard.append(heard)
        if self.before_answering is not None:
            await self.before_answering()
        return web.json_response(answer)

    async def _address_of(self, request: web.Request) -> web.StreamResponse:
        media = request.match_info["media"]
        if media in self.names:
            assert request.query["fields"] == "first_name,last_name"
            first_name, last_name = self.names[media]
            return web.json_response({"id": media, "first_name": first_name, "last_name": last_name})
        if media not in self.media:
            return web.json_response({"error": {"code": 100}}, status=400)
        return web.json_response({"url": f"{self.address}/files/{media}", "mime_type": "image/jpeg"})

    async def _file(self, request: web.Request) -> web.StreamResponse:
        return web.Response(body=self.media[request.match_info["media"]])


async def _said(request: web.Request) -> dict[str, Any]:
    """As JSON, or as a form with a file, whose fields are JSON where they are not plain words."""
    if request.content_type == "application/json":
        found: dict[str, Any] = await request.json()
        return found
    form = await request.post()
    said: dict[str, Any] = {name: json.loads(str(form[name])) for name in ("recipient", "message")}
    said |= {name: str(form[name]) for name in ("messaging_type", "tag") if name in form}
    return said | {"file": _file_in(form["filedata"])}


def _file_in(sent: object) -> tuple[str, str, bytes]:
    assert isinstance(sent, web.FileField)
    return sent.filename, sent.content_type, sent.file.read()


class WhatsappDouble(MetaDouble):
    """`uploaded` are files that were brought to Meta and not said yet."""

    kind = ChannelKind.WHATSAPP_CLOUD
    about = "whatsapp_business_account"

    def __init__(self, **settings: object) -> None:
        self.uploaded: dict[str, tuple[str, str, bytes]] = {}
        super().__init__(**settings)

    def add_routes(self, app: web.Application) -> None:
        super().add_routes(app)
        app.router.add_post("/{version}/{number}/media", self._upload)

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.json_response({"error": {"code": 190}}, status=401)
        if (fault := await self.fault(request)) is not None:
            return fault
        file = _file_in(form["file"])
        if (form["messaging_product"], form["type"]) != ("whatsapp", file[1]):
            return self.refusal()
        media_id = f"media{len(self.uploaded)}"
        self.uploaded[media_id] = file
        return web.json_response({"id": media_id})

    def entry(self, event: dict[str, Any], number: str = NUMBER) -> dict[str, Any]:
        value = {"messaging_product": "whatsapp", "metadata": {"phone_number_id": number}, **event}
        return {"id": "WABA", "changes": [{"field": "messages", "value": value}]}

    def written(self, user: str, text: str, external_id: str) -> Hook:
        return self.batch(self.message(user, external_id, text={"body": text}))

    def message(self, user: str, external_id: str, at: int = 1_779_264_000, **content: Any) -> dict[str, Any]:
        kind = next(iter(content))
        said = {"from": user, "id": external_id, "timestamp": str(at), "type": kind, **content}
        contact = {"wa_id": user, "profile": {"name": "Ingrid"}}
        return {"contacts": [contact], "messages": [said]}

    def status(self, provider_id: str, status: str, error: int | None = None) -> dict[str, Any]:
        errors = {"errors": [{"code": error, "title": "failed"}]} if error else {}
        return {"statuses": [{"id": provider_id, "status": status, "timestamp": "1779264000", **errors}]}

    def heard_in(self, said: dict[str, Any]) -> tuple[Heard, dict[str, Any]]:
        content = said[said["type"]]
        user = said.get("to") or said["recipient"]
        answer = {"messages": [{"id": f"wamid.out{len(self.heard)}"}]}
        if "id" in content:
            file = self.uploaded[content["id"]]
            return Heard(user, f"[{content.get('filename', file[0])}]", raw={**said, "file": file}), answer
        action = content.get("action", {})
        rows = [row for section in action.get("sections", ()) for row in section["rows"]]
        replies = [one["reply"] for one in action.get("buttons", ())]
        assert len(replies) <= 3
        assert len(rows) <= 10
        shown = tuple((one["title"], one["id"]) for one in [*replies, *rows])
        text = content["body"] if said["type"] == "text" else content.get("body", {}).get("text", "")
        return Heard(user, text, shown, said), answer


class MessengerDouble(MetaDouble):
    kind = ChannelKind.MESSENGER
    about = "page"

    def entry(self, event: dict[str, Any], page: str = PAGE) -> dict[str, Any]:
        return {"id": page, "time": 1_779_264_000_000, "messaging": [event]}

    def written(self, user: str, text: str, external_id: str) -> Hook:
        return self.batch(self.event(user, message={"mid": external_id, "text": text}))

    def event(self, user: str, **content: Any) -> dict[str, Any]:
        return {
            "sender": {"id": user},
            "recipient": {"id": PAGE},
            "timestamp": 1_779_264_000_000,
            **content,
        }

    def slow_down(self) -> web.Response:
        return web.json_response(
            {"error": {"code": 613, "message": "Calls exceed the rate limit"}}, status=400
        )

    def heard_in(self, said: dict[str, Any]) -> tuple[Heard, dict[str, Any]]:
        message = said["message"]
        shown = tuple((one["title"], one["payload"]) for one in message.get("quick_replies", ()))
        text = f"[{said['file'][0]}]" if "file" in said else message["text"]
        heard = Heard(said["recipient"]["id"], text, shown, said)
        return heard, {"recipient_id": heard.user, "message_id": f"m.out{len(self.heard)}"}
