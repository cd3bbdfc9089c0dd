"""One door of the site: how it is reached, what answers, and who may pass."""

from dataclasses import dataclass

from aiohttp.typedefs import Handler

from web.security.policies import Policy


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    handler: Handler
    policy: Policy
