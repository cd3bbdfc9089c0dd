"""Where the desk begins: with the first page that this role may open."""

from aiohttp import web

from web.desk.navigation import desk_navigation
from web.desk.rendering import render_desk
from web.security.staff_sessions import staff_member


async def home(request: web.Request) -> web.Response:
    pages = desk_navigation(request, staff_member(request).role)
    if pages:
        raise web.HTTPSeeOther(pages[0].href)
    return render_desk(request, "desk/home.html")
