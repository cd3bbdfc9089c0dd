from aiohttp import web

from web.rendering import render


async def privacy(request: web.Request) -> web.Response:
    return render(request, "privacy.html")
