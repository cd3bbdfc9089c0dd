"""The doors of the chat on other sites: each looks at the site and its token itself."""

from web.embed import doors
from web.route import Route
from web.security.policies import Policy

EMBED_ROUTES = [
    Route("GET", "/embed.js", doors.script, Policy.PUBLIC),
    Route("GET", "/embed/{site}", doors.frame, Policy.PUBLIC),
    Route("POST", "/embed/{site}/session", doors.session, Policy.PUBLIC),
    Route("GET", "/embed/{site}/socket", doors.socket, Policy.PUBLIC),
]
