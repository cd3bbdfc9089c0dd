"""A site of a brand, on an origin of its own and with a strict policy of its own, that shows the chat."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import jwt
from aiohttp import web
from sqlalchemy import select

from onboarding import chat_sites
from onboarding.database import SessionFactory
from onboarding.models import Brand, ChatSite, Contact
from onboarding.names import ProofAlgorithm
from tests.serving import serving
from tests.web.visitor import INGRID
from web.embed import proofs


@dataclass
class HostSite:
    """`attributes` are those of its script; `identity` is what it answers a page that asks who somebody is."""

    desk: str
    origin: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    identity: str = ""

    @property
    def policy(self) -> str:
        return (
            f"default-src 'none'; script-src {self.desk}; frame-src {self.desk}; style-src 'self';"
            " connect-src 'self'; base-uri 'none'; form-action 'none'"
        )

    async def page(self, request: web.Request) -> web.Response:
        given = " ".join(f'data-{name}="{value}"' for name, value in self.attributes.items())
        return web.Response(
            content_type="text/html",
            headers={"Content-Security-Policy": self.policy, "Cache-Control": "no-store"},
            text=f'<!doctype html><html lang="en"><head><title>A shop</title></head><body><main><h1>A shop</h1></main>'
            f'<script src="{self.desk}/embed.js" {given} async></script></body></html>',
        )

    async def who(self, request: web.Request) -> web.Response:
        return web.Response(text=self.identity)


@asynccontextmanager
async def host_site(desk: str) -> AsyncIterator[HostSite]:
    site = HostSite(desk)
    app = web.Application()
    app.router.add_get("/", site.page)
    app.router.add_get("/who", site.who)
    async with serving(app) as server:
        site.origin = str(server.make_url("/")).rstrip("/")
        yield site


def register(
    sessions: SessionFactory, *origins: str, algorithm: ProofAlgorithm = ProofAlgorithm.HS256, **more: Any
) -> ChatSite:
    """By Ingrid, who says yes to it."""
    with sessions.begin() as session:
        ingrid = session.scalars(select(Contact).where(Contact.email == INGRID)).one()
        nordlys = session.scalars(select(Brand).where(Brand.name == "Nordlys Skincare")).one()
        site = chat_sites.register(
            session, ingrid, nordlys.id, "A shop", origins, algorithm, more.get("public_key")
        )
        chat_sites.allow(session, ingrid, site, None)
        return site


def vouch(server_key: bytes, site: ChatSite, **claims: Any) -> str:
    """What the site's server signs; `claims` replace those of a proof that is good."""
    key = claims.pop("key", None) or proofs.secret(server_key, site, claims.pop("version", 1))
    now = int(time.time())
    good = {"aud": str(site.id), "sub": INGRID, "iat": now, "exp": now + 120, "jti": uuid4().hex}
    sent = {name: value for name, value in {**good, **claims}.items() if value is not None}
    return jwt.encode(sent, key, algorithm=site.algorithm.value)
