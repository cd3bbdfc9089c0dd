"""The conversation as a page of its own."""

from datetime import UTC
from zoneinfo import ZoneInfo

from aiohttp import web

from web.database import in_database
from web.hours import hours_today
from web.rendering import render
from web.security.sessions import reader


async def messages(request: web.Request) -> web.Response:
    contact = reader(request).contact
    zone = ZoneInfo(contact.time_zone) if contact else UTC
    hours = await in_database(request.app, hours_today, zone)
    return render(request, "messages.html", hours=hours)
