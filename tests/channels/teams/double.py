"""The Bot Framework on this machine: metadata, keys, a login that gives tokens, a connector that takes answers."""

import json
import time
from functools import cache
from typing import Any

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from conversations.channels.names import ChannelKind
from tests.channels.provider import Heard, Hook, ProviderDouble

APP, PASSWORD, TENANT = (
    "00000000-0000-4000-8000-00000000a55e",
    "password-of-a-test",
    "00000000-0000-4000-8000-000000000001",
)
BOT = f"28:{APP}"


@cache
def rsa_key(named: str) -> RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class TeamsDouble(ProviderDouble):
    kind = ChannelKind.TEAMS

    def __init__(self) -> None:
        self.keys = {"k1": ["msteams"], "other": ["webchat"]}
        self.key_requests = self.logins = 0
        self.expires_in = 3600
        self.refuses: dict[str, tuple[int, str]] = {}
        self.files: dict[str, bytes] = {}
        super().__init__()

    def account_settings(self) -> dict[str, Any]:
        return {
            "app_id": APP,
            "tenant_id": TENANT,
            "openid_metadata": f"{self.address}/metadata",
            "login": self.address,
            "files": self.address,
        }

    def account_secrets(self) -> dict[str, str]:
        return {"app_password": PASSWORD}

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/metadata", self._metadata)
        app.router.add_get("/keys", self._keys)
        app.router.add_post("/{tenant}/oauth2/v2.0/token", self._login)
        app.router.add_post("/teams/v3/conversations/{conversation}/activities", self._take)
        app.router.add_post("/teams/v3/conversations/{conversation}/activities/{activity}", self._take)
        app.router.add_get("/teams/v3/attachments/{name}", self._picture)
        app.router.add_get("/sites/{name}", self._file)

    @property
    def service(self) -> str:
        return f"{self.address}/teams/"

    def refusal(self) -> web.Response:
        return web.json_response({"error": {"code": "ForbiddenOperationException"}}, status=403)

    def written(self, user: str, text: str, external_id: str) -> Hook:
        return self.hook(self.activity(user, text, external_id))

    def activity(self, user: str, text: str = "", activity_id: str = "1", **more: Any) -> dict[str, Any]:
        return {
            "type": "message",
            "id": activity_id,
            "timestamp": "2026-05-20T08:00:00.000Z",
            "channelId": "msteams",
            "serviceUrl": self.service,
            "from": {"id": f"29:{user}", "name": "Ingrid Solberg", "aadObjectId": user},
            "recipient": {"id": BOT, "name": "Brand Desk"},
            "conversation": {"id": f"a:{user}", "conversationType": "personal", "tenantId": TENANT},
            "channelData": {"tenant": {"id": TENANT}},
            "text": text,
            **more,
        }

    def in_a_team(self, user: str, text: str, activity_id: str = "1", **channel: str) -> dict[str, Any]:
        """`channel` is what Teams says of it beside its id, such as its type."""
        of_channel = {"channel": {"id": "19:general@thread.tacv2", **channel}, "tenant": {"id": TENANT}}
        where = {"id": "19:general@thread.tacv2;messageid=1", "conversationType": "channel"}
        mention = {"type": "mention", "text": "<at>Brand Desk</at>", "mentioned": {"id": BOT}}
        said = f"<at>Brand Desk</at>&nbsp;{text}"
        return self.activity(
            user, said, activity_id, conversation=where, entities=[mention], channelData=of_channel
        )

    def hook(self, activity: object, **token: Any) -> Hook:
        headers = {"Authorization": f"Bearer {self.token(**token)}", "Content-Type": "application/json"}
        return Hook(json.dumps(activity).encode(), headers)

    def token(self, key_id: str = "k1", signed_by: str | None = None, age: int = 0, **claims: Any) -> str:
        now = int(time.time()) - age
        said = {
            "iss": "https://api.botframework.com",
            "aud": APP,
            "nbf": now,
            "exp": now + 3600,
            "serviceurl": self.service,
            **claims,
        }
        return jwt.encode(said, rsa_key(signed_by or key_id), algorithm="RS256", headers={"kid": key_id})

    async def _metadata(self, request: web.Request) -> web.StreamResponse:
        await self.happens_meanwhile()
        algorithms = {"id_token_signing_alg_values_supported": ["RS256"]}
        return web.json_response({"jwks_uri": f"{self.address}/keys", **algorithms})

    async def _keys(self, request: web.Request) -> web.StreamResponse:
        self.key_requests += 1
        keys = []
        for named, endorsements in self.keys.items():
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(rsa_key(named).public_key()))
            keys.append({**public, "kid": named, "endorsements": endorsements})
        return web.json_response({"keys": keys})

    async def _login(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        self.logins += 1
        if (form["client_id"], form["client_secret"]) != (APP, PASSWORD):
            return web.json_response({"error": "invalid_client"}, status=401)
        token = f"token {self.logins}"
        return web.json_response(
            {"token_type": "Bearer", "expires_in": self.expires_in, "access_token": token}
        )

    async def _take(self, request: web.Request) -> web.StreamResponse:
        said = await request.json()
        self.calls.append((dict(request.match_info), said))
        if request.headers.get("Authorization") != f"Bearer token {self.logins}":
            return web.json_response({"error": {"code": "Unauthorized"}}, status=401)
        if (fault := await self.fault(request)) is not None:
            return fault
        user = said["recipient"]["id"].removeprefix("29:")
        if user in self.refuses:
            status, code = self.refuses[user]
            return web.json_response({"error": {"code": code}}, status=status)
        cards = [one["content"] for one in said.get("attachments", ())]
        shown = tuple((one["title"], one["value"]["button"]) for card in cards for one in card["buttons"])
        self.heard.append(Heard(user, said["text"], shown, said))
        return web.json_response({"id": f"out{len(self.heard)}"}, status=201)

    async def _picture(self, request: web.Request) -> web.StreamResponse:
        known = request.headers.get("Authorization") == f"Bearer token {self.logins}"
        return web.Response(body=b"picture") if known else web.Response(status=401)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        assert "Authorization" not in request.headers
        return web.Response(body=self.files.get(request.match_info["name"], b"file"))
