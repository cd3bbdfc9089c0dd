"""A program of a brand: holds a key, sends requests, and knows nothing but the documentation."""

import json
from dataclasses import dataclass
from typing import Any, Self

from aiohttp import ClientSession, DummyCookieJar
from aiohttp.test_utils import TestServer
from sqlalchemy import select

from onboarding import api_keys
from onboarding.api_keys import NewKey
from onboarding.api_scopes import CHOSEN, Scope
from onboarding.database import SessionFactory
from onboarding.models import Brand, Contact
from onboarding.names import KeyKind
from tests.web.visitor import INGRID, LONGEST_REQUEST

NORDLYS = "Nordlys Skincare"


@dataclass(frozen=True)
class ApiAnswer:
    status: int
    headers: Any
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


class Integrator:
    def __init__(self, server: TestServer, bearer: str | None) -> None:
        self._server = server
        self._bearer = bearer
        self.http = ClientSession(cookie_jar=DummyCookieJar(), timeout=LONGEST_REQUEST)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.close()

    async def send(self, method: str, path: str, **options: Any) -> ApiAnswer:
        headers = {"Authorization": f"Bearer {self._bearer}"} if self._bearer else {}
        headers |= options.pop("headers", {})
        address = self._server.make_url(f"/api/v1{path}")
        async with self.http.request(method, address, headers=headers, **options) as answer:
            return ApiAnswer(answer.status, answer.headers, await answer.text(errors="replace"))

    async def get(self, path: str, **options: Any) -> ApiAnswer:
        return await self.send("GET", path, **options)

    async def post(self, path: str, body: Any = None, *, key: str | None = None, **options: Any) -> ApiAnswer:
        headers = {"Idempotency-Key": key} if key else {}
        return await self.send(
            "POST", path, json=body, headers={**headers, **options.pop("headers", {})}, **options
        )


def make_key(
    sessions: SessionFactory,
    *scopes: Scope,
    email: str = INGRID,
    brand: str = NORDLYS,
    kind: KeyKind = KeyKind.KEY,
    **more: Any,
) -> NewKey:
    """Without `scopes` it has them all."""
    with sessions.begin() as session:
        contact = session.scalars(select(Contact).where(Contact.email == email)).one()
        named = session.scalars(select(Brand).where(Brand.name == brand)).one()
        more.setdefault("days", 90)
        return api_keys.make(session, contact, named.id, "A test", kind, scopes or CHOSEN, **more)
