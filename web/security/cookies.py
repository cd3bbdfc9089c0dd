"""Cookies of ours: no script reads them, and no other site sends them along."""

from dataclasses import dataclass
from datetime import timedelta

from aiohttp import web

from web.keys import SETTINGS


@dataclass(frozen=True)
class OwnCookie:
    """Without `lasts` it ends with the browser. One of the whole site is bound to this host in production."""

    name: str
    lasts: timedelta | None = None
    path: str = "/"

    def read(self, request: web.Request) -> str | None:
        return request.cookies.get(self._name(request))

    def keep(self, request: web.Request, response: web.StreamResponse, value: str) -> None:
        response.set_cookie(
            self._name(request),
            value,
            max_age=int(self.lasts.total_seconds()) if self.lasts else None,
            path=self.path,
            httponly=True,
            samesite="Lax",
            secure=request.app[SETTINGS].in_production,
        )

    def drop(self, request: web.Request, response: web.StreamResponse) -> None:
        response.del_cookie(
            self._name(request),
            path=self.path,
            httponly=True,
            samesite="Lax",
            secure=request.app[SETTINGS].in_production,
        )

    def _name(self, request: web.Request) -> str:
        is_bound = self.path == "/" and request.app[SETTINGS].in_production
        return f"__Host-{self.name}" if is_bound else self.name
