"""The conversation as a page of its own."""

from datetime import UTC
from zoneinfo import ZoneInfo

from aiohttp import web

from onboarding import clock
from web.database import in_database
from web.hours import hours_said
from web.rendering import render
from web.security.sessions import reader


async def messages(request: web.Request) -> web.Response:
    contact = reader(request).contact
    today = await in_database(request.app, clock.today_in_china)
    hours = hours_said(today, ZoneInfo(contact.time_zone) if contact else UTC)
    return render(request, "messages.html", hours=hours)
