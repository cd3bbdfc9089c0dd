"""Leads: blocking a conversation that is spam, and unblocking it."""

from uuid import UUID

from aiohttp import web

from conversations import blocking
from conversations.lookup import ConversationUnknown
from web.database import in_database
from web.desk.forms import id_in_path, require_sent
from web.desk.rendering import render_desk
from web.security.forms import token_form
from web.security.staff_sessions import staff_member

_LIST = "/desk/blocked"


async def show_blocked(request: web.Request) -> web.Response:
    return render_desk(
        request,
        "desk/blocked.html",
        blocked=await in_database(request.app, blocking.blocked),
        done=request.query.get("done"),
        form=token_form(request),
    )


async def block(request: web.Request) -> web.Response:
    await require_sent(request)
    await in_database(request.app, blocking.block, _conversation(request), staff_member(request))
    raise web.HTTPSeeOther(f"{_LIST}?done=blocked")


async def unblock(request: web.Request) -> web.Response:
    await require_sent(request)
    await in_database(request.app, blocking.unblock, _conversation(request), staff_member(request))
    raise web.HTTPSeeOther(f"{_LIST}?done=unblocked")


def _conversation(request: web.Request) -> UUID:
    return id_in_path(request, ConversationUnknown, "conversation_id")
