from aiohttp import web

from web import static_files
from web.keys import STATIC


async def static_file(request: web.Request) -> web.Response:
    file = request.app[STATIC].find(request.match_info["version"], request.match_info["name"])
    if file is None:
        raise web.HTTPNotFound
    return static_files.response(file, request)
