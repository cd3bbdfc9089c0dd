"""Twilio on this machine: signs as documented, takes messages, gives out media, and tells what became of messages."""

import hashlib
import json
from collections.abc import Awaitable, Callable
from urllib.parse import urlencode

from aiohttp import BasicAuth, web

from conversations.channels.names import ChannelKind
from conversations.channels.twilio import signing
from tests.channels.provider import Heard, Hook, ProviderDouble

ACCOUNT, TOKEN = "AC" + "0" * 32, "token-of-a-test-0123456789"
OURS, INGRID = "+4722000000", "+4790000001"


class TwilioDouble(ProviderDouble):
    """`webhook` is our address as the operator gave it to Twilio."""

    kind = ChannelKind.TWILIO_WHATSAPP
    prefix = "whatsapp:"
    webhook = ""

    def __init__(self, **settings: object) -> None:
        self.settings = settings
        self.refuses: dict[str, tuple[int, int]] = {}
        self.media: dict[str, bytes] = {}
        # Called with the number of a message before we are answered that it was taken.
        self.before_answering: Callable[[str], Awaitable[object]] | None = None
        super().__init__()

    def account_settings(self) -> dict:
        return {"account_sid": ACCOUNT, "api": self.address, **self.settings}

    def account_secrets(self) -> dict[str, str]:
        return {"auth_token": TOKEN}

    def add_routes(self, app: web.Application) -> None:
        app.router.add_post("/2010-04-01/Accounts/{sid}/Messages.json", self._take)
        app.router.add_get("/2010-04-01/Accounts/{sid}/Messages/{message}/Media/{media}", self._media)
        app.router.add_get("/elsewhere/{media}", self._elsewhere)

    def written(self, user: str, text: str, external_id: str) -> Hook:
        return self.hook(self.form(user, text, external_id))

    def form(self, user: str, text: str = "", external_id: str = "SM1", **more: str) -> dict[str, str]:
        return {
            "MessageSid": external_id,
            "AccountSid": ACCOUNT,
            "From": f"{self.prefix}{user}",
            "To": f"{self.prefix}{OURS}",
            "Body": text,
            "NumMedia": "0",
            "ProfileName": "Ingrid",
            **more,
        }

    def photo(self, user: str, external_id: str, content: bytes, caption: str = "") -> Hook:
        path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{external_id}/Media/ME1"
        self.media["ME1"] = content
        media = {"NumMedia": "1", "MediaUrl0": self.address + path, "MediaContentType0": "image/jpeg"}
        return self.hook(self.form(user, caption, external_id, **media))

    def status(self, provider_id: str, status: str, error: int | None = None) -> Hook:
        form = {
            "MessageSid": provider_id,
            "AccountSid": ACCOUNT,
            "MessageStatus": status,
            "SmsStatus": status,
        }
        return self.hook(form | ({"ErrorCode": str(error)} if error else {}))

    def hook(self, form: dict[str, str], token: str = TOKEN) -> Hook:
        signature = signing.sign(self.webhook, list(form.items()), token)
        headers = {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"}
        return Hook(urlencode(form).encode(), headers)

    def json_hook(self, form: dict[str, str]) -> Hook:
        body = json.dumps(form).encode()
        query = {"bodySHA256": hashlib.sha256(body).hexdigest()}
        signature = signing.sign(f"{self.webhook}?{urlencode(query)}", (), TOKEN)
        return Hook(body, {"X-Twilio-Signature": signature, "Content-Type": "application/json"}, query)

    def refusal(self) -> web.Response:
        return web.json_response({"code": 21211, "message": "Invalid 'To'", "status": 400}, status=400)

    def slow_down(self) -> web.Response:
        return web.json_response({"code": 20429, "message": "Too Many Requests", "status": 429}, status=429)

    async def _take(self, request: web.Request) -> web.StreamResponse:
        form = dict(await request.post())
        self.calls.append(form)
        if not self._is_ours(request):
            return web.json_response({"code": 20003, "status": 401}, status=401)
        if (fault := await self.fault(request)) is not None:
            return fault
        user = form["To"].removeprefix(self.prefix)
        if user in self.refuses:
            status, code = self.refuses[user]
            return web.json_response({"code": code, "status": status}, status=status)
        file = f"[{form['MediaUrl']}]" if "MediaUrl" in form else ""
        self.heard.append(Heard(user, form.get("Body", file), raw=form))
        sid = f"SMout{len(self.heard)}"
        if self.before_answering is not None:
            await self.before_answering(sid)
        return web.json_response({"sid": sid, "status": "queued"}, status=201)

    async def _media(self, request: web.Request) -> web.StreamResponse:
        if not self._is_ours(request):
            return web.Response(status=401)
        return web.Response(
            status=307, headers={"Location": f"{self.address}/elsewhere/{request.match_info['media']}"}
        )

    async def _elsewhere(self, request: web.Request) -> web.StreamResponse:
        self.calls.append(dict(request.headers))
        return web.Response(body=self.media[request.match_info["media"]])

    def _is_ours(self, request: web.Request) -> bool:
        given = request.headers.get("Authorization", "")
        expected = BasicAuth(ACCOUNT, TOKEN).encode()
        return given == expected


class TwilioSmsDouble(TwilioDouble):
    kind = ChannelKind.TWILIO_SMS
    prefix = ""
