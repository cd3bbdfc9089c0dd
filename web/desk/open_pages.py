"""Pages of the desk that are open while what they may do changes elsewhere."""

from aiohttp import web

from web.keys import DESK_HUB


def look_again(app: web.Application) -> None:
    """Open sockets look again, and find that their session has ended, or that their person may do less."""
    app[DESK_HUB].wake_all()
