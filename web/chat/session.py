"""Before the socket opens: everybody who chats has a session, also without an account."""

from aiohttp import web

from web.chat import access
from web.database import in_database
from web.security import limits
from web.security.sessions import SESSION_COOKIE, agent_of, reader


async def chat_session(request: web.Request) -> web.Response:
    who = reader(request)
    response = web.json_response({"who": who.label})
    if access.may_chat(who):
        return response
    per_address = request.app[limits.CHAT_LIMITS].sessions_per_address
    limits.hit(request.app, per_address, limits.address_of(request))
    token = await in_database(request.app, access.begin_visit, agent_of(request))
    SESSION_COOKIE.keep(request, response, token)
    return response
