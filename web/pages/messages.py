"""The conversation as a page of its own."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from aiohttp import web

from onboarding.clock import CHINA
from web.hours import hours_said
from web.rendering import render
from web.security.sessions import reader


async def messages(request: web.Request) -> web.Response:
    contact = reader(request).contact
    zone = ZoneInfo(contact.time_zone) if contact else UTC
    # The summer time of the real today is near enough, and the page stays up while the database is away.
    hours = hours_said(datetime.now(CHINA).date(), zone)
    return render(request, "messages.html", hours=hours)
