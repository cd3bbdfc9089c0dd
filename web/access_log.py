"""One line a request with the route, never the path: paths can hold the token of a sign-in link."""

from aiohttp import web
from aiohttp.abc import AbstractAccessLogger


class RouteLogger(AbstractAccessLogger):
    def log(self, request: web.BaseRequest, response: web.StreamResponse, time: float) -> None:
        self.logger.info("%s %s %s %.0f ms", request.method, _route(request), response.status, time * 1000)

    @property
    def enabled(self) -> bool:
        return self.logger.isEnabledFor(20)


def _route(request: web.BaseRequest) -> str:
    match = getattr(request, "match_info", None)
    # An empty match is falsy: it is a dictionary of the path's parameters.
    resource = match.route.resource if match is not None else None
    return resource.canonical if resource is not None else "(no such page)"
